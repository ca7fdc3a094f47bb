import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Revision } from '../contract.ts';
import { StoreUnavailableError } from '../errors.ts';
import { eventually } from '../testing/watch-recorder.ts';
import { Applier } from './applier.ts';
import { Batch } from './batch.ts';
import { type Environment, openEnvironment } from './environment.ts';
import { LayeredReader } from './layered-reader.ts';
import { Overlay } from './overlay.ts';
import { Reader } from './reader.ts';

let path = '';
let environment: Environment;
let overlay: Overlay;
let base: Reader;
let reader: LayeredReader;
let applier: Applier;
let applied: Revision[] = [];
let full = false;
let commits = 0;

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'causeway-applier-'));
  environment = openEnvironment(path);
  overlay = new Overlay(0n);
  base = new Reader(environment, 0n);
  reader = new LayeredReader(base, overlay);
  [applied, full, commits] = [[], false, 0];
  const commit: Environment['commit'] = async (writes) => {
    commits++;
    if (full) throw new StoreUnavailableError('write: the disk is full: free or add disk space');
    await environment.commit(writes);
  };
  const failing: Environment = Object.create(environment, { commit: { value: commit } });
  applier = new Applier({ environment: failing, base, overlay, applied: (revision) => applied.push(revision) }, { transactionWrites: 4 });
});
afterEach(async () => {
  await applier.close();
  await environment.close();
  rmSync(path, { recursive: true });
});

const add = (...keys: string[]): void => {
  const batch = new Batch(reader, undefined);
  for (const key of keys) batch.put(key, Buffer.from(key), { deadline: 0 });
  overlay.add(batch.changes, batch.revision);
  applier.notice();
};
const keys = (): string[] => reader.list('/', {}).items.map((item) => item.key);

test('LMDB takes over when there is enough for a transaction, and what is left when asked', async () => {
  add('/1', '/2', '/3');
  expect(commits).toBe(0);
  add('/4', '/5');
  await eventually(() => applied.length > 0, 'a transaction');
  expect(applied).toEqual([4n]);
  expect([overlay.size, base.revision]).toEqual([1, 4n]);
  expect(keys()).toEqual(['/1', '/2', '/3', '/4', '/5']);
  await applier.through(5n);
  expect([overlay.size, overlay.bytes, base.revision, commits]).toEqual([0, 0, 5n, 2]);
  expect(keys()).toHaveLength(5);
});

test('while LMDB cannot write nothing is lost and there is no room; when it can again there is', async () => {
  full = true;
  add('/1', '/2', '/3', '/4');
  await eventually(() => commits > 0, 'an attempt');
  await expect(applier.room()).rejects.toThrow(/the disk is full: free or add disk space/);
  await expect(applier.through(4n)).rejects.toThrow(StoreUnavailableError);
  expect(keys()).toEqual(['/1', '/2', '/3', '/4']);
  expect(applied).toEqual([]);
  full = false;
  await applier.room();
  expect(applied).toEqual([4n]);
  expect(keys()).toEqual(['/1', '/2', '/3', '/4']);
});

test('a revision without writes is taken over as well', async () => {
  overlay.add([], 1000n);
  await applier.through(1000n);
  expect(applied).toEqual([1000n]);
});
