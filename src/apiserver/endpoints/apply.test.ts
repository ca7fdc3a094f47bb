import { beforeEach, expect, test } from 'vitest';
import type { JsonObject } from '../../apimachinery/meta/object.ts';
import { configMap, startTestServer, type TestServer } from '../testing/test-server.ts';

const path = '/api/v1/namespaces/default/configmaps';
let api: TestServer;

const apply = (name: string, data: Record<string, string>, query: string) =>
  api.call('PATCH', `${path}/${name}?${query}`, {
    body: configMap(name, data),
    headers: { 'content-type': 'application/apply-patch+yaml' },
  });

const managers = (metadata: JsonObject) =>
  (metadata['managedFields'] as { manager: string; operation: string; subresource?: string }[]).map(
    ({ manager, operation, subresource }) => `${manager} ${operation}${subresource ? ` ${subresource}` : ''}`,
  );

beforeEach(async () => {
  api = await startTestServer();
});

test('apply creates, then merges; what is no longer applied goes', async () => {
  const created = await apply('a', { x: '1', y: '1' }, 'fieldManager=one');
  expect(created.status).toBe(201);
  const merged = await apply('a', { x: '2' }, 'fieldManager=one');
  expect(merged.body).toMatchObject({ data: { x: '2' }, metadata: { resourceVersion: '2' } });
  expect(merged.body['data']).toEqual({ x: '2' });
  expect(managers(merged.body.metadata)).toEqual(['one Apply']);
});

test('applying the same again writes nothing', async () => {
  await apply('a', { x: '1' }, 'fieldManager=one');
  const again = await apply('a', { x: '1' }, 'fieldManager=one');
  expect(again.body.metadata['resourceVersion']).toBe('1');
});

test("another's field is a conflict, force takes it", async () => {
  await apply('a', { x: '1' }, 'fieldManager=one');
  const conflict = await apply('a', { x: '2' }, 'fieldManager=two');
  expect(conflict.body).toMatchObject({
    code: 409,
    reason: 'Conflict',
    message: 'Apply failed with 1 conflict: conflict with "one": .data.x',
    details: { causes: [{ reason: 'FieldManagerConflict', field: '.data.x' }] },
  });
  const forced = await apply('a', { x: '2' }, 'fieldManager=two&force=true');
  expect(managers(forced.body.metadata)).toEqual(['two Apply']);
});

test('the manager must be named, and force is only for apply', async () => {
  expect((await apply('a', {}, '')).body).toMatchObject({ code: 422, reason: 'Invalid' });
  const headers = { 'content-type': 'application/merge-patch+json' };
  expect((await api.call('PATCH', `${path}/a?force=true`, { body: {}, headers })).body).toMatchObject({ code: 422 });
});

test('CBOR and unknown patch types are 415', async () => {
  for (const type of ['application/apply-patch+cbor', 'application/nope']) {
    expect((await api.call('PATCH', `${path}/a`, { body: '{}', headers: { 'content-type': type } })).status).toBe(415);
  }
});

test('writes are tracked by manager; a write that changes nothing keeps their times', async () => {
  const { body } = await api.call('POST', `${path}?fieldManager=creator`, { body: configMap('a', { x: '1' }) });
  expect(managers(body.metadata)).toEqual(['creator Update']);
  const headers = { 'content-type': 'application/merge-patch+json', 'user-agent': 'kubectl/v1.35 (linux)' };
  const patched = await api.call('PATCH', `${path}/a`, { body: { data: { y: '1' } }, headers });
  expect(managers(patched.body.metadata)).toEqual(['creator Update', 'kubectl Update']);
  const same = await api.call('PATCH', `${path}/a`, { body: { data: { y: '1' } }, headers: { ...headers, 'user-agent': 'other' } });
  expect(same.body.metadata).toEqual(patched.body.metadata);
});

test('a configuration that names nothing, or holds what its kind cannot, says so', async () => {
  const send = (kind: string, fields: object) =>
    api.call('PATCH', `/api/v1/namespaces/default/${kind.toLowerCase()}s/a?fieldManager=one`, {
      body: { apiVersion: 'v1', kind, ...fields },
      headers: { 'content-type': 'application/apply-patch+yaml' },
    });
  expect((await send('ConfigMap', { metadata: { name: '' } })).body['message']).toBe(
    'the name of the object (a based on URL) was undeterminable: name must be provided',
  );
  expect((await send('Secret', { metadata: { name: 'a' }, data: { x: '!' } })).body['message']).toBe(
    'failed to convert new object (/a; /v1, Kind=Secret) to proper version: unable to convert unstructured object to /v1, Kind=Secret: error decoding from json: illegal base64 data at input byte 0',
  );
});
