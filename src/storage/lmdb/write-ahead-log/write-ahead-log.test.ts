import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Revision } from '../../contract.ts';
import { newestFrameOf } from '../testing/newest-frame.ts';
import { readLogSince, removeLog } from './replay.ts';
import { WriteAheadLog } from './write-ahead-log.ts';

let path = '';
let log: WriteAheadLog;
let revision: Revision = 0n;
/** Answers drain(): what LMDB would have taken over. */
let drained = 0;

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'causeway-wal-'));
  revision = 0n;
  drained = 0;
  log = new WriteAheadLog({
    path,
    whileOwner: (work) => work(),
    drain: async () => {
      drained++;
      log.release(revision);
    },
  });
});
afterEach(async () => {
  await log.close();
  rmSync(path, { recursive: true });
});

/** Appends a group of so many writes. */
const append = async (writes: number, bytes = 100): Promise<void> => {
  const base = revision;
  const entries = Array.from({ length: writes }, (_, i) => {
    const at = base + BigInt(i) + 1n;
    return { revision: at, key: `/key/${at}`, record: Buffer.alloc(bytes, String(at)) };
  });
  await log.append({ base, revision: base + BigInt(writes), entries });
  revision += BigInt(writes);
};
const logged = (applied: Revision = 0n): Revision[] => readLogSince(path, applied).entries.map((entry) => entry.revision);
const upTo = (last: Revision, first: Revision = 1n): Revision[] =>
  Array.from({ length: Number(last - first) + 1 }, (_, i) => first + BigInt(i));

test('what was appended is read again, from any revision on', async () => {
  expect(readLogSince(path, 7n)).toEqual({ entries: [], revision: 7n });
  for (const writes of [1, 3, 2]) await append(writes);
  for (const applied of upTo(6n, 0n)) expect(logged(applied)).toEqual(upTo(6n, applied + 1n));
  expect(String(readLogSince(path, 5n).entries[0]?.record).slice(0, 3)).toBe('666');
});

test('nobody else may read the files', async () => {
  await append(1);
  for (const name of ['wal-0', 'wal-1']) expect(statSync(join(path, name)).mode & 0o777).toBe(0o600);
  removeLog(path);
  expect(readLogSince(path, 0n).entries).toEqual([]);
});

test('a last group that is cut off, or damaged in any byte, is not there; those before it are', async () => {
  for (const writes of [2, 1, 3]) await append(writes, 40);
  const { file, start, end } = newestFrameOf(path);
  const whole = readFileSync(file);
  for (let at = start; at < end; at++) {
    const garbled = Buffer.from(whole.subarray(0, 16 * 4096));
    garbled[at]! ^= 0x41;
    writeFileSync(file, garbled);
    expect(logged()).toEqual(upTo(3n));
    truncateSync(file, at);
    expect(logged()).toEqual(upTo(3n));
  }
  writeFileSync(file, whole.subarray(0, end));
  expect(logged()).toEqual(upTo(6n));
});

test('a group that is missing before others is damage, not a crash', async () => {
  await append(1);
  const { file, start } = newestFrameOf(path);
  await append(1);
  const damaged = readFileSync(file);
  damaged[start + 50]! ^= 1;
  writeFileSync(file, damaged);
  expect(() => logged()).toThrow(/the write-ahead log is damaged: it goes on from revision 1, after 0/);
});

test.each([
  ['what is not a log', (header: Buffer) => header.fill('x'), /wal-0: no valid header/],
  ['a later format', (header: Buffer) => header.writeUInt32BE(2, 25), /wal-0: format 2, this program knows format 1/],
  ['a garbled file id, by which no group would be known,', (header: Buffer) => (header[33]! ^= 1), /wal-0: no valid header/],
])('%s is refused', async (_, change, message) => {
  await append(1);
  const bytes = readFileSync(join(path, 'wal-0'));
  change(bytes.subarray(0, 100));
  writeFileSync(join(path, 'wal-0'), bytes);
  expect(() => logged()).toThrow(message);
});

test('room is used again once LMDB has what it held, and not before', async () => {
  for (let round = 0, released = 0n; round < 8; round++) {
    for (let i = 0; i < 100; i++) await append(1, 3000);
    expect(logged(released)).toEqual(upTo(revision, released + 1n));
    released = revision - 50n;
    log.release(released);
  }
  log.release(revision);
  await append(1);
  expect(logged(revision - 1n)).toEqual([revision]);
  expect(log.sizeBytes).toBeLessThanOrEqual(2 * 2 ** 20);
});

test('while LMDB lags the log grows, then it waits', async () => {
  for (let i = 0; i < 20; i++) await append(1, 2 ** 20);
  expect(drained).toBeGreaterThan(0);
  expect(log.sizeBytes).toBeLessThanOrEqual(16 * 2 ** 20);
  log.release(revision);
  await append(1, 20 * 2 ** 20);
  expect(logged(revision - 1n)).toEqual([revision]);
  log.release(revision);
  expect(log.sizeBytes).toBeLessThanOrEqual(16 * 2 ** 20);
});
