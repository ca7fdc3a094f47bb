import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { CompactedError, StoreUnavailableError } from '../errors.ts';
import { describeStoreContract } from '../testing/contract-suite.ts';
import { eventually, recordWatch } from '../testing/watch-recorder.ts';
import { openLmdbStore } from './lmdb-store.ts';

const scratch = mkdtempSync(join(tmpdir(), 'causeway-lmdb-'));
let count = 0;
const fresh = (): string => join(scratch, `${count++}`);
afterAll(() => rmSync(scratch, { recursive: true }));

// The log alone; LMDB close behind it; and both holding some of it.
for (const transactionWrites of [undefined, 1, 4]) {
  describeStoreContract({
    name: transactionWrites ? `lmdb, taking over ${transactionWrites} writes at once` : 'lmdb',
    open: (options) => openLmdbStore({ ...options, path: fresh(), maxWatchBuffer: 16, transactionWrites }),
    modelRuns: 15,
    shortTtlSeconds: 0.5,
  });
}

test('state, history, ttl and compaction survive a restart', async () => {
  const path = fresh();
  const first = await openLmdbStore({ path });
  const revisions: bigint[] = [];
  for (const text of ['1', '2', '3']) {
    const expected = revisions.at(-1);
    const value = Buffer.from(text);
    const result = expected ? await first.update('/k', value, { expected }) : await first.create('/k', value);
    if (result.applied) revisions.push(result.revision);
  }
  await first.create('/short', Buffer.from('s'), { ttlSeconds: 0.2 });
  await first.create('/long', Buffer.from('l'), { ttlSeconds: 1000 });
  await first.compact(revisions[1] ?? 0n);
  const before = await first.revision();
  await first.close();

  const second = await openLmdbStore({ path });
  expect(await second.compactedRevision()).toBe(revisions[1]);
  expect(await second.revision()).toBeGreaterThanOrEqual(before);
  expect(String((await second.get('/k', { revision: revisions[1] ?? 0n }))?.value)).toBe('2');
  await expect(second.get('/k', { revision: revisions[0] ?? 0n })).rejects.toThrow(CompactedError);
  const watch = recordWatch(second, '/', revisions[1] ?? 0n);
  await eventually(() => watch.events.some((event) => event.type === 'delete'), 'the short key to expire');
  expect(watch.events.map((event) => `${event.type} ${event.key}`)).toEqual(['put /k', 'put /short', 'put /long', 'delete /short']);
  expect((await second.remainingTtlSeconds(['/long']))[0]).toBeGreaterThan(900);
  await second.close();
});

test('a revision is not given twice even when compaction has emptied the log', async () => {
  const path = fresh();
  const first = await openLmdbStore({ path });
  await first.create('/k', Buffer.from('v'));
  await first.compact(await first.revision());
  await first.close();
  const second = await openLmdbStore({ path });
  expect(await second.create('/l', Buffer.from('v'))).toMatchObject({ applied: true, revision: 2n });
  await second.close();
});

test('compaction gives its pages back to later writes', async () => {
  const store = await openLmdbStore({ path: fresh() });
  let expected = 0n;
  const churn = async (): Promise<void> => {
    for (let i = 0; i < 100; i++) {
      const value = Buffer.alloc(20_000, i);
      const result = expected ? await store.update('/k', value, { expected }) : await store.create('/k', value);
      if (result.applied) expected = result.revision;
    }
    await store.compact(expected);
  };
  await churn();
  await churn();
  const size = await store.sizeBytes();
  for (let i = 0; i < 3; i++) await churn();
  expect(await store.sizeBytes()).toBeLessThan(size * 1.5);
  await store.close();
});

test('only the owner can look into the directory', async () => {
  const path = fresh();
  const store = await openLmdbStore({ path });
  expect(statSync(path).mode & 0o777).toBe(0o700);
  for (const file of readdirSync(path)) expect(statSync(join(path, file)).mode & 0o777).toBe(0o600);
  await store.close();
});

test('a second opener is told who holds the directory; after close it may have it', async () => {
  const path = fresh();
  const store = await openLmdbStore({ path });
  await expect(openLmdbStore({ path })).rejects.toThrow(new RegExp(`process ${process.pid} holds this data directory`));
  expect(await store.create('/k', Buffer.from('still works'))).toMatchObject({ applied: true });
  await store.close();
  await (await openLmdbStore({ path })).close();
});

test('beyond maxSizeBytes puts are refused with the remedy, deletes and compaction make room', async () => {
  const store = await openLmdbStore({ path: fresh(), maxSizeBytes: 2_000_000 });
  const keys: string[] = [];
  const fill = async (): Promise<void> => {
    for (let i = keys.length; ; i++) {
      await store.create(`/${i}`, Buffer.alloc(100_000));
      keys.push(`/${i}`);
    }
  };
  await expect(fill()).rejects.toThrow(/delete objects, compact, or raise the limit/);
  expect(await store.count('/')).toBe(keys.length);
  for (const key of keys) await store.delete(key, { expected: (await store.get(key))?.modRevision ?? 0n });
  await store.compact(await store.revision());
  expect(await store.create('/again', Buffer.alloc(100_000))).toMatchObject({ applied: true });
  await store.close();
});

test('while the disk is nearly full puts are refused, reads and deletes go on', async () => {
  const path = fresh();
  const first = await openLmdbStore({ path });
  await first.create('/k', Buffer.from('v'));
  await first.close();
  const full = await openLmdbStore({ path, minFreeBytes: Number.MAX_SAFE_INTEGER });
  await expect(full.create('/l', Buffer.from('v'))).rejects.toThrow(
    /it has room for \d+ bytes, the reserve is \d+: free or add disk space/,
  );
  await expect(full.update('/k', Buffer.from('v'), { expected: 1n })).rejects.toThrow(StoreUnavailableError);
  expect((await full.list('/')).items).toHaveLength(1);
  expect(await full.delete('/k', { expected: 1n })).toMatchObject({ applied: true });
  await full.compact(2n);
  await full.close();
});

test.each([
  ['a path below a file', () => join(statSync(import.meta.filename).isFile() ? import.meta.filename : '', 'db'), /must be writable/],
  ['a file that is not LMDB', () => garbage(fresh()), /not a store: no valid header: move it away and restore a snapshot/],
  ['a file that was cut off', () => truncated(fresh()), /cut off at 40000 bytes: move it away and restore a snapshot/],
])('%s cannot be opened, and the message says what to do', async (_, make, message) => {
  const open = openLmdbStore({ path: await make() });
  await expect(open).rejects.toThrow(StoreUnavailableError);
  await expect(open).rejects.toThrow(message);
});

function garbage(path: string): string {
  mkdirSync(path);
  writeFileSync(join(path, 'data.mdb'), Buffer.alloc(100_000, 'not a database '));
  return path;
}

async function truncated(path: string): Promise<string> {
  const store = await openLmdbStore({ path });
  for (let i = 0; i < 20; i++) await store.create(`/${i}`, Buffer.alloc(30_000));
  await store.close();
  truncateSync(join(path, 'data.mdb'), 40_000);
  return path;
}
