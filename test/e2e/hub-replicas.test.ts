import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configMapsRef, leasesRef, namespacesRef, serviceAccountsRef } from '../../src/api/refs.gen.ts';
import { createClient } from '../../src/client/client.ts';
import type { Client } from '../../src/client/contract.ts';
import { createHttpTransport } from '../../src/client/http/http-transport.ts';
import { readKubeconfig, targetOfKubeconfig } from '../../src/client/kubeconfig.ts';
import { etcdProgram, sayWithoutEtcd, startEtcd } from '../../src/storage/etcd/testing/etcd-process.ts';
import type { EtcdCluster } from '../../src/storage/etcd/testing/etcd-process.ts';

sayWithoutEtcd('hub replicas');

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Replica {
  readonly child: ChildProcess;
  readonly server: string;
  readonly client: Client;
}

describe.skipIf(etcdProgram === undefined)('two hubs on one etcd', () => {
  const directory = mkdtempSync(join(tmpdir(), 'causeway-replicas-'));
  const running: ChildProcess[] = [];
  let etcd: EtcdCluster;
  let first: Replica;
  let second: Replica;

  const start = async (name: string): Promise<Replica> => {
    const data = join(directory, name);
    const flags = ['--store', `etcd:${etcd.endpoints.join(',')}/fleet`, '--port', '0', '--data-dir', data, '--output', 'json'];
    const child = spawn(process.execPath, ['--import', 'tsx', join(root, 'src/cli/bin.ts'), 'hub', ...flags], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    running.push(child);
    const line = await new Promise<string>((resolve, reject) => {
      child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()));
      child.once('exit', (code) => reject(new Error(`hub ${name} ended with ${code}`)));
    });
    const { hub, kubeconfig } = JSON.parse(line) as { hub: { server: string }; kubeconfig: string };
    const { transport } = await targetOfKubeconfig(await readKubeconfig(kubeconfig));
    return { child, server: hub.server, client: createClient(createHttpTransport(transport)) };
  };
  const configMap = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' } });
  const leader = async (client: Client): Promise<string | undefined> =>
    ((await client.resource(leasesRef).find('causeway-hub', 'kube-system'))?.['spec'] as { holderIdentity?: string } | undefined)
      ?.holderIdentity;

  beforeAll(async () => {
    etcd = await startEtcd();
    // At once: they must agree on one certificate authority.
    [first, second] = await Promise.all([start('a'), start('b')]);
  });
  afterAll(async () => {
    await Promise.all([first?.client.close(), second?.client.close()]);
    for (const child of running) child.kill('SIGKILL');
    await etcd?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  test("one's kubeconfig is good for the other", async () => {
    const { transport } = await targetOfKubeconfig(await readKubeconfig(join(directory, 'a', 'kubeconfig')));
    const client = createClient(createHttpTransport({ ...transport, server: second.server }));
    expect(await client.raw('/readyz')).toBe('ok');
    expect((await client.resource(namespacesRef).list()).items.length).toBeGreaterThan(0);
    await client.close();
  });

  test('what is written through either is seen by a watch through the other', async () => {
    const seen: string[] = [];
    const stop = new AbortController();
    const { metadata } = await second.client.resource(configMapsRef).list({ namespace: 'default' });
    const watching = (async () => {
      const options = { namespace: 'default', resourceVersion: metadata.resourceVersion!, signal: stop.signal };
      for await (const { type, object } of second.client.resource(configMapsRef).watch(options))
        if (/^[ab]-/.test(object.metadata.name)) seen.push(`${type} ${object.metadata.name}`);
    })().catch(() => {});
    const names: string[] = [];
    for (let index = 0; index < 10; index++) {
      const [writer, name] = index % 2 === 0 ? [first, `a-${index}`] : [second, `b-${index}`];
      await writer.client.resource(configMapsRef).create(configMap(name));
      names.push(`ADDED ${name}`);
    }
    await expect.poll(() => seen).toEqual(names);
    stop.abort();
    await watching;
  });

  test('a read after a write through the other is up to date, and versions compare across both', async () => {
    const written = await first.client.resource(configMapsRef).create(configMap('fresh'));
    const read = await second.client.resource(configMapsRef).get('fresh', 'default');
    expect(read.metadata.resourceVersion).toBe(written.metadata.resourceVersion);
    const stale = { ...written, data: { by: 'first' } };
    await second.client.resource(configMapsRef).update({ ...read, data: { by: 'second' } });
    await expect(first.client.resource(configMapsRef).update(stale)).rejects.toMatchObject({ reason: 'Conflict' });
  });

  test('one of them runs the controllers; when it is killed the other takes over', async () => {
    await expect.poll(() => leader(first.client), { timeout: 40_000 }).toBeTruthy();
    const before = await leader(first.client);
    // The identity names the process.
    const [dead, alive] = before?.includes(`_${first.child.pid}_`) ? [first, second] : [second, first];
    dead.child.kill('SIGKILL');
    await alive.client.resource(namespacesRef).create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'after' } });
    await expect
      .poll(() => alive.client.resource(serviceAccountsRef).find('default', 'after'), { timeout: 40_000, interval: 250 })
      .toBeDefined();
    expect(await leader(alive.client)).not.toBe(before);
  });
});
