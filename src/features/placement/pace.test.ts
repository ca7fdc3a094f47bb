import { expect, test } from 'vitest';
import { createPace } from './pace.ts';

test('a key waits one period from first sight, then is written at most once in a period', () => {
  let now = 1000;
  const pace = createPace(() => now, 300);
  expect(pace.wait('a')).toBe(0.3);
  now += 100;
  expect(pace.wait('a')).toBe(0.2);
  expect(pace.wait('b')).toBe(0.3);
  now += 200;
  expect(pace.wait('a')).toBeUndefined();
  expect(pace.wait('a')).toBe(0.3);
  pace.forget('a');
  now += 1000;
  expect(pace.wait('a')).toBe(0.3);
});
