import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { configMapsRef } from '../../src/api/refs.gen.ts';
import { type ClusterServer, startClusterServer } from '../../src/app/cluster-server.ts';
import { renderKubeconfig } from '../../src/app/kubeconfig.ts';
import { run } from '../../src/cli/main.ts';
import type { ResourceClient } from '../../src/client/contract.ts';
import type { KubeObject } from '../../src/apimachinery/meta/object.ts';
import { type EtcdCluster, etcdProgram, sayWithoutEtcd, startEtcd } from '../../src/storage/etcd/testing/etcd-process.ts';

sayWithoutEtcd('snapshots and migration of stores on etcd');

interface Text extends KubeObject {
  readonly data: { readonly text: string };
}

const ignore = (): void => {};
const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const namespace = 'default';
/** More than a page of a snapshot between the first and the last in the order of keys. */
const fillers = 700;

describe.skipIf(etcdProgram === undefined)('a hub that is written to', () => {
  const directory = mkdtempSync(join(tmpdir(), 'causeway-migration-'));
  const at = (name: string): string => join(directory, name);
  const open: ClusterServer[] = [];
  let etcd: EtcdCluster;
  let stores = 0;

  const uriOf = (driver: string): string =>
    driver === 'lmdb' ? `lmdb:${at(`store-${stores++}`)}` : `etcd:${etcd.endpoints.join(',')}/migration-${stores++}`;
  const start = async (store: string): Promise<ClusterServer> => {
    const server = await startClusterServer({ name: 'hub', directory: at(`hub-${stores++}`), store, port: 0, log });
    open.push(server);
    return server;
  };
  const configMaps = (server: ClusterServer): ResourceClient<Text> =>
    server.client({ username: 'test', groups: ['system:masters', 'system:authenticated'] }, 'test').resource<Text>(configMapsRef);
  const put = async (resource: ResourceClient<Text>, name: string, text: string): Promise<Text> => {
    const current = await resource.find(name, namespace);
    if (current) return resource.update({ ...current, data: { text } });
    return resource.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data: { text } });
  };
  /** Each of its numbers goes to the first object, then to the last: at any moment they are the same, or the first is one ahead. */
  const countUp = async (resource: ResourceClient<Text>, stop: AbortSignal): Promise<void> => {
    for (let number = 0; !stop.aborted; number++) for (const name of ['aaa', 'zzz']) await put(resource, name, `${number}`);
  };
  const content = async (resource: ResourceClient<Text>): Promise<Map<string, string>> => {
    const { items } = await resource.list({ namespace });
    return new Map(items.map(({ metadata: { name, uid }, data }) => [name, `${uid} ${data.text ?? ''}`]));
  };
  const newest = async (resource: ResourceClient<Text>): Promise<bigint> =>
    BigInt((await resource.list({ namespace, limit: 1 })).metadata.resourceVersion!);

  beforeAll(async () => {
    etcd = await startEtcd();
  });
  afterEach(async () => {
    for (const server of open.splice(0)) await server.close();
  });
  afterAll(async () => {
    await etcd?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  test.each([
    ['lmdb', 'etcd', 'through the hub'],
    ['etcd', 'lmdb', 'through the hub'],
    ['etcd', 'etcd', 'from the store itself'],
  ])('on %s is saved as it was at one moment, and restored to %s (%s)', { timeout: 60_000 }, async (from, to, way) => {
    const uri = uriOf(from);
    const server = await start(uri);
    const resource = configMaps(server);
    const kubeconfig = at(`kubeconfig-${stores++}`);
    writeFileSync(kubeconfig, renderKubeconfig([server.kubeconfig]));
    await Promise.all(Array.from({ length: fillers }, (_, i) => put(resource, `filler-${i}`, 'x'.repeat(500))));
    const before = await newest(resource);
    const stop = new AbortController();
    const writing = countUp(resource, stop.signal);
    await expect.poll(async () => Number((await resource.find('zzz', namespace))?.data.text ?? 0)).toBeGreaterThan(3);
    const file = at(`snapshot-${stores++}`);
    expect(
      await run(['snapshot', 'save', file, ...(way === 'through the hub' ? ['--hub-kubeconfig', kubeconfig] : ['--store', uri])]),
    ).toBe(0);
    expect(await run(['snapshot', 'inspect', file])).toBe(0);
    stop.abort();
    await writing;
    const after = await newest(resource);
    const target = uriOf(to);
    expect(await run(['snapshot', 'restore', file, '--store', target])).toBe(0);
    const restored = configMaps(await start(target));
    const [first, last] = await Promise.all(['aaa', 'zzz'].map(async (name) => Number((await restored.get(name, namespace)).data.text)));
    expect(first! - last!).toBeGreaterThanOrEqual(0);
    expect(first! - last!).toBeLessThanOrEqual(1);
    const [was, is] = await Promise.all([content(resource), content(restored)]);
    expect(is.size).toBe(was.size);
    for (const [name, text] of is) if (name.startsWith('filler')) expect(text).toBe(was.get(name));
    // What a client has seen of the old store says nothing of the new one: its version is gone, not another's.
    expect(await newest(restored)).toBeGreaterThan(before);
    expect(after).toBeGreaterThan(before);
    const watching = restored.watch({ namespace, resourceVersion: String(before) })[Symbol.asyncIterator]();
    await expect(watching.next()).rejects.toMatchObject({ reason: 'Expired' });
  });

  test('moves from LMDB to etcd and back, with versions that only grow', { timeout: 60_000 }, async () => {
    const uris = ['lmdb', 'etcd', 'lmdb'].map(uriOf);
    const contents: Map<string, string>[] = [];
    let version = 0n;
    for (const [index, uri] of uris.entries()) {
      if (index > 0) expect(await run(['store', 'migrate', uris[index - 1]!, uri])).toBe(0);
      const server = await start(uri);
      const resource = configMaps(server);
      if (index === 0) await Promise.all(Array.from({ length: fillers }, (_, i) => put(resource, `filler-${i}`, `${i}`)));
      expect(await newest(resource)).toBeGreaterThan(version);
      const { metadata } = await put(resource, 'last', `${index}`);
      version = BigInt(metadata.resourceVersion!);
      contents.push(await content(resource));
      await server.close();
      open.splice(0);
    }
    const [first, ...others] = contents.map((each) => new Map([...each].filter(([name]) => name !== 'last')));
    for (const other of others) expect(other).toEqual(first);
  });
});
