import { beforeEach, expect, test } from 'vitest';
import type { JsonObject } from '../../apimachinery/meta/object.ts';
import { configMap, startTestServer, type TestServer } from '../testing/test-server.ts';

const path = '/api/v1/namespaces/default/configmaps';
let api: TestServer;

beforeEach(async () => {
  api = await startTestServer();
});

test('create fills in what only the server knows, get answers the same bytes', async () => {
  const created = await api.call('POST', path, { body: configMap('a', { x: '1' }) });
  expect(created.status).toBe(201);
  expect(created.body.metadata).toMatchObject({ name: 'a', namespace: 'default', resourceVersion: '1' });
  expect(created.body.metadata['uid']).toMatch(/^[0-9a-f-]{36}$/);
  const got = await api.call('GET', `${path}/a`);
  expect(got.bytes.equals(created.bytes)).toBe(true);
});

test('a second create of the name is AlreadyExists, a generated name is not', async () => {
  await api.call('POST', path, { body: configMap('a') });
  const again = await api.call('POST', path, { body: configMap('a') });
  expect(again.body).toMatchObject({ reason: 'AlreadyExists', code: 409, message: 'configmaps "a" already exists' });
  const generated = await api.call('POST', path, { body: { metadata: { generateName: 'a-' } } });
  expect(generated.body.metadata['name']).toMatch(/^a-[a-z0-9]{5}$/);
});

test.each([
  ['a name that is none', { metadata: { name: 'A' } }, 422, 'Invalid'],
  ['no name', { metadata: {} }, 422, 'Invalid'],
  ['another namespace', { metadata: { name: 'a', namespace: 'other' } }, 400, 'BadRequest'],
  ['another version', { apiVersion: 'v2', metadata: { name: 'a' } }, 400, 'BadRequest'],
  ['another kind', { kind: 'Secret', metadata: { name: 'a' } }, 400, 'BadRequest'],
  ['a wrong type', { metadata: { name: 'a' }, data: { x: 1 } }, 400, 'BadRequest'],
  ['malformed JSON', '{', 400, 'BadRequest'],
  ['no object', '[]', 400, 'BadRequest'],
])('create refuses %s', async (_what, body, code, reason) => {
  const answer = await api.call('POST', path, { body });
  expect(answer.body).toMatchObject({ kind: 'Status', status: 'Failure', code, reason });
});

test('dry run answers the object and stores nothing', async () => {
  const dry = await api.call('POST', `${path}?dryRun=All`, { body: configMap('a') });
  expect(dry.status).toBe(201);
  expect(dry.body.metadata['resourceVersion']).toBeUndefined();
  expect((await api.call('GET', `${path}/a`)).status).toBe(404);
});

test('unknown and duplicate fields: refused by Strict, warned of by Warn, dropped silently by Ignore', async () => {
  const body = '{"metadata":{"name":"a"},"data":{"x":"1","x":"2"},"nope":1}';
  const strict = await api.call('POST', `${path}?fieldValidation=Strict`, { body });
  expect(strict.body).toMatchObject({ code: 400 });
  expect(strict.body['message']).toContain('strict decoding error: duplicate field "data.x", unknown field "nope"');
  const warned = await api.call('POST', `${path}?dryRun=All`, { body });
  expect(warned.headers['warning']).toEqual(['299 - "duplicate field \\"data.x\\""', '299 - "unknown field \\"nope\\""']);
  const ignored = await api.call('POST', `${path}?fieldValidation=Ignore`, { body });
  expect(ignored.headers['warning']).toBeUndefined();
  expect(ignored.body['nope']).toBeUndefined();
});

test('update: stale versions conflict, an absent version takes what is there, no change writes nothing', async () => {
  const { body } = await api.call('POST', path, { body: configMap('a', { x: '1' }) });
  const second = await api.call('PUT', `${path}/a`, { body: { ...body, data: { x: '2' } } });
  expect(second.body).toMatchObject({ data: { x: '2' }, metadata: { resourceVersion: '2' } });
  const stale = await api.call('PUT', `${path}/a`, { body: { ...body, data: { x: '3' } } });
  expect(stale.body).toMatchObject({
    reason: 'Conflict',
    message:
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
  });
  const unconditional = await api.call('PUT', `${path}/a`, { body: configMap('a', { x: '4' }) });
  expect(unconditional.body.metadata).toMatchObject({ uid: body.metadata['uid'], resourceVersion: '3' });
  const same = await api.call('PUT', `${path}/a`, { body: unconditional.body });
  expect(same.body.metadata['resourceVersion']).toBe('3');
});

test.each([
  ['application/merge-patch+json', { data: { x: null, y: '2' } }],
  ['application/strategic-merge-patch+json', { data: { x: null, y: '2' } }],
  [
    'application/json-patch+json',
    [
      { op: 'remove', path: '/data/x' },
      { op: 'add', path: '/data/y', value: '2' },
    ],
  ],
])('patch by %s', async (type, body) => {
  await api.call('POST', path, { body: configMap('a', { x: '1' }) });
  const patched = await api.call('PATCH', `${path}/a`, { body, headers: { 'content-type': type } });
  expect(patched.body['data']).toEqual({ y: '2' });
  expect((await api.call('PATCH', `${path}/b`, { body, headers: { 'content-type': type } })).status).toBe(404);
});

test('many patches at once all arrive', async () => {
  await api.call('POST', path, { body: configMap('a') });
  const headers = { 'content-type': 'application/merge-patch+json' };
  const patches = Array.from({ length: 20 }, (_, i) => api.call('PATCH', `${path}/a`, { body: { data: { [`k${i}`]: 'v' } }, headers }));
  expect((await Promise.all(patches)).map(({ status }) => status)).toEqual(Array(20).fill(200));
  expect(Object.keys((await api.call('GET', `${path}/a`)).body['data'] as object)).toHaveLength(20);
});

test('delete: preconditions, finalizers, propagation', async () => {
  const { body } = await api.call('POST', path, { body: { metadata: { name: 'a', finalizers: ['example.com/hold'] } } });
  const wrong = await api.call('DELETE', `${path}/a`, { body: { preconditions: { uid: 'other' } } });
  expect(wrong.body).toMatchObject({ code: 409, reason: 'Conflict' });
  const held = await api.call('DELETE', `${path}/a`, { body: { propagationPolicy: 'Foreground' } });
  expect(held.body.metadata).toMatchObject({ finalizers: ['example.com/hold', 'foregroundDeletion'], uid: body.metadata['uid'] });
  expect(held.body.metadata['deletionTimestamp']).toBeDefined();
  const headers = { 'content-type': 'application/merge-patch+json' };
  await api.call('PATCH', `${path}/a`, { body: { metadata: { finalizers: null } }, headers });
  expect((await api.call('GET', `${path}/a`)).status).toBe(404);
  await api.call('POST', path, { body: configMap('b') });
  const gone = await api.call('DELETE', `${path}/b`);
  expect(gone.body).toMatchObject({ kind: 'Status', status: 'Success', details: { name: 'b', kind: 'configmaps' } });
});

test('deletecollection removes what the selector matches and answers it', async () => {
  for (const name of ['a', 'b', 'c']) await api.call('POST', path, { body: configMap(name, {}, { keep: String(name === 'c') }) });
  const deleted = await api.call('DELETE', `${path}?labelSelector=keep%3Dfalse`);
  expect(deleted.body.items).toHaveLength(2);
  expect((await api.call('GET', path)).body.items).toHaveLength(1);
});

test.each([
  ['GET', '/api/v1/namespaces/default/nope', 404],
  ['GET', '/apis/nope/v1/things', 404],
  ['POST', '/api/v1/namespaces/default/configmaps/a', 405],
  ['HEAD', '/api/v1/namespaces/default/configmaps/a', 405],
  ['OPTIONS', '/api/v1/namespaces/default/configmaps', 405],
  ['BREW', '/api/v1/namespaces/default/configmaps', 405],
  ['GET', '/api/v1/namespaces/default/configmaps/a/nope', 404],
])('%s %s is %i', async (method, url, code) => {
  expect((await api.call(method, url)).status).toBe(code);
});

test('an unacceptable answer is 406, an unknown body 415', async () => {
  expect((await api.call('GET', path, { headers: { accept: 'text/html' } })).body).toMatchObject({ code: 406, reason: 'NotAcceptable' });
  const answer = await api.call('POST', path, { body: 'x', headers: { 'content-type': 'text/plain' } });
  expect(answer.body).toMatchObject({ code: 415, reason: 'UnsupportedMediaType' });
});

test('an object that says a resourceVersion was not meant to be created', async () => {
  const answer = await api.call('POST', path, { body: { metadata: { name: 'a', resourceVersion: '5' } } });
  expect(answer.body).toMatchObject({ code: 500, message: 'resourceVersion should not be set on objects to be created' });
});

test('a namespace with a generated name carries it as its label', async () => {
  const { body } = await api.call('POST', '/api/v1/namespaces', { body: { metadata: { generateName: 'team-' } } });
  expect(body.metadata['labels']).toEqual({ 'kubernetes.io/metadata.name': body.metadata['name'] });
});

test.each(['/api/v1/configmaps/a', '/apis/apps/v1/deployments/a'])('%s is nowhere: the object has a namespace', async (nowhere) => {
  expect((await api.call('GET', nowhere)).body).toMatchObject({ code: 404, message: 'the server could not find the requested resource' });
});

test('a patch that takes metadata away is refused as one without a name', async () => {
  await api.call('POST', path, { body: configMap('a') });
  const headers = { 'content-type': 'application/merge-patch+json' };
  const answer = await api.call('PATCH', `${path}/a`, { body: { metadata: null }, headers });
  expect(answer.body).toMatchObject({ code: 400, reason: 'BadRequest' });
});

test.each([
  [
    'the JSON of a RawExtension is owned as a whole',
    '/apis/apps/v1/namespaces/default/controllerrevisions',
    { metadata: { name: 'r' }, revision: 1, data: { spec: { template: { a: 1 } } } },
    { 'f:data': {}, 'f:revision': {} },
  ],
  [
    'a field that is always encoded and was not set is nobody’s',
    '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices',
    { metadata: { name: 's' }, addressType: 'IPv4', endpoints: [] },
    { 'f:addressType': {} },
  ],
])('managedFields: %s', async (_what, collection, body, fields) => {
  const { metadata } = (await api.call('POST', collection, { body })).body;
  expect(metadata['managedFields']).toMatchObject([{ fieldsV1: fields }]);
  expect(Object.keys((metadata['managedFields'] as JsonObject[])[0]?.['fieldsV1'] as JsonObject).toSorted()).toEqual(Object.keys(fields));
});

test('an empty list of managedFields says that nobody manages anything', async () => {
  await api.call('POST', path, { body: configMap('a', { x: '1' }) });
  const headers = { 'content-type': 'application/merge-patch+json' };
  const answer = await api.call('PATCH', `${path}/a`, { body: { metadata: { managedFields: [] } }, headers });
  expect(answer.body.metadata['managedFields']).toBeUndefined();
});

test.each([
  ['curl/8.5.0', '', '{\n  "kind"'],
  ['curl/8.5.0', '?pretty=false', '{"kind"'],
  ['Mozilla/5.0 (X11)', '', '{\n  "kind"'],
  ['kubectl/v1.35.0', '', '{"kind"'],
  ['kubectl/v1.35.0', '?pretty=true', '{\n  "kind"'],
])('%s%s reads %j', async (agent, query, start) => {
  await api.call('POST', path, { body: configMap('a') });
  const { bytes } = await api.call('GET', `${path}/a${query}`, { headers: { 'user-agent': agent } });
  expect(bytes.toString('utf8').startsWith(start)).toBe(true);
});

test('a client that has no use for managedFields gets none, in answers and events, and keeps everybody’s by writing without them', async () => {
  const headers = { 'causeway-managed-fields': 'omit' };
  const { body: created } = await api.call('POST', `${path}?fieldManager=first`, { body: configMap('lean', { x: '1' }), headers });
  expect(created.metadata['managedFields']).toBeUndefined();
  const version = String(created.metadata['resourceVersion']);
  const updated = await api.call('PUT', `${path}/lean?fieldManager=second`, { body: { ...created, data: { x: '2' } }, headers });
  expect(updated.body).toMatchObject({ data: { x: '2' } });
  for await (const { object } of api.watch(`${path}?watch=true&resourceVersion=${version}`, { headers })) {
    expect(object).toEqual(updated.body);
    break;
  }
  const { metadata } = (await api.call('GET', `${path}/lean`)).body;
  expect((metadata['managedFields'] as JsonObject[]).map(({ manager }) => manager)).toEqual(['first', 'second']);
});
