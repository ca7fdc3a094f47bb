import { beforeEach, expect, test } from 'vitest';
import type { JsonObject } from '../../apimachinery/meta/object.ts';
import { configMap, startTestServer, take, type TestServer } from '../testing/test-server.ts';

const path = '/api/v1/namespaces/default/configmaps';
let api: TestServer;

const create = (name: string, labels?: Record<string, string>) => api.call('POST', path, { body: configMap(name, {}, labels) });
const label = (name: string, labels: Record<string, string | null>) =>
  api.call('PATCH', `${path}/${name}`, { body: { metadata: { labels } }, headers: { 'content-type': 'application/merge-patch+json' } });
const names = (items: JsonObject[]) => items.map((item) => (item['metadata'] as JsonObject)['name']);
const seen = (events: { type: string; object: { metadata: JsonObject } }[]) =>
  events.map(({ type, object }) => `${type} ${object.metadata['name'] ?? ''}@${object.metadata['resourceVersion']}`);

beforeEach(async () => {
  api = await startTestServer();
});

test('a list copies the stored objects and names its version', async () => {
  await create('b');
  await create('a');
  const { body } = await api.call('GET', path);
  expect(body).toMatchObject({ kind: 'ConfigMapList', apiVersion: 'v1', metadata: { resourceVersion: '2' } });
  expect(names(body.items)).toEqual(['a', 'b']);
  expect(body.items[0]).not.toHaveProperty('kind');
});

test('pages show one version, whatever is written between them', async () => {
  for (const name of ['a', 'b', 'c']) await create(name);
  const first = await api.call('GET', `${path}?limit=2`);
  expect(first.body.metadata).toMatchObject({ resourceVersion: '3', remainingItemCount: 1 });
  await create('bb');
  await api.call('DELETE', `${path}/c`);
  const token = String(first.body.metadata['continue']);
  const second = await api.call('GET', `${path}?limit=2&continue=${token}`);
  expect(names(second.body.items)).toEqual(['c']);
  expect(second.body.metadata).toEqual({ resourceVersion: '3' });
});

test('an expired token answers 410 with a token that goes on inconsistently', async () => {
  for (const name of ['a', 'b', 'c']) await create(name);
  const first = await api.call('GET', `${path}?limit=2`);
  await create('d');
  await create('e');
  await api.store.compact(await api.store.revision());
  const expired = await api.call('GET', `${path}?limit=2&continue=${String(first.body.metadata['continue'])}`);
  expect(expired.body).toMatchObject({ code: 410, reason: 'Expired' });
  const rest = await api.call('GET', `${path}?continue=${String(expired.body.metadata['continue'])}`);
  expect(names(rest.body.items)).toEqual(['c', 'd', 'e']);
});

test.each([
  ['resourceVersionMatch=Exact', 422],
  ['resourceVersionMatch=Exact&resourceVersion=0', 422],
  ['resourceVersionMatch=Nope&resourceVersion=1', 422],
  ['sendInitialEvents=true', 422],
  ['continue=nope', 400],
  [`continue=${Buffer.from('null').toString('base64url')}`, 400],
  [`continue=${Buffer.from('[]').toString('base64url')}`, 400],
  ['limit=x', 400],
  ['labelSelector=a%3D%3D%3D', 400],
  ['fieldSelector=spec.nope%3D1', 400],
  ['watch=1&resourceVersionMatch=Exact', 422],
  ['watch=1&sendInitialEvents=true', 422],
])('a list with %s is %i', async (query, code) => {
  const answer = await api.call('GET', `${path}?${query}`);
  expect(answer.status).toBe(code);
});

test('exact versions, and versions not yet there', async () => {
  await create('a');
  await create('b');
  const exact = await api.call('GET', `${path}?resourceVersion=1&resourceVersionMatch=Exact`);
  expect(names(exact.body.items)).toEqual(['a']);
  expect(names((await api.call('GET', `${path}?resourceVersion=1&resourceVersionMatch=NotOlderThan`)).body.items)).toEqual(['a', 'b']);
});

test('selectors', async () => {
  await create('a', { app: 'x' });
  await create('b', { app: 'y' });
  expect(names((await api.call('GET', `${path}?labelSelector=app%3Dx`)).body.items)).toEqual(['a']);
  expect(names((await api.call('GET', `${path}?fieldSelector=metadata.name%3Db`)).body.items)).toEqual(['b']);
  expect(names((await api.call('GET', `/api/v1/configmaps?fieldSelector=metadata.namespace%3Dother`)).body.items)).toEqual([]);
});

test('a watch without a version begins with the state', async () => {
  await create('a');
  const events = api.watch(`${path}?watch=1`);
  const [first] = await take(events, 1);
  expect(first).toMatchObject({ type: 'ADDED', object: { kind: 'ConfigMap', metadata: { name: 'a' } } });
});

test('a watch from a version sees every change after it, deletions with their own version', async () => {
  await create('a');
  await create('b');
  await label('a', { x: '1' });
  await api.call('DELETE', `${path}/b`);
  expect(seen(await take(api.watch(`${path}?watch=1&resourceVersion=1`), 3))).toEqual(['ADDED b@2', 'MODIFIED a@3', 'DELETED b@4']);
});

test('objects enter and leave a selector as ADDED and DELETED', async () => {
  await create('a');
  const watch = api.watch(`${path}?watch=1&resourceVersion=1&labelSelector=x%3D1`);
  const events = take(watch, 4);
  await label('a', { x: '1' });
  await label('a', { y: '1' });
  await label('a', { x: '2' });
  await label('a', { x: '1' });
  const all = await events;
  expect(seen(all)).toEqual(['ADDED a@2', 'MODIFIED a@3', 'DELETED a@4', 'ADDED a@5']);
  expect(all[2]).toMatchObject({ object: { metadata: { labels: { x: '1' } } } });
});

test('a streaming list ends with an annotated bookmark', async () => {
  await create('a');
  await create('b');
  const url = `${path}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`;
  const events = await take(api.watch(url), 3);
  expect(seen(events)).toEqual(['ADDED a@1', 'ADDED b@2', 'BOOKMARK @2']);
  expect(events[2]?.object.metadata['annotations']).toEqual({ 'k8s.io/initial-events-end': 'true' });
});

test.each([
  ['', { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1' }],
  ['&includeObject=Object', { kind: 'ConfigMap', apiVersion: 'v1' }],
  ['&includeObject=None', null],
])('the bookmark of a streaming list of rows%s carries the object as the rows do', async (query, object) => {
  const url = `${path}?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true${query}`;
  const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
  const [bookmark] = await take(api.watch(url, { headers }), 1);
  expect(bookmark).toMatchObject({ type: 'BOOKMARK', object: { kind: 'Table', rows: [{ object }] } });
});

test('a watch from a compacted version is an ERROR event', async () => {
  for (const name of ['a', 'b', 'c']) await create(name);
  await api.store.compact(3n);
  const [event] = await take(api.watch(`${path}?watch=1&resourceVersion=1`), 1);
  expect(event).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
});

test('many watchers of one view get equal frames, those of a name only theirs', async () => {
  await create('a');
  const all = Array.from({ length: 50 }, () => take(api.watch(`${path}?watch=1&resourceVersion=1`), 2));
  const one = take(api.watch(`${path}?watch=1&resourceVersion=1&fieldSelector=metadata.name%3Dc`), 1);
  await create('b');
  await create('c');
  for (const events of await Promise.all(all)) expect(seen(events)).toEqual(['ADDED b@2', 'ADDED c@3']);
  expect(seen(await one)).toEqual(['ADDED c@3']);
});

test('closing the server ends its watches', async () => {
  await create('a');
  const watch = api.watch(`${path}?watch=1&resourceVersion=1`);
  const rest = (async () => {
    const events: unknown[] = [];
    for await (const event of watch) events.push(event);
    return events;
  })();
  await create('b');
  await api.server.close();
  expect((await rest).length).toBeLessThanOrEqual(1);
});

test('metadata only, as list and in watches', async () => {
  await create('a');
  const headers = { accept: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json' };
  const { body } = await api.call('GET', path, { headers });
  expect(body).toMatchObject({ kind: 'PartialObjectMetadataList', items: [{ kind: 'PartialObjectMetadata', metadata: { name: 'a' } }] });
  expect(body.items[0]).not.toHaveProperty('data');
});

test('a malformed limit is told before options that do not fit each other', async () => {
  const { status, body } = await api.call('GET', '/api/v1/configmaps?resourceVersionMatch=Exact&limit=x');
  expect(status).toBe(400);
  expect(body['message']).toBe('strconv.ParseInt: parsing "x": invalid syntax');
});

test('one object by its name is no page: it is shown as it is now, whatever version and limit say', async () => {
  const maps = '/api/v1/namespaces/default/configmaps';
  const first = await api.call('POST', maps, { body: { metadata: { name: 'early' } } });
  await api.call('POST', maps, { body: { metadata: { name: 'late' } } });
  const version = String(first.body.metadata['resourceVersion']);
  const { body } = await api.call('GET', `${maps}?fieldSelector=metadata.name%3Dlate&limit=2&resourceVersion=${version}`);
  expect(body['items']).toHaveLength(1);
});

test('a watch that wants the state of a version to come is told so by an event', async () => {
  const query = 'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=99999999';
  const [event] = await take(api.watch(`${path}?${query}`), 1);
  expect(event).toMatchObject({
    type: 'ERROR',
    object: { reason: 'Timeout', details: { causes: [{ reason: 'ResourceVersionTooLarge' }] } },
  });
});

test('a watch of any state takes no continue token', async () => {
  expect((await api.call('GET', `${path}?watch=1&resourceVersion=0&continue=x`)).status).toBe(422);
});
