import { expect, test } from 'vitest';
import { StoreUnavailableError } from '../errors.ts';
import { RevisionFloor } from './revision-floor.ts';

const answering = (revision: bigint) => () => Promise.resolve({ revision });

test('an answer older than what was known when it was asked for is refused, and everything after it', async () => {
  const heard: string[] = [];
  const floor = new RevisionFloor(({ message }) => heard.push(message));
  expect(await floor.above(answering(5n))).toEqual({ revision: 5n });
  await floor.above(answering(5n));
  await expect(floor.above(answering(4n))).rejects.toThrow(/^etcd: it went back from revision 5 to 4: /);
  await expect(floor.above(answering(9n))).rejects.toThrow(StoreUnavailableError);
  expect(heard).toHaveLength(1);
});

test('answers that overtake one another are no such thing', async () => {
  const floor = new RevisionFloor(() => expect.unreachable());
  const release: (() => void)[] = [];
  const slow = floor.above(() => new Promise<{ revision: bigint }>((resolve) => release.push(() => resolve({ revision: 1n }))));
  await floor.above(answering(3n));
  release[0]?.();
  expect(await slow).toEqual({ revision: 1n });
});
