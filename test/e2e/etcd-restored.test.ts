import { cpSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configMapsRef } from '../../src/api/refs.gen.ts';
import type { Client } from '../../src/client/contract.ts';
import { etcdProgram, sayWithoutEtcd, startEtcd, type EtcdCluster } from '../../src/storage/etcd/testing/etcd-process.ts';
import { startCauseway } from './support/causeway-process.ts';
import { connect } from './support/connect.ts';
import { createHub } from './support/hub.ts';

sayWithoutEtcd('an etcd that goes back under a hub', etcdProgram === undefined);

describe.skipIf(etcdProgram === undefined)('an etcd that goes back to an earlier state under a hub', () => {
  const hub = createHub();
  let etcd: EtcdCluster;
  beforeAll(async () => {
    etcd = await startEtcd();
  });
  afterAll(async () => {
    await hub.close();
    await etcd?.stop();
  });
  const start = () =>
    startCauseway([
      'hub',
      '--store',
      `etcd:${etcd.endpoints.join(',')}/back`,
      '--data-dir',
      hub.directory,
      '--port',
      '0',
      '--output',
      'json',
    ]);
  const create = (client: Client, name: string) =>
    client.resource(configMapsRef).create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' } });
  const namesOf = async (client: Client): Promise<string[]> =>
    (await client.resource(configMapsRef).list({ namespace: 'default' })).items.map(({ metadata }) => metadata.name);

  test('the hub ends with a word instead of showing what is no longer there, and starts afresh', { timeout: 120_000 }, async () => {
    const [member] = etcd.members;
    const first = start();
    let client = await connect((await first.ready).kubeconfig);
    await create(client, 'kept');
    const stopped = async (work: () => void): Promise<void> => {
      member!.kill('SIGKILL');
      await member!.ended;
      work();
      await member!.restart();
    };
    await stopped(() => cpSync(member!.directory, `${member!.directory}-earlier`, { recursive: true }));
    for (let i = 0; i < 20; i++) await create(client, `lost-${i}`);
    expect(await namesOf(client)).toContain('lost-19');
    await stopped(() => {
      rmSync(member!.directory, { recursive: true });
      cpSync(`${member!.directory}-earlier`, member!.directory, { recursive: true });
    });
    expect(await first.ended).toBe(1);
    expect(first.stderr()).toMatch(/^causeway: etcd: it went back from revision \d+ to \d+: .*start this process again/m);
    await client.close();

    const second = start();
    client = await connect((await second.ready).kubeconfig);
    expect(await namesOf(client)).toContain('kept');
    expect(await namesOf(client)).not.toContain('lost-19');
    await client.close();
    await second.stop();
  });
});
