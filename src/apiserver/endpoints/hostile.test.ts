import { beforeEach, expect, test } from 'vitest';
import { configMap, startTestServer, type TestServer } from '../testing/test-server.ts';

const path = '/api/v1/namespaces/default/configmaps';
const pods = '/api/v1/namespaces/default/pods';
let api: TestServer;

beforeEach(async () => {
  api = await startTestServer();
});

test.each(['constructor', '__proto__', 'toString'])('what every object has is no media type: %s', async (name) => {
  expect((await api.call('POST', path, { body: configMap('a'), headers: { 'content-type': name } })).status).toBe(415);
  expect((await api.call('GET', path, { headers: { accept: name } })).status).toBe(406);
  expect((await api.call(name, path)).status).toBe(405);
});

test.each([
  ['metadata that is null', { metadata: null }, 400],
  ['options of another type', { deleteOptions: { dryRun: 7 } }, 400],
  ['no object', [], 400],
])('an Eviction with %s', async (_, body, status) => {
  expect((await api.call('POST', `${pods}/absent/eviction`, { body })).status).toBe(status);
});

test('DeleteOptions and Bindings of other types are refused', async () => {
  await api.call('POST', path, { body: configMap('a') });
  expect((await api.call('DELETE', `${path}/a`, { body: { dryRun: 7 } })).status).toBe(400);
  expect((await api.call('POST', `${pods}/absent/binding`, { body: { target: 7 } })).status).toBe(400);
});

test('nesting is refused beyond 500 levels, also step by step', async () => {
  const deep = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  const body = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"x":${deep(600)}}`;
  expect((await api.call('POST', path, { body })).body).toMatchObject({ code: 400, message: expect.stringContaining('max depth') });
});

test('many owners, managers, warnings and errors cost what they are', { timeout: 120_000 }, async () => {
  const named = (metadata: object, more: object = {}) => ({ body: { metadata, ...more } });
  const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));
  const ownerReferences = times(10_000, (index) => ({ apiVersion: 'v1', kind: 'Pod', name: `p${index}`, uid: `u${index}` }));
  expect((await api.call('POST', path, named({ name: 'owned', ownerReferences }))).status).toBe(201);
  const managedFields = times(3000, (index) => ({
    manager: `m${index}`,
    operation: 'Update',
    apiVersion: 'v1',
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:data': { [`f:k${index}`]: {} } },
  }));
  const managed = await api.call('POST', path, named({ name: 'managed', managedFields }));
  expect(managed.body.metadata['managedFields']).toHaveLength(10);
  const unknown = Object.fromEntries(times(50_000, (index) => [`unknown${index}`, 1]));
  const warned = await api.call('POST', path, named({ name: 'unknown' }, unknown));
  expect(warned.status).toBe(201);
  expect(String(warned.headers['warning']).length).toBeLessThan(8192);
  const wrong = await api.call('POST', path, named({ name: 'wrong', labels: Object.fromEntries(times(150_000, (i) => [`!${i}`, ''])) }));
  expect(wrong.body).toMatchObject({ code: 422 });
  expect(wrong.bytes.length).toBeLessThan(2 ** 20);
  const long = await api.call('POST', path, named({ name: 'A'.repeat(2 ** 20) }));
  expect([long.status, long.bytes.length < 2 ** 22]).toEqual([422, true]);
});

test('patches do not make an object larger than a body may be', { timeout: 120_000 }, async () => {
  const headers = { 'content-type': 'application/merge-patch+json' };
  await api.call('POST', path, { body: configMap('large') });
  const ownerReferences = Array.from({ length: 9000 }, (_, index) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    name: 'n'.repeat(300),
    uid: `u${index}`,
  }));
  const refused = await api.call('PATCH', `${path}/large`, { body: { metadata: { ownerReferences } }, headers });
  expect([refused.status, refused.body['message']]).toEqual([413, 'Request entity too large: limit is 3145728']);
});
