import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { UnstructuredObject } from '../apimachinery/meta/object.ts';
import { plantSeed } from '../apiserver/bootstrap/plant-seed.ts';
import { stampResourceVersion } from '../apiserver/registry/value-codec.ts';
import { openStore } from '../storage/open.ts';
import { startClusterServer } from './cluster-server.ts';
import { startHub } from './hub.ts';
import { createLogger } from './log.ts';
import { takeSeed } from './seed.ts';
import type { Seed } from './seed.ts';
import { controllerManager, userOf } from './identities.ts';

const directory = mkdtempSync(join(tmpdir(), 'causeway-seed-test-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const log = createLogger({ level: 'error', format: 'text', write: () => {} });
const nextDay = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);

/** What a new cluster and a hub over these stores have once they are ready. */
const seedOf = async (stores: { readonly cluster: string; readonly hub: string }): Promise<Seed> => {
  const common = { port: 0, log };
  const cluster = await startClusterServer({ ...common, name: 'cluster', directory: join(directory, 'cluster'), store: stores.cluster });
  const hub = await startHub({ ...common, directory: join(directory, 'hub'), store: stores.hub });
  try {
    return await takeSeed(cluster.client(userOf(controllerManager), 'test'), hub.server.client(userOf(controllerManager), 'test'));
  } finally {
    await hub.stop();
    await cluster.close();
  }
};

const names = (objects: readonly UnstructuredObject[]): string[] =>
  objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`).toSorted();

/** A store that begins with these objects. */
const planted = async (name: string, objects: readonly UnstructuredObject[]): Promise<string> => {
  const uri = `lmdb:${join(directory, name)}`;
  const store = await openStore(uri, { stamp: stampResourceVersion });
  await plantSeed(store, () => objects, Date.parse(nextDay));
  await plantSeed(store, () => expect.unreachable('a store with objects takes no seed'), 0);
  await store.close();
  return uri;
};

test('a seed has what every cluster begins with, and what only a hub does', async () => {
  const { cluster, hub } = await seedOf({ cluster: 'memory:', hub: 'memory:' });
  expect(names(cluster)).toContain('ClusterRole /cluster-admin');
  expect(names(cluster).filter((name) => name.startsWith('Namespace'))).toEqual(
    ['default', 'kube-node-lease', 'kube-public', 'kube-system'].map((name) => `Namespace /${name}`),
  );
  expect(names(hub)).toContain('CustomResourceDefinition /clusters.cluster.karmada.io');
});

test('servers on planted stores have the same objects, new ones, and nothing left to correct', async () => {
  const first = await seedOf({ cluster: 'memory:', hub: 'memory:' });
  const uids = new Set([...first.cluster, ...first.hub].map(({ metadata }) => metadata.uid));
  const second = await seedOf({
    cluster: await planted('cluster-store', structuredClone(first.cluster)),
    hub: await planted('hub-store', structuredClone([...first.cluster, ...first.hub])),
  });
  expect(names(second.cluster)).toEqual(names(first.cluster));
  expect(names(second.hub)).toEqual(expect.arrayContaining(names(first.hub)));
  const before = new Set(names([...first.cluster, ...first.hub]));
  const kept = [...second.cluster, ...second.hub].filter((object) => before.has(names([object])[0] ?? ''));
  for (const { kind, metadata } of kept) {
    expect(uids).not.toContain(metadata.uid);
    expect(metadata.creationTimestamp).toContain(nextDay);
    // Whatever was written again would say when.
    for (const { time, manager } of metadata.managedFields ?? []) expect(time, `${kind} ${metadata.name} by ${manager}`).toContain(nextDay);
  }
});
