import { expect, test } from 'vitest';
import { resourceAmount } from './validate-resources.ts';

test.each<[string, string, number]>([
  ['example.com/gpu', '1500m', 1],
  ['a/b/c', '1m', 0],
  ['requests.example.com/gpu', '1m', 0],
  ['pods', '1m', 1],
  ['cpu', '1m', 0],
  ['cpu', '-1', 1],
])('%s: %s has %i errors of amount: what is no extended resource may be a fraction', (name, amount, count) => {
  expect(resourceAmount(name, amount, 'limits')).toHaveLength(count);
});
