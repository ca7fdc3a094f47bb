import { beforeEach, expect, test } from 'vitest';
import { decodeProtobuf } from '../../api/protobuf.ts';
import type { JsonObject } from '../../apimachinery/meta/object.ts';
import { openMemoryStore } from '../../storage/memory/memory-store.ts';
import { stampResourceVersion } from '../registry/value-codec.ts';
import { countLists } from '../testing/counted-lists.ts';
import { configMap, startTestServer, type TestServer } from '../testing/test-server.ts';

const path = '/api/v1/namespaces/default/configmaps';
const total = 150;
let api: TestServer;
let lists: () => number;

const nameOf = (i: number): string => `object-${String(i).padStart(3, '0')}`;
const create = (name: string, labels?: Record<string, string>) => api.call('POST', path, { body: configMap(name, {}, labels) });
const names = (items: JsonObject[]) => items.map((item) => (item['metadata'] as JsonObject)['name']);

/** A list that the store had no part in. */
const fromMemory = async (query = '', headers: Record<string, string> = {}) => {
  const before = lists();
  const answer = await api.call('GET', `${path}${query}`, { headers });
  expect(lists()).toBe(before);
  return answer;
};

beforeEach(async () => {
  const counted = countLists(openMemoryStore({ stamp: stampResourceVersion, autoCompact: false }));
  lists = counted.lists;
  api = await startTestServer({ store: counted.store });
  for (let i = 0; i < total; i++) await create(nameOf(i), { parity: i % 2 === 0 ? 'even' : 'odd' });
  // The second list makes the collection be kept; it is loaded beside the requests.
  await expect
    .poll(async () => {
      const before = lists();
      await api.call('GET', path);
      return lists() - before;
    })
    .toBe(0);
});

test('a kept list shows every acknowledged write at once', async () => {
  const added = await create('zzz');
  const afterCreate = await fromMemory();
  expect(afterCreate.body.metadata['resourceVersion']).toBe(added.body.metadata['resourceVersion']);
  expect(names(afterCreate.body.items)).toEqual([...Array.from({ length: total }, (_, i) => nameOf(i)), 'zzz']);
  await api.call('DELETE', `${path}/${nameOf(0)}`);
  expect(names((await fromMemory()).body.items)).not.toContain(nameOf(0));
});

test('it is the very bytes that the store would give', async () => {
  const kept = await fromMemory();
  const fresh = await startTestServer({ store: api.store });
  expect(kept.bytes.equals((await fresh.call('GET', path)).bytes)).toBe(true);
  for (const accept of [
    'application/json;as=Table;v=v1;g=meta.k8s.io',
    'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
    'application/yaml',
    'application/vnd.kubernetes.protobuf',
  ]) {
    const headers = { accept };
    const same = async () => (await api.call('GET', path, { headers })).bytes.equals((await fresh.call('GET', path, { headers })).bytes);
    // A Table tells ages: a second may end between the two.
    await expect.poll(same).toBe(true);
  }
});

test('in protobuf, too, it says what it says in JSON, also after a write', async () => {
  const headers = { accept: 'application/vnd.kubernetes.protobuf' };
  const inProtobuf = async (query: string) => decodeProtobuf((await fromMemory(query, headers)).bytes).object as unknown as JsonObject;
  for (const query of ['', '?limit=20', '?labelSelector=parity%3Deven&limit=30']) {
    expect((await inProtobuf(query))['items']).toEqual((await fromMemory(query)).body.items);
    await create(`late-${query.length}`);
    await api.call('DELETE', `${path}/${nameOf(query.length)}`);
    expect((await inProtobuf(query))['items']).toEqual((await fromMemory(query)).body.items);
  }
});

test('its pages show one version: from memory while nothing has changed, from the store after that', async () => {
  const first = await fromMemory('?limit=100');
  expect(first.body.metadata).toMatchObject({ remainingItemCount: 50 });
  const token = String(first.body.metadata['continue']);
  const second = await fromMemory(`?limit=100&continue=${token}`);
  expect(names(second.body.items)).toEqual(Array.from({ length: 50 }, (_, i) => nameOf(100 + i)));
  await api.call('DELETE', `${path}/${nameOf(149)}`);
  const again = await api.call('GET', `${path}?limit=100&continue=${token}`);
  expect(again.body).toEqual(second.body);
  await api.store.compact(await api.store.revision());
  expect((await api.call('GET', `${path}?limit=100&continue=${token}`)).status).toBe(410);
});

test('selectors look at its labels and fields', async () => {
  await api.call('PATCH', `${path}/${nameOf(1)}`, {
    body: { metadata: { labels: { parity: 'even' } } },
    headers: { 'content-type': 'application/merge-patch+json' },
  });
  const even = await fromMemory('?labelSelector=parity%3Deven&limit=3');
  expect(names(even.body.items)).toEqual([nameOf(0), nameOf(1), nameOf(2)]);
  expect(even.body.metadata).not.toHaveProperty('remainingItemCount');
  const rest = await fromMemory(`?labelSelector=parity%3Deven&continue=${String(even.body.metadata['continue'])}`);
  expect(rest.body.items).toHaveLength(73);
  expect(rest.body.metadata).not.toHaveProperty('continue');
  expect((await fromMemory('?labelSelector=parity!%3Deven,parity')).body.items).toHaveLength(74);
  expect((await fromMemory('?fieldSelector=metadata.name!%3Dobject-000')).body.items).toHaveLength(149);
});

test('other namespaces and all of them come from the same collection', async () => {
  expect((await api.call('GET', '/api/v1/configmaps')).body.items).toHaveLength(total);
  const before = lists();
  expect((await api.call('GET', '/api/v1/namespaces/other/configmaps')).body.items).toEqual([]);
  expect(lists()).toBe(before);
});
