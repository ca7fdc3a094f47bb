import { beforeEach, expect, test } from 'vitest';
import type { JsonObject } from '../../apimachinery/meta/object.ts';
import { openMemoryStore } from '../../storage/memory/memory-store.ts';
import { stampResourceVersion } from '../registry/value-codec.ts';
import { countLists } from '../testing/counted-lists.ts';
import { configMap, startTestServer, type TestServer } from '../testing/test-server.ts';

const path = '/api/v1/namespaces/default/configmaps';
const total = 150;
/** The labels have room in it, the objects have not. */
const cacheBytes = 60_000;
let api: TestServer;
let lists: () => number;

const nameOf = (i: number): string => `object-${String(i).padStart(3, '0')}`;
const create = (name: string, labels: Record<string, string>) =>
  api.call('POST', path, { body: configMap(name, { payload: 'x'.repeat(1000) }, labels) });
const names = (items: JsonObject[]) => items.map((item) => (item['metadata'] as JsonObject)['name']);

/** A list for which the store was asked for single objects only. */
const byLabel = async (selector: string, more = '') => {
  const before = lists();
  const answer = await api.call('GET', `${path}?labelSelector=${encodeURIComponent(selector)}${more}`);
  expect(lists()).toBe(before);
  return answer;
};

beforeEach(async () => {
  const counted = countLists(openMemoryStore({ stamp: stampResourceVersion, autoCompact: false }));
  lists = counted.lists;
  api = await startTestServer({ store: counted.store, memory: { lists: cacheBytes } });
  for (let i = 0; i < total; i++) await create(nameOf(i), { tens: String(i % 10), parity: i % 2 === 0 ? 'even' : 'odd' });
  await expect
    .poll(async () => {
      const before = lists();
      await api.call('GET', `${path}?labelSelector=tens%3D3`);
      return lists() - before;
    })
    .toBe(0);
});

test('a list by label shows every acknowledged write at once, and is what the store would give', async () => {
  await create('added', { tens: '3' });
  await api.call('DELETE', `${path}/${nameOf(3)}`);
  await api.call('PATCH', `${path}/${nameOf(13)}`, {
    body: { metadata: { labels: { tens: '4' } } },
    headers: { 'content-type': 'application/merge-patch+json' },
  });
  const found = await byLabel('tens=3');
  expect(names(found.body.items)).toEqual(['added', ...Array.from({ length: 13 }, (_, i) => nameOf(23 + 10 * i))]);
  const fresh = await startTestServer({ store: api.store });
  const headers = { accept: 'application/vnd.kubernetes.protobuf' };
  expect(found.bytes.equals((await fresh.call('GET', `${path}?labelSelector=tens%3D3`)).bytes)).toBe(true);
  const inProtobuf = await api.call('GET', `${path}?labelSelector=tens%3D3`, { headers });
  expect(inProtobuf.bytes.equals((await fresh.call('GET', `${path}?labelSelector=tens%3D3`, { headers })).bytes)).toBe(true);
  expect((await byLabel('tens=3,parity=even')).body.items).toEqual([]);
  expect((await byLabel('tens!=3,tens')).body.items).toHaveLength(total - 14);
});

test('its pages show one version, and end with 410 when that is compacted', async () => {
  const first = await byLabel('parity=even', '&limit=50');
  expect(names(first.body.items)).toEqual(Array.from({ length: 50 }, (_, i) => nameOf(2 * i)));
  const next = `&limit=50&continue=${String(first.body.metadata['continue'])}`;
  const second = await byLabel('parity=even', next);
  expect(names(second.body.items)).toEqual(Array.from({ length: 25 }, (_, i) => nameOf(100 + 2 * i)));
  expect(second.body.metadata).not.toHaveProperty('continue');
  await api.call('DELETE', `${path}/${nameOf(100)}`);
  expect((await api.call('GET', `${path}?labelSelector=parity%3Deven${next}`)).body).toEqual(second.body);
  await api.store.compact(await api.store.revision());
  expect((await api.call('GET', `${path}?labelSelector=parity%3Deven${next}`)).status).toBe(410);
});
