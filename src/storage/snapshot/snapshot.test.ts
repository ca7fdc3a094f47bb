import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { MaintainableStore } from '../contract.ts';
import { openStore } from '../open.ts';
import { testStamp } from '../testing/contract-suite.ts';
import { SnapshotError } from './format.ts';
import { CompactedError } from '../errors.ts';
import { inspectSnapshot, migrateStore, restoreSnapshot, saveSnapshot } from './snapshot.ts';
import { requireFinished } from './unfinished.ts';

const scratch = mkdtempSync(join(tmpdir(), 'causeway-snapshot-'));
afterAll(() => rmSync(scratch, { recursive: true }));
let files = 0;
const fresh = (): string => join(scratch, `${files++}`);
const open = (uri: string): Promise<MaintainableStore> => openStore(uri, { stamp: testStamp, autoCompact: false });

/** 1,200 keys of which some are updated and deleted again; one has a ttl. */
async function filled(uri: string): Promise<MaintainableStore> {
  const store = await open(uri);
  const keys = Array.from({ length: 1200 }, (_, i) => `/k/${i}`);
  const created = await Promise.all(keys.map((key, i) => store.create(key, Buffer.alloc(16 + (i % 50), key))));
  const revisions = created.map((result) => (result.applied ? result.revision : 0n));
  await store.update('/k/1', Buffer.alloc(30, 'updated'), { expected: revisions[1] ?? 0n });
  await store.delete('/k/2', { expected: revisions[2] ?? 0n });
  await store.create('/event', Buffer.alloc(20), { ttlSeconds: 500 });
  return store;
}

/** Key and value without its stamp. */
const contents = async (store: MaintainableStore): Promise<string[]> =>
  (await store.list('')).items.map(({ key, value }) => `${key} ${Buffer.from(value.subarray(8)).toString('latin1')}`);

test.each([
  ['memory', 'memory'],
  ['lmdb', 'memory'],
  ['memory', 'lmdb'],
  ['lmdb', 'lmdb'],
])('a snapshot of a %s store restores into a %s store', async (from, to) => {
  const uri = (driver: string): string => (driver === 'lmdb' ? `lmdb:${fresh()}` : 'memory:');
  const source = await filled(uri(from));
  const file = fresh();
  const saved = await saveSnapshot(source, file);
  expect(saved).toMatchObject({ driver: from, objects: 1200, revision: await source.revision() });
  expect(await inspectSnapshot(file)).toEqual(saved);
  expect(statSync(file).mode & 0o777).toBe(0o600);

  const target = await open(uri(to));
  expect(await restoreSnapshot(file, target)).toEqual(saved);
  expect(await contents(target)).toEqual(await contents(source));
  expect(await target.revision()).toBeGreaterThanOrEqual(saved.revision + 1200n);
  expect(await target.compactedRevision()).toBeGreaterThanOrEqual(saved.revision);
  for (const item of (await target.list('')).items) {
    expect(item.modRevision).toBeGreaterThan(saved.revision);
    expect(Buffer.from(item.value).readBigUInt64BE(0)).toBe(item.modRevision);
  }
  const [ttl] = await target.remainingTtlSeconds(['/event']);
  expect(ttl).toBeGreaterThan(400);
  await expect(restoreSnapshot(file, target)).rejects.toThrow(/it holds 1200 objects: use an empty store/);
  await source.close();
  await target.close();
});

test('writes during a snapshot are not in it', async () => {
  const source = await filled('memory:');
  const before = await contents(source);
  const file = fresh();
  const saving = saveSnapshot(source, file);
  const saved = saving.then(() => true);
  for (let i = 0; !(await Promise.race([saved, false])); i++) {
    await source.create(`/k/noise-${i}`, Buffer.alloc(16));
    const item = await source.get(`/k/${100 + (i % 100)}`);
    if (item) await source.delete(item.key, { expected: item.modRevision });
    await new Promise((resolve) => setImmediate(resolve));
  }
  const target = await open('memory:');
  await restoreSnapshot(file, target);
  expect(await contents(target)).toEqual(before);
});

test('stores migrate directly, too', async () => {
  const source = await filled('memory:');
  const target = await open('memory:');
  expect(await migrateStore(source, target)).toEqual({ objects: 1200 });
  expect(await contents(target)).toEqual(await contents(source));
});

test.each(['memory', 'lmdb'])(
  'a migration into a %s store that was broken off is begun anew, and nobody uses half of it',
  async (driver) => {
    const uri = driver === 'lmdb' ? `lmdb:${fresh()}` : 'memory:';
    const source = await filled('memory:');
    const target = await open(uri);
    let created = 0;
    const breaking: MaintainableStore = Object.assign(Object.create(target) as MaintainableStore, {
      driver: target.driver,
      get: target.get.bind(target),
      create: async (...args: Parameters<MaintainableStore['create']>) => {
        if (++created > 700) throw new Error('killed');
        return target.create(...args);
      },
    });
    for (const name of ['list', 'update', 'delete', 'count', 'advance', 'revision'] as const)
      Object.assign(breaking, { [name]: (target[name] as (...args: unknown[]) => unknown).bind(target) });
    await expect(migrateStore(source, breaking)).rejects.toThrow('killed');
    await expect(requireFinished(target, uri)).rejects.toThrow(/broken off, or is under way: run it again/);
    await source.create('/k/late', Buffer.alloc(16));
    const item = await source.get('/k/5');
    await source.delete('/k/5', { expected: item!.modRevision });
    expect(await migrateStore(source, target)).toEqual({ objects: 1200 });
    await requireFinished(target, uri);
    expect(await contents(target)).toEqual(await contents(source));
    await expect(migrateStore(source, target)).rejects.toThrow(/it holds 1200 objects: use an empty store/);
    await target.close();
  },
);

test.each([
  ['one flipped bit', (bytes: Buffer) => bytes.fill((bytes[5000] ?? 0) ^ 1, 5000, 5001), /damaged/],
  ['a missing end', (bytes: Buffer) => bytes.subarray(0, -40), /cut off/],
  ['another kind of file', () => Buffer.from('PK\u0003\u0004 a zip archive'), /not a snapshot/],
])('%s is noticed before anything is restored', async (_, damage, message) => {
  const source = await filled('memory:');
  const file = fresh();
  await saveSnapshot(source, file);
  writeFileSync(file, damage(readFileSync(file)));
  const target = await open('memory:');
  const restore = restoreSnapshot(file, target);
  await expect(restore).rejects.toThrow(SnapshotError);
  await expect(restore).rejects.toThrow(message);
  expect(await target.count('')).toBe(0);
});

test('a snapshot that fails leaves the old file and no rubbish', async () => {
  const source = await filled('memory:');
  const directory = mkdtempSync(join(scratch, 'kept-'));
  const file = join(directory, 'snapshot');
  const saved = await saveSnapshot(source, file);
  await source.close();
  await expect(saveSnapshot(source, file)).rejects.toThrow();
  expect(readdirSync(directory)).toEqual(['snapshot']);
  expect(await inspectSnapshot(file)).toEqual(saved);
});

test.each([
  ['a moment', 0, 1_000_000_000n],
  ['a month', 30 * 86_400_000, 30n * 86_400_000_000n],
  ['a clock that went back', -86_400_000, 1_000_000_000n],
])('restored after %s, revisions begin above all that may have been given out since, and those are expired', async (_, elapsed, leap) => {
  const source = await filled('memory:');
  const file = fresh();
  const { revision, createdAt } = await saveSnapshot(source, file);
  const later = await source.create('/later', Buffer.alloc(16));
  const target = await open('memory:');
  await restoreSnapshot(file, target, Date.parse(createdAt) + elapsed);
  expect(await target.compactedRevision()).toBeGreaterThanOrEqual(revision + leap);
  const watch = target.watch('/', { after: later.applied ? later.revision : 0n })[Symbol.asyncIterator]();
  await expect(watch.next()).rejects.toThrow(CompactedError);
  await Promise.all([source.close(), target.close()]);
});
