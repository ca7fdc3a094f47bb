import { expect, test } from 'vitest';
import { createStateSeats, type StateSeat } from './state-seats.ts';

const settle = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
};

test('so much may be unread; then whoever comes waits, owner by owner', async () => {
  const seats = createStateSeats(2 ** 20);
  const taken: [string, StateSeat][] = [];
  const take = async (owner: string): Promise<void> => void taken.push([owner, await seats.take(owner)]);
  const begun = [take('a'), take('a'), take('a'), take('b')];
  await settle();
  expect(taken.map(([owner]) => owner)).toEqual(['a', 'a', 'a', 'b']);
  expect(seats.isWaitedFor).toBe(false);
  taken[0]![1].holds(2 ** 20);
  begun.push(take('a'), take('a'), take('b'));
  await settle();
  expect(taken).toHaveLength(4);
  expect(seats.isWaitedFor).toBe(true);
  taken[0]![1].leave();
  await settle();
  expect(taken.map(([owner]) => owner).slice(4)).toEqual(['a']);
  taken[1]![1].leave();
  taken[2]![1].holds(1000);
  await settle();
  expect(taken.map(([owner]) => owner).slice(4)).toEqual(['a', 'b', 'a']);
  expect(seats.isWaitedFor).toBe(false);
  await Promise.all(begun);
});
