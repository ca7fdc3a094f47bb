import { expect, test } from 'vitest';
import { CommitTimeout, withinPatience } from './patience.ts';

const patience = { ticks: 20, tickMilliseconds: 10 };

test('an answer that never comes is given up', async () => {
  await expect(withinPatience(new Promise(() => {}), { ticks: 2, tickMilliseconds: 5 })).rejects.toThrow(CommitTimeout);
});

test('time in which the process stood still does not count', async () => {
  let resolve: (text: string) => void = () => {};
  const answer = withinPatience(new Promise<string>((done) => (resolve = done)), patience);
  // What a stop looks like from inside: nothing runs, and every timer is overdue afterwards.
  const end = performance.now() + 2 * patience.ticks * patience.tickMilliseconds;
  while (performance.now() < end);
  setTimeout(() => resolve('written'), patience.tickMilliseconds);
  expect(await answer).toBe('written');
});
