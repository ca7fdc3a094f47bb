import { expect, test } from 'vitest';
import { byteRange } from './byte-range.ts';

test.each<[string, ReturnType<typeof byteRange>]>([
  ['bytes=0-3', [0, 4]],
  ['bytes= 1-2 ', [1, 3]],
  ['bytes=5-', [5, 10]],
  ['bytes=-4', [6, 10]],
  ['bytes=-40', [0, 10]],
  ['bytes=0-999', [0, 10]],
  ['bytes=10-', 'beyond'],
  ['bytes=3-1', 'invalid'],
  ['bytes=a-b', 'invalid'],
  ['lines=1-2', 'invalid'],
  ['bytes=-', 'invalid'],
  ['bytes=', 'whole'],
  ['bytes=0-1,4-5', 'whole'],
])('%s of ten bytes', (header, part) => {
  expect(byteRange(header, 10)).toEqual(part);
});
