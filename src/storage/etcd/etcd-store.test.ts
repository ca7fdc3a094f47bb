import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openMemoryStore } from '../memory/memory-store.ts';
import { restoreSnapshot, saveSnapshot } from '../snapshot/snapshot.ts';
import { describeStoreContract } from '../testing/contract-suite.ts';
import { openEtcdStore } from './etcd-store.ts';
import { type EtcdCluster, etcdMissing, etcdProgram, startEtcd } from './testing/etcd-process.ts';

if (etcdProgram === undefined) test.skip(`etcd store: NOT TESTED, ${etcdMissing}`, () => undefined);

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

  test('a value larger than etcd takes is a typed error', async () => {
    const store = await openEtcdStore({ endpoints: etcd.endpoints, prefix: '/large' });
    await expect(store.create('/k', Buffer.alloc(3_000_000))).rejects.toThrow(/store less in one object/);
    await store.close();
  });
});
