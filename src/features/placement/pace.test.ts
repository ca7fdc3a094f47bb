import { expect, test } from 'vitest';
import { createPace, createPeriod } from './pace.ts';

test('a key waits one period from first sight, then is written at most once in a period', () => {
  let now = 1000;
  const pace = createPace(() => now);
  expect(pace.wait('a', 300)).toBe(0.3);
  now += 100;
  expect(pace.wait('a', 300)).toBe(0.2);
  expect(pace.wait('b', 300)).toBe(0.3);
  now += 200;
  expect(pace.wait('a', 300)).toBeUndefined();
  expect(pace.wait('a', 300)).toBe(0.3);
  pace.forget('a');
  now += 1000;
  expect(pace.wait('a', 300)).toBe(0.3);
});

test('a period that grows shorter ends sooner', () => {
  let now = 0;
  const pace = createPace(() => now);
  expect(pace.wait('a', 3000)).toBe(3);
  now += 400;
  expect(pace.wait('a', 300)).toBeUndefined();
});

test.each([
  [0, 300, 3000],
  [20, 300, 3000],
  [50, 500, 5000],
  [2000, 3000, 10_000],
])('writes of %i ms make a period of %i ms, and patience of %i ms', async (took, period, patience) => {
  let now = 0;
  const measured = createPeriod(() => now);
  expect(measured.milliseconds()).toBe(300);
  await measured.measure(async () => void (now += took));
  expect(measured.milliseconds()).toBe(period);
  expect(measured.patience()).toBe(patience);
});
