import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configMapsRef } from '../../src/api/refs.gen.ts';
import { type EtcdCluster, etcdctlProgram, leaderOf, sayWithoutEtcd, startEtcd } from '../../src/storage/etcd/testing/etcd-process.ts';
import { type CausewayProcess, startCauseway } from './support/causeway-process.ts';
import { connect } from './support/connect.ts';
import { eventually } from './support/eventually.ts';
import { followConfigMaps, type Follower } from './support/follow.ts';
import { isLinearizable } from './support/linearizability.ts';
import { HistoryRecorder } from './support/record-history.ts';

sayWithoutEtcd('hub replicas through the loss of etcd members and of each other');

const keys = ['k-0', 'k-1', 'k-2', 'k-3'];

interface Replica {
  readonly process: CausewayProcess;
  readonly kubeconfig: string;
}

describe.skipIf(etcdctlProgram === undefined)('two hubs on an etcd of three members', () => {
  const directory = mkdtempSync(join(tmpdir(), 'causeway-failover-'));
  const recorder = new HistoryRecorder(keys);
  const stop = new AbortController();
  const followers: Follower[] = [];
  const load: Promise<void>[] = [];
  const hubs: Replica[] = [];
  let etcd: EtcdCluster;

  const start = async (name: string): Promise<Replica> => {
    const store = `etcd:${etcd.endpoints.join(',')}/fleet`;
    const process = startCauseway(['hub', '--store', store, '--data-dir', join(directory, name), '--port', '0', '--output', 'json']);
    return { process, kubeconfig: (await process.ready).kubeconfig };
  };
  /** A client that goes on after an answer was lost, as long as its hub runs. */
  const drive = async ({ process, kubeconfig }: Replica): Promise<void> => {
    const client = await connect(kubeconfig);
    while (!stop.signal.aborted && process.running()) await recorder.run(client, stop.signal);
    await client.close();
  };
  const operations = (): number => [...recorder.histories.values()].reduce((sum, { length }) => sum + length, 0);
  const more = async (count: number): Promise<void> => {
    const from = operations();
    await eventually(() => expect(operations()).toBeGreaterThan(from + count), 45);
  };

  beforeAll(async () => {
    etcd = await startEtcd({ members: 3 });
    hubs.push(...(await Promise.all(['a', 'b'].map(start))));
    for (const { kubeconfig } of hubs) followers.push(await followConfigMaps(kubeconfig, keys));
    for (const hub of hubs) load.push(drive(hub), drive(hub), drive(hub));
    await more(200);
  }, 120_000);
  afterAll(async () => {
    stop.abort();
    for (const follower of followers) await follower.stop();
    for (const { process } of hubs) await process.stop('SIGKILL');
    await etcd?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  test('go on when a follower of etcd is killed', { timeout: 60_000 }, async () => {
    const leader = leaderOf(etcd);
    const follower = etcd.members.find((member) => member !== leader);
    follower?.kill('SIGKILL');
    await more(300);
    await follower?.restart();
  });

  test('go on when the leader of etcd is killed', { timeout: 60_000 }, async () => {
    const leader = leaderOf(etcd);
    leader.kill('SIGKILL');
    await more(300);
    expect(leaderOf(etcd)).not.toBe(leader);
    await leader.restart();
  });

  test('the other goes on when one of them is killed, and takes it back', { timeout: 90_000 }, async () => {
    const [killed] = hubs.splice(1, 1);
    await killed?.process.stop('SIGKILL');
    await more(300);
    const again = await start('b');
    hubs.push(again);
    followers.push(await followConfigMaps(again.kubeconfig, keys));
    load.push(drive(again), drive(again));
    await more(300);
  });

  test('without a majority they say that they are not ready, and go on when it is back', { timeout: 90_000 }, async () => {
    const client = await connect(hubs[0]!.kubeconfig);
    const ready = (): Promise<string> => client.raw('/readyz').then(String, String);
    const stopped = etcd.members.slice(1);
    for (const member of stopped) member.kill('SIGSTOP');
    await eventually(async () => expect(await ready()).toMatch(/etcd failed/));
    for (const member of stopped) member.kill('SIGCONT');
    await eventually(async () => expect(await ready()).toBe('ok'), 45);
    await client.close();
    await more(100);
    expect(hubs.map(({ process }) => process.running())).toEqual([true, true]);
  });

  test('no write was lost, no watch had a gap, and the history is that of one copy', { timeout: 60_000 }, async () => {
    stop.abort();
    await Promise.all(load);
    const client = await connect(hubs[0]!.kubeconfig);
    const { items } = await client.resource(configMapsRef).list({ namespace: 'default' });
    const versions = new Map(items.map((item) => [item.metadata.name, item.metadata.resourceVersion]));
    const present = Object.fromEntries(keys.filter((key) => versions.has(key)).map((key) => [key, versions.get(key)]));
    await client.close();
    // That of the hub that was killed knows less; the others have everything.
    const [whole, killed, late] = followers as [Follower, Follower, Follower];
    for (const follower of [whole, late]) {
      await expect.poll(() => Object.fromEntries(follower.present())).toEqual(present);
    }
    expect(followers.map((follower) => follower.failure())).toEqual([undefined, undefined, undefined]);
    const changes = new Map(whole.changes.map((change) => [change.version, `${change.type} ${change.name} ${change.text}`]));
    expect(changes.size).toBe(whole.changes.length);
    for (const { changes: other } of [killed, late])
      for (const { version, type, name, text } of other) expect(changes.get(version)).toBe(`${type} ${name} ${text}`);
    const texts = new Set(whole.changes.map(({ text }) => text));
    const acknowledged = [...recorder.histories.values()].flat().filter(({ action, outcome }) => outcome === 'done' && 'text' in action);
    expect(acknowledged.length).toBeGreaterThan(200);
    expect(acknowledged.filter(({ action }) => 'text' in action && !texts.has(action.text))).toEqual([]);
    expect(whole.relists + killed.relists + late.relists).toBe(0);
    expect(keys.filter((key) => !isLinearizable(recorder.histories.get(key)!))).toEqual([]);
  });
});
