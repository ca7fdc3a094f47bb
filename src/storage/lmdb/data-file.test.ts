import { closeSync, cpSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { StoreUnavailableError } from '../errors.ts';
import { assertDataFile } from './data-file.ts';
import { openLmdbStore } from './lmdb-store.ts';

const pageSize = 8192;
const scratch = mkdtempSync(join(tmpdir(), 'causeway-data-file-'));
const whole = join(scratch, 'whole');
afterAll(() => rmSync(scratch, { recursive: true }));

const key = (i: number): string => `/objects/${String(i).padStart(4, '0')}`;
/** Some in pages of their own, some deleted. */
const value = (i: number): string => `${key(i)} ${'x'.repeat(i % 50 === 0 ? 20_000 : 700)}`;
const kept = Array.from({ length: 600 }, (_, i) => i).filter((i) => i % 7 !== 0);

beforeAll(async () => {
  const store = await openLmdbStore({ path: whole, autoCompact: false });
  const made = await Promise.all(Array.from({ length: 600 }, (_, i) => store.create(key(i), Buffer.from(value(i)))));
  for (const [i, result] of made.entries()) if (i % 7 === 0 && result.applied) await store.delete(key(i), { expected: result.revision });
  await store.close();
});

const harms: [string, (page: Buffer) => void][] = [
  ['zeros', (page) => page.fill(0)],
  ['another page', (page) => page.writeBigUInt64LE(page.readBigUInt64LE(0) + 1n, 0)],
  ['garbage', (page) => page.fill(0xa5)],
];

test.each(harms)('a page that is %s now is found before LMDB sees it, or was of no use', async (what, harm) => {
  const copy = join(scratch, what);
  cpSync(whole, copy, { recursive: true });
  const file = join(copy, 'data.mdb');
  const bytes = readFileSync(file);
  const useless: number[] = [];
  const pageOf = (page: number): Buffer => bytes.subarray(page * pageSize, (page + 1) * pageSize);
  const fd = openSync(file, 'r+');
  for (let page = 0; page < bytes.length / pageSize; page++) {
    const harmed = Buffer.from(pageOf(page));
    harm(harmed);
    writeSync(fd, harmed, 0, pageSize, page * pageSize);
    try {
      assertDataFile(file);
      useless.push(page);
    } catch (error) {
      expect(String(error)).toMatch(/ is damaged/);
    }
    writeSync(fd, pageOf(page), 0, pageSize, page * pageSize);
  }
  closeSync(fd);
  expect(bytes.length / pageSize - useless.length).toBeGreaterThan(50);
  for (const page of useless) harm(pageOf(page));
  writeFileSync(file, bytes);
  const store = await openLmdbStore({ path: copy, autoCompact: false });
  // The later pages of large values say nothing of themselves.
  expect((await store.list('/')).items.map((item) => item.key)).toEqual(kept.map(key));
  await Promise.all(kept.map((i) => store.create(`/more/${i}`, Buffer.from(value(i)))));
  expect((await store.list('/')).items).toHaveLength(2 * kept.length);
  await store.close();
});

test('a damaged store is refused with the remedy', async () => {
  const copy = join(scratch, 'refused');
  cpSync(whole, copy, { recursive: true });
  const bytes = readFileSync(join(copy, 'data.mdb'));
  bytes.fill(0, 2 * pageSize);
  writeFileSync(join(copy, 'data.mdb'), bytes);
  const opening = openLmdbStore({ path: copy });
  await expect(opening).rejects.toThrow(StoreUnavailableError);
  await expect(opening).rejects.toThrow(/data\.mdb is damaged: page \d+ is no leaf of this store: move it away and restore a snapshot/);
});

test('a store that another writes all the while is not taken for a damaged one', async () => {
  const path = join(scratch, 'busy');
  cpSync(whole, path, { recursive: true });
  const store = await openLmdbStore({ path, transactionWrites: 1 });
  const stop = new AbortController();
  const writing = (async () => {
    for (let i = 0; !stop.signal.aborted; i++)
      await Promise.all([0, 1, 2].map((w) => store.create(`/busy/${w}/${i}`, Buffer.from(value(i)))));
  })();
  for (let i = 0; i < 100; i++) {
    assertDataFile(join(path, 'data.mdb'));
    await new Promise((resolve) => setImmediate(resolve));
  }
  stop.abort();
  await writing;
  await store.close();
});
