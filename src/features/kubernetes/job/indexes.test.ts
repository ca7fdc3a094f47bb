import { array, assert, nat, property } from 'fast-check';
import { expect, test } from 'vitest';
import { formatIndexes, parseIndexes } from './indexes.ts';

test.each([
  [[], ''],
  [[3], '3'],
  [[0, 1], '0,1'],
  [[0, 1, 2, 5], '0-2,5'],
  [[5, 2, 1, 0, 7, 8, 9], '0-2,5,7-9'],
])('%j is written %s', (indexes, text) => {
  expect(formatIndexes(indexes)).toBe(text);
});

test('reading what was written gives the same indexes', () => {
  assert(
    property(array(nat(50)), (indexes) => {
      const set = new Set(indexes);
      expect([...parseIndexes(formatIndexes(set), 51)].toSorted((a, b) => a - b)).toEqual([...set].toSorted((a, b) => a - b));
    }),
  );
});

test('indexes beyond the completions are dropped', () => {
  expect([...parseIndexes('0-9', 3)]).toEqual([0, 1, 2]);
});
