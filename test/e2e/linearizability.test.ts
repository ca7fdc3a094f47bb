import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configMapsRef } from '../../src/api/refs.gen.ts';
import { etcdProgram, sayWithoutEtcd, startEtcd, type EtcdCluster } from '../../src/storage/etcd/testing/etcd-process.ts';
import { connect } from './support/connect.ts';
import { createHub } from './support/hub.ts';
import { isLinearizable } from './support/linearizability.ts';
import { HistoryRecorder } from './support/record-history.ts';
import { startCauseway } from './support/causeway-process.ts';

sayWithoutEtcd('linearizability through two hubs');

const keys = ['k-0', 'k-1', 'k-2'];
const clients = 6;
/** Lists of this many are kept in memory: they must be as true as reads of the store. */
const fillers = 110;

const count = ({ histories }: HistoryRecorder): number => [...histories.values()].reduce((sum, { length }) => sum + length, 0);
const wrong = ({ histories }: HistoryRecorder): string[] => keys.filter((key) => !isLinearizable(histories.get(key)!));

const fill = async (kubeconfig: string): Promise<void> => {
  const client = await connect(kubeconfig);
  const resource = client.resource(configMapsRef);
  const create = (i: number) =>
    resource.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `filler-${i}`, namespace: 'default' }, data: { text: '' } });
  await Promise.all(Array.from({ length: fillers }, (_, i) => create(i)));
  await client.close();
};

describe('a hub that is killed three times', () => {
  const hub = createHub();
  afterAll(() => hub.close());

  test('answers as if there had been one copy of every object all the time', { timeout: 120_000 }, async () => {
    const recorder = new HistoryRecorder(keys);
    await hub.up().ready;
    await fill(hub.kubeconfig);
    for (let round = 1; round <= 3; round++) {
      const load = Array.from({ length: clients }, async () => {
        const client = await connect(hub.kubeconfig);
        await recorder.run(client, new AbortController().signal);
        await client.close();
      });
      await expect.poll(() => count(recorder), { timeout: 60_000, interval: 5 }).toBeGreaterThan(round * 600);
      await hub.process().stop('SIGKILL');
      await Promise.all(load);
      await hub.up().ready;
    }
    const last = new AbortController();
    const client = await connect(hub.kubeconfig);
    const reading = recorder.run(client, last.signal);
    await expect.poll(() => count(recorder), { timeout: 60_000, interval: 5 }).toBeGreaterThan(1900);
    last.abort();
    await reading;
    await client.close();
    expect(wrong(recorder)).toEqual([]);
  });
});

describe.skipIf(etcdProgram === undefined)('two hubs on one etcd', () => {
  const hubs = [createHub(), createHub()];
  let etcd: EtcdCluster;
  beforeAll(async () => {
    etcd = await startEtcd();
  });
  afterAll(async () => {
    for (const hub of hubs) await hub.close();
    await etcd?.stop();
  });

  test('answer as one, also when one of them is killed', { timeout: 120_000 }, async () => {
    const recorder = new HistoryRecorder(keys);
    const store = `etcd:${etcd.endpoints.join(',')}/linear`;
    const processes = hubs.map(({ directory }) =>
      startCauseway(['hub', '--store', store, '--data-dir', directory, '--port', '0', '--output', 'json']),
    );
    const kubeconfigs = await Promise.all(processes.map(async ({ ready }) => (await ready).kubeconfig));
    await fill(kubeconfigs[0]!);
    const stop = new AbortController();
    const load = Array.from({ length: clients }, async (_, i) => {
      const client = await connect(kubeconfigs[i % 2]!);
      await recorder.run(client, stop.signal);
      await client.close();
    });
    await expect.poll(() => count(recorder), { timeout: 60_000, interval: 5 }).toBeGreaterThan(600);
    await processes[1]!.stop('SIGKILL');
    await expect.poll(() => count(recorder), { timeout: 60_000, interval: 5 }).toBeGreaterThan(1000);
    stop.abort();
    await Promise.all(load);
    await processes[0]!.stop('SIGKILL');
    expect(wrong(recorder)).toEqual([]);
  });
});
