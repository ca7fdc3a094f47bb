import { expect, test } from 'vitest';
import { createUnreadEvents } from './unread-events.ts';

const mebibyte = 2 ** 20;

test('however many have not read the same, it counts once', () => {
  const unread = createUnreadEvents(4 * mebibyte, () => 0);
  for (let i = 0; i < 1000; i++) expect(unread.bears('all', 3 * mebibyte)).toBe(true);
});

test('of those who leave too much unread together, the ones that leave the most go', () => {
  const clock = { now: 0 };
  const unread = createUnreadEvents(4 * mebibyte, () => clock.now);
  expect(unread.bears('a', 2 * mebibyte)).toBe(true);
  expect(unread.bears('b', 2 * mebibyte)).toBe(true);
  expect(unread.bears('c', 100_000)).toBe(true);
  expect(unread.bears('b', 2.5 * mebibyte)).toBe(false);
  expect(unread.bears('d', 1000)).toBe(true);
  clock.now = 3000;
  expect(unread.bears('b', 2.5 * mebibyte)).toBe(true);
});
