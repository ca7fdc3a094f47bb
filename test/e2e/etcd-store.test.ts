import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openMemoryStore } from '../../src/storage/memory/memory-store.ts';
import { restoreSnapshot, saveSnapshot } from '../../src/storage/snapshot/snapshot.ts';
import { describeStoreContract } from '../../src/storage/testing/contract-suite.ts';
import { eventually } from '../../src/storage/testing/watch-recorder.ts';
import { openEtcdStore } from '../../src/storage/etcd/etcd-store.ts';
import { type EtcdCluster, etcdctl, etcdProgram, sayWithoutEtcd, startEtcd } from '../../src/storage/etcd/testing/etcd-process.ts';

sayWithoutEtcd('etcd store');

describe.skipIf(etcdProgram === undefined)('on a real etcd', () => {
  let etcd: EtcdCluster;
  let stores = 0;
  beforeAll(async () => {
    etcd = await startEtcd();
  });
  afterAll(() => etcd.stop());

  describeStoreContract({
    name: 'etcd',
    open: (options) => openEtcdStore({ ...options, endpoints: etcd.endpoints, prefix: `/store-${stores++}` }),
    modelRuns: 5,
    shortTtlSeconds: 1,
  });

  test('snapshots go out and in, and revisions stay above the snapshot', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'causeway-etcd-snapshot-'));
    const file = join(directory, 'snapshot');
    const memory = openMemoryStore();
    await memory.advance(5_000_000n);
    for (let i = 0; i < 300; i++) await memory.create(`/k/${i}`, Buffer.from(`value ${i}`), i === 7 ? { ttlSeconds: 900 } : {});
    await saveSnapshot(memory, file);
    const store = await openEtcdStore({ endpoints: etcd.endpoints, prefix: '/restored' });
    await restoreSnapshot(file, store);
    expect(await store.revision()).toBeGreaterThan(5_000_300n);
    const { items } = await store.list('');
    expect(items.map((item) => `${item.key} ${Buffer.from(item.value)}`)).toEqual(
      (await memory.list('')).items.map((item) => `${item.key} ${Buffer.from(item.value)}`),
    );
    expect((await store.remainingTtlSeconds(['/k/7']))[0]).toBeGreaterThan(800);
    await store.close();

    const again = await openEtcdStore({ endpoints: etcd.endpoints, prefix: '/restored' });
    expect((await again.get('/k/8'))?.modRevision).toBe(items.find((item) => item.key === '/k/8')?.modRevision);
    await saveSnapshot(again, file);
    const copy = openMemoryStore();
    expect(await restoreSnapshot(file, copy)).toMatchObject({ driver: 'etcd', objects: 300 });
    await again.close();
    rmSync(directory, { recursive: true });
  });

  test('what is remembered of a key is its newest state once the store has heard of it', async () => {
    const open = () => openEtcdStore({ endpoints: etcd.endpoints, prefix: '/remembered' });
    const [ours, theirs] = [await open(), await open()];
    const state = (): string | undefined => ours.remembered?.('/k')?.value.toString();
    const created = await ours.create('/k', Buffer.from('1'));
    if (!created.applied) throw new Error('not created');
    expect(state()).toBe('1');

    const changed = await theirs.update('/k', Buffer.from('2'), { expected: created.revision });
    if (!changed.applied) throw new Error('not changed');
    expect(await ours.update('/k', Buffer.from('3'), { expected: created.revision })).toMatchObject({ applied: false });
    expect(state()).toBe('2');

    const heard = new AbortController();
    const watch = ours.watch('/', { after: changed.revision, signal: heard.signal });
    const batches = watch[Symbol.asyncIterator]();
    const last = await theirs.update('/k', Buffer.from('4'), { expected: changed.revision });
    if (!last.applied) throw new Error('not changed');
    for (let seen = 0n; seen < last.revision;) seen = (await batches.next()).value?.revision ?? seen;
    expect(state()).toBe('4');
    await theirs.delete('/k', { expected: last.revision });
    while (state() !== undefined) await batches.next();
    heard.abort();
    await Promise.all([ours.close(), theirs.close()]);
  });

  test('a shared lease that somebody revoked is replaced', async () => {
    const store = await openEtcdStore({ endpoints: etcd.endpoints, prefix: '/revoked' });
    await store.create('/first', Buffer.from('1'), { ttlSeconds: 777 });
    for (const lease of etcdctl(etcd, ['lease', 'list']).match(/^[0-9a-f]{8,}$/gm) ?? []) etcdctl(etcd, ['lease', 'revoke', lease]);
    expect(await store.create('/second', Buffer.from('2'), { ttlSeconds: 777 })).toMatchObject({ applied: true });
    expect((await store.list('/')).items.map((item) => item.key)).toEqual(['/second']);
    await store.close();
  });

  test('history is forgotten by age', async () => {
    const autoCompact = { keepSeconds: 0.1, intervalSeconds: 0.1 };
    const store = await openEtcdStore({ endpoints: etcd.endpoints, prefix: '/aging', autoCompact });
    const created = await store.create('/k', Buffer.from('v'));
    const revision = created.applied ? created.revision : 0n;
    await eventually(async () => (await store.compactedRevision()) >= revision, 'automatic compaction');
    await store.close();
  });

  test('a value larger than etcd takes is a typed error', async () => {
    const store = await openEtcdStore({ endpoints: etcd.endpoints, prefix: '/large' });
    await expect(store.create('/k', Buffer.alloc(3_000_000))).rejects.toThrow(/store less in one object/);
    await store.close();
  });
});
