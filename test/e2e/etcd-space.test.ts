import { expect, test } from 'vitest';
import { StoreUnavailableError } from '../../src/storage/errors.ts';
import { openEtcdStore } from '../../src/storage/etcd/etcd-store.ts';
import { etcdctl, etcdctlProgram, sayWithoutEtcd, startEtcd } from '../../src/storage/etcd/testing/etcd-process.ts';

sayWithoutEtcd('etcd without room');

test.skipIf(etcdctlProgram === undefined)(
  'an etcd without room refuses puts and says what to do; reads and deletes go on; with room again so do puts',
  async () => {
    const etcd = await startEtcd({ flags: ['--quota-backend-bytes=16777216'] });
    const store = await openEtcdStore({ endpoints: etcd.endpoints, prefix: '/full', patienceSeconds: 2 });
    try {
      const put = (index: number) => store.create(`/k/${index}`, Buffer.alloc(1_000_000, 1));
      const fill = async (): Promise<void> => {
        for (let index = 0; index < 40; index++) await put(index);
      };
      const full = fill();
      await expect(full).rejects.toThrow(StoreUnavailableError);
      await expect(full).rejects.toThrow(/database space exceeded: compact, defragment, then disarm the alarm/);
      const { items } = await store.list('/k/');
      expect(items.length).toBeGreaterThan(5);
      for (const { key, modRevision } of items) expect(await store.delete(key, { expected: modRevision })).toMatchObject({ applied: true });
      await store.compact(await store.revision());
      etcdctl(etcd, ['defrag']);
      etcdctl(etcd, ['alarm', 'disarm']);
      expect(await put(99)).toMatchObject({ applied: true });
    } finally {
      await store.close();
      await etcd.stop();
    }
  },
  30_000,
);
