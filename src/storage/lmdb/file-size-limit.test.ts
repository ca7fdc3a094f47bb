import { expect, test } from 'vitest';
import { fileSizeLimit } from './file-size-limit.ts';

const header = 'Limit                     Soft Limit           Hard Limit           Units     \n';

test.each([
  ['a limit', `${header}Max file size             16777216             unlimited            bytes     \n`, 16_777_216],
  ['none', `${header}Max file size             unlimited            unlimited            bytes     \n`, Infinity],
  ['another text', 'nothing\n', Infinity],
])('%s', (_, text, limit) => {
  expect(fileSizeLimit(() => text)).toBe(limit);
});

test('a system without such a file says nothing', () => {
  const absent = (): string => {
    throw new Error('ENOENT');
  };
  expect(fileSizeLimit(absent)).toBe(Infinity);
});
