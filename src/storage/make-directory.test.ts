import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeDirectory } from './make-directory.ts';

test('what is missing above is made too, private, and what is there stays', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'causeway-')), 'a/b');
  makeDirectory(path);
  makeDirectory(path);
  expect(statSync(path).mode & 0o777).toBe(0o700);
});

test('a file in the way is an error', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'causeway-')), 'file');
  writeFileSync(file, '');
  expect(() => makeDirectory(file)).toThrow('EEXIST');
  expect(() => makeDirectory(join(file, 'below'))).toThrow('ENOTDIR');
});

test.runIf(process.platform === 'linux')('a place where nothing can be made is an error, not an endless loop', () => {
  expect(() => makeDirectory('/proc/causeway/a')).toThrow('ENOENT');
});
