import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { UnstructuredObject } from '../apimachinery/meta/object.ts';
import { plantSeed } from '../apiserver/bootstrap/plant-seed.ts';
import { stampResourceVersion } from '../apiserver/registry/value-codec.ts';
import { openStore } from '../storage/open.ts';
import { startHub } from './hub.ts';
import { createLogger } from './log.ts';
import { takeSeed } from './seed.ts';
import type { Seed } from './seed.ts';
import { controllersUser } from './users.ts';

const directory = mkdtempSync(join(tmpdir(), 'causeway-seed-test-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const log = createLogger({ level: 'error', format: 'text', write: () => {} });
const nextDay = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);

/** What a hub over this store has once it is ready. */
const seedOfHub = async (store: string): Promise<Seed & { readonly revisions: readonly number[] }> => {
  const hub = await startHub({ directory: join(directory, 'hub'), store, port: 0, log });
  try {
    const client = hub.server.client(controllersUser, 'test');
    const roles = await client
      .resource({ group: 'rbac.authorization.k8s.io', version: 'v1', resource: 'clusterroles', kind: 'ClusterRole', namespaced: false })
      .list();
    return { ...(await takeSeed(client)), revisions: roles.items.map(({ metadata }) => Number(metadata.resourceVersion)) };
  } finally {
    await hub.stop();
  }
};

const names = (objects: readonly UnstructuredObject[]): string[] =>
  objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`).toSorted();

test('a hub on a planted store has the same default objects, new ones, and nothing left to correct', async () => {
  const first = await seedOfHub('memory:');
  expect(names(first.cluster)).toContain('ClusterRole /cluster-admin');
  expect(names(first.hub)).toContain('CustomResourceDefinition /clusters.cluster.karmada.io');

  const path = join(directory, 'planted');
  const store = await openStore(`lmdb:${path}`, { stamp: stampResourceVersion });
  const uids = new Set([...first.cluster, ...first.hub].map(({ metadata }) => metadata.uid));
  await plantSeed(store, () => [...first.cluster, ...first.hub], Date.parse(nextDay));
  const planted = Number(await store.revision());
  await plantSeed(store, () => expect.unreachable('a store with objects takes no seed'), 0);
  await store.close();

  const second = await seedOfHub(`lmdb:${path}`);
  expect(names(second.cluster)).toEqual(names(first.cluster));
  expect(names(second.hub)).toEqual(names(first.hub));
  expect(Math.max(...second.revisions)).toBeLessThanOrEqual(planted);
  for (const { metadata } of [...second.cluster, ...second.hub]) {
    expect(uids).not.toContain(metadata.uid);
    expect(metadata.creationTimestamp).toContain(nextDay);
    for (const { time } of metadata.managedFields ?? []) expect(time).toContain(nextDay);
  }
});
