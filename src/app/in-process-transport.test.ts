import { expect, test } from 'vitest';
import { configMapsRef } from '../api/refs.gen.ts';
import type { KubeObject } from '../apimachinery/meta/object.ts';
import { configMap, startTestServer } from '../apiserver/testing/test-server.ts';
import { createClient } from '../client/client.ts';
import { createInProcessTransport } from './in-process-transport.ts';

const user = { username: 'test', groups: ['system:masters', 'system:authenticated'] };

type ConfigMap = KubeObject & { data?: Record<string, string | undefined> };

const start = async () => {
  const { server } = await startTestServer();
  const resource = (omitManagedFields: boolean) =>
    createClient(createInProcessTransport(server.handle, { user }), { omitManagedFields }).resource<ConfigMap>(configMapsRef);
  return { lean: resource(true), whole: resource(false) };
};

/** The next events, those of the namespace's own making left out. */
const follow = async function* (events: AsyncIterable<{ type: string; object: ConfigMap }>) {
  for await (const event of events) if (event.object.metadata.name !== 'kube-root-ca.crt') yield event;
};
const take = async <T>(events: AsyncIterator<T>, count: number): Promise<T[]> => {
  const taken: T[] = [];
  while (taken.length < count) taken.push((await events.next()).value as T);
  return taken;
};

const inDefault = (name: string, data: Record<string, string | undefined>): ConfigMap => ({
  ...configMap(name, {}),
  metadata: { name, namespace: 'default' },
  data,
});

test('an object that is passed is copied: its fields that are undefined are absent, and what becomes of it later is the caller’s own', async () => {
  const { lean, whole } = await start();
  const object = inDefault('a', { key: 'value', none: undefined });
  const created = await lean.create(object);
  object.data = { key: 'changed' };
  expect((await whole.get('a', 'default')).data).toEqual({ key: 'value' });
  expect(created.metadata.managedFields).toBeUndefined();
  expect((await whole.get('a', 'default')).metadata.managedFields).toHaveLength(1);
});

test('a watch in the process sees what a GET answers, without managedFields', async () => {
  const { lean, whole } = await start();
  const { metadata } = await lean.list({ namespace: 'default' });
  const stop = new AbortController();
  const watch = { namespace: 'default', resourceVersion: metadata.resourceVersion ?? '', signal: stop.signal };
  const objects = follow(lean.watch(watch));
  const texts = follow(whole.watch(watch));
  const partial = follow(lean.watch({ ...watch, metadataOnly: true }));
  const some = follow(lean.watch({ ...watch, labelSelector: 'tier=front' }));
  const all = Promise.all([take(objects, 4), take(texts, 4), take(partial, 4), take(some, 3)]);

  await lean.create({ ...inDefault('a', { n: '1' }), metadata: { name: 'a', namespace: 'default', labels: { tier: 'front' } } });
  const state = await lean.get('a', 'default');
  await lean.update({ ...state, data: { n: '2' } });
  await whole.patch('a', 'default', { metadata: { labels: { tier: 'back' } } }, { type: 'merge' });
  await lean.delete('a', 'default');

  const [seen, told, metadataOnly, front] = await all;
  stop.abort();
  expect(seen.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'MODIFIED', 'DELETED']);
  const stripped = told.map(({ type, object }) => {
    const { managedFields: _, ...rest } = object.metadata;
    return { type, object: { ...object, metadata: rest } };
  });
  expect(seen).toEqual(stripped);
  expect(metadataOnly.map(({ object }) => object.metadata)).toEqual(stripped.map(({ object }) => object.metadata));
  expect(metadataOnly.map(({ object }) => object.data)).toEqual([undefined, undefined, undefined, undefined]);
  expect(front.map(({ type, object }) => [type, object.data?.['n']])).toEqual([
    ['ADDED', '1'],
    ['MODIFIED', '2'],
    ['DELETED', '2'],
  ]);
});
