import { expect, test } from 'vitest';
import { createFakeClock } from './testing/fake-clock.ts';
import { createWorkQueue } from './work-queue.ts';

test('a key added twice is worked on once', async () => {
  const queue = createWorkQueue(createFakeClock());
  queue.add('a');
  queue.add('a');
  expect(await queue.next()).toBe('a');
  expect(queue.depth).toBe(0);
});

test('a key added during its work comes again afterwards, never beside itself', async () => {
  const queue = createWorkQueue(createFakeClock());
  queue.add('a');
  await queue.next();
  queue.add('a');
  expect(queue.depth).toBe(0);
  queue.done('a');
  expect(queue.depth).toBe(1);
});

test('failures wait 5 ms, 10 ms, 20 ms, … up to 1000 s, and are forgotten', async () => {
  const clock = createFakeClock();
  const queue = createWorkQueue(clock);
  for (const delay of [5, 10, 20, 40]) {
    queue.addRateLimited('a');
    await clock.advance(delay - 1);
    expect(queue.depth).toBe(0);
    await clock.advance(1);
    expect(await queue.next()).toBe('a');
    queue.done('a');
  }
  for (let failure = 0; failure < 60; failure += 1) {
    queue.addRateLimited('a');
    await clock.advance(1_000_000);
    await queue.next();
    queue.done('a');
  }
  queue.forget('a');
  queue.addRateLimited('a');
  await clock.advance(5);
  expect(queue.depth).toBe(1);
});

test('the sooner of two delays counts', async () => {
  const clock = createFakeClock();
  const queue = createWorkQueue(clock);
  queue.addAfter('a', 1000);
  queue.addAfter('a', 10);
  queue.addAfter('a', 500);
  await clock.advance(10);
  expect(queue.depth).toBe(1);
  expect(clock.pending).toBe(0);
});

test('closing releases those who wait', async () => {
  const queue = createWorkQueue(createFakeClock());
  const waiting = queue.next();
  queue.close();
  expect(await waiting).toBeUndefined();
});
