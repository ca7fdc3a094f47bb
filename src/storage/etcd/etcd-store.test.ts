import { afterAll, beforeAll, describe, test } from 'vitest';
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
  });
});
