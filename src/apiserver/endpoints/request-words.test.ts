import { beforeEach, expect, test } from 'vitest';
import { configMap, startTestServer, take, type TestServer } from '../testing/test-server.ts';

/** What requests that make no sense are answered with, code and message, as by kube-apiserver. */
const path = '/api/v1/namespaces/default/configmaps';
let api: TestServer;

beforeEach(async () => {
  api = await startTestServer();
  await api.call('POST', path, { body: configMap('a') });
});

test.each<[string, string, number, string]>([
  ['GET', '?limit=', 400, 'strconv.ParseInt: parsing "": invalid syntax'],
  ['GET', '?limit=99999999999999999999', 400, 'strconv.ParseInt: parsing "99999999999999999999": value out of range'],
  ['GET', '?timeout=x', 400, 'invalid timeout specified in the request URL - time: invalid duration "x"'],
  ['GET', '?timeout=5', 400, 'invalid timeout specified in the request URL - time: missing unit in duration "5"'],
  ['GET', '/a?export=true', 400, 'the export parameter, deprecated since v1.14, is no longer supported'],
  ['GET', '/a?resourceVersion=x', 400, 'resourceVersion: Invalid value: "x": strconv.ParseUint: parsing "x": invalid syntax'],
  ['DELETE', '/a?gracePeriodSeconds=', 400, 'strconv.ParseInt: parsing "": invalid syntax'],
  ['DELETE', '/a?dryRun=', 422, 'DeleteOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: [""]: supported values: "All"'],
  ['GET', '?timeout=5s&limit=%2B5', 200, ''],
])('%s %s', async (method, rest, code, message) => {
  const { status, body } = await api.call(method, `${path}${rest}`);
  expect(status).toBe(code);
  if (message !== '') expect(body['message']).toBe(message);
});

test('DeleteOptions of wrong types are refused in the words of their decoder', async () => {
  const { body } = await api.call('DELETE', `${path}/a`, { body: { gracePeriodSeconds: 'x' } });
  expect(body).toMatchObject({
    code: 400,
    message: 'json: cannot unmarshal string into Go struct field DeleteOptions.gracePeriodSeconds of type int64',
  });
});

test('what the original does not classify has no reason', async () => {
  const { body } = await api.call('POST', path, { body: { metadata: { name: 'b', resourceVersion: '5' } } });
  expect(body).toMatchObject({ code: 500, message: 'resourceVersion should not be set on objects to be created' });
  expect(body['reason']).toBeUndefined();
});

test.each<[string, unknown, number, string]>([
  ['strategic-merge-patch+json', null, 200, ''],
  ['json-patch+json', null, 200, ''],
  ['strategic-merge-patch+json', { kind: 'Secret', apiVersion: 'v9' }, 200, ''],
  ['merge-patch+json', { kind: 'Service' }, 422, 'converting (v1.Service) to (core.ConfigMap): unknown conversion'],
  [
    'merge-patch+json',
    { apiVersion: 'v2' },
    422,
    'no kind "ConfigMap" is registered for version "v2" in scheme "pkg/runtime/scheme.go:111"',
  ],
  ['strategic-merge-patch+json', { data: 'x' }, 422, ' "" is invalid: patch: Invalid value: "map[data:x]": cannot restore map from string'],
])('PATCH %s %j', async (type, patch, code, message) => {
  const answer = await api.call('PATCH', `${path}/a`, { body: JSON.stringify(patch), headers: { 'content-type': `application/${type}` } });
  expect(answer.status).toBe(code);
  if (message !== '') expect(answer.body['message']).toContain(message);
});

test('a rule of metadata is refused as often as kinds look at it', async () => {
  const { body } = await api.call('PATCH', `${path}/a`, {
    body: { metadata: { labels: { 'a b': 'x' } } },
    headers: { 'content-type': 'application/merge-patch+json' },
  });
  expect(body).toMatchObject({ code: 422, details: { causes: Array.from({ length: 4 }, () => ({ field: 'metadata.labels' })) } });
  expect(String(body['message']).match(/metadata\.labels/g)).toHaveLength(1);
});

test('an applied configuration may say a version of what is not there, and must be an object', async () => {
  const headers = { 'content-type': 'application/apply-patch+yaml' };
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'b', resourceVersion: '1' } };
  expect((await api.call('PATCH', `${path}/b?fieldManager=m`, { body, headers })).status).toBe(201);
  const none = await api.call('PATCH', `${path}/b?fieldManager=m`, { body: '[]', headers });
  expect(none.body['message']).toBe(
    'error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}',
  );
});

test('an update without the version that the kind needs names the resource', async () => {
  const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const { body } = await api.call('PUT', `${path}/a`, { body: { metadata: { name: 'a', resourceVersion: 'x' } } });
  expect(body).toMatchObject({ code: 500, message: 'strconv.ParseUint: parsing "x": invalid syntax' });
  expect((await api.call('PUT', `${crds}/none`, { body: { metadata: { name: 'none' } } })).status).toBe(404);
});

test('protobuf that is none says what it saw', async () => {
  const headers = { 'content-type': 'application/vnd.kubernetes.protobuf' };
  const said = async (bytes: Uint8Array): Promise<unknown> => (await api.call('POST', path, { body: bytes, headers })).body['message'];
  expect(await said(Buffer.from('k8s'))).toBe(
    'the object provided is unrecognized (must be of type ConfigMap): provided data does not appear to be a protobuf message, expected prefix [107 56 115 0] (6b3873)',
  );
  expect(await said(Buffer.alloc(0))).toBe('the object provided is unrecognized (must be of type ConfigMap): empty data (<empty>)');
});

test('a kind that does not count generations keeps the one it is given', async () => {
  const { body } = await api.call('POST', path, { body: { metadata: { name: 'g', generation: 7 } } });
  expect(body.metadata['generation']).toBe(7);
});

test('the older path of a watch shows one object', async () => {
  await api.call('POST', path, { body: configMap('b') });
  const events = await take(api.watch('/api/v1/watch/namespaces/default/configmaps/b?timeoutSeconds=1'), 9);
  expect(events.map(({ object }) => object.metadata['name'])).toEqual(['b']);
});

test('a pod that goes at once is seen with its time of deletion', async () => {
  const pods = '/api/v1/namespaces/default/pods';
  await api.call('POST', pods, { body: { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'x' }] } } });
  const { body } = await api.call('DELETE', `${pods}/p`);
  expect(body.metadata).toMatchObject({ deletionGracePeriodSeconds: 0, generation: 2, deletionTimestamp: expect.any(String) });
  expect((await api.call('GET', `${pods}/p`)).status).toBe(404);
});

test('a namespace notes the time of its deletion and no period', async () => {
  await api.call('POST', '/api/v1/namespaces', { body: { metadata: { name: 'gone' }, spec: { finalizers: ['kubernetes'] } } });
  const { body } = await api.call('DELETE', '/api/v1/namespaces/gone');
  expect(body.metadata['deletionTimestamp']).toBeDefined();
  expect(body.metadata['deletionGracePeriodSeconds']).toBeUndefined();
});

test.each<[string, string]>([
  ['/api/v1/nodes?fieldSelector=metadata.namespace%3Dx', 'field label not supported: metadata.namespace'],
  ['/api/v1/persistentvolumes?fieldSelector=name%3Dx', '"name" is not a known field selector: only "metadata.name", "metadata.namespace"'],
  ['/apis/batch/v1/jobs?fieldSelector=spec.x%3Dy', 'field label "spec.x" not supported for Job'],
  [`${path}?watch=true&resourceVersion=x&labelSelector=(`, "found '(', expected: !, identifier, or 'end of string'"],
  [`${path}/..`, 'Name parameter invalid: "..": may not be \'..\''],
])('GET %s', async (url, message) => {
  expect((await api.call('GET', url)).body).toMatchObject({ code: 400, message });
});

test('what is no path is not found, whatever the method', async () => {
  for (const [method, url] of [
    ['HEAD', `${path}/a/status`],
    ['GET', `${path}/a%2Fb`],
    ['GET', '/api/v1/namespaces/default/namespaces'],
    ['GET', '/api/v1/namespaces/default/pods/x/status/y'],
  ] as const)
    expect((await api.call(method, url)).status).toBe(404);
});

test('dryRun in DeleteOptions is checked, fieldValidation is nothing to a deletion', async () => {
  const { body } = await api.call('DELETE', `${path}/a`, { body: { dryRun: ['x'] } });
  expect(body['message']).toBe('DeleteOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["x"]: supported values: "All"');
  expect((await api.call('DELETE', `${path}/a?fieldValidation=Foo`)).status).toBe(200);
});

test('a JSON patch is looked at by strict decoding itself', async () => {
  const body = '[{"op":"add","path":"/data","value":{"b":"1"},"foo":1},{"op":"add","path":"/bar","value":"1","value":"2"}]';
  const { headers } = await api.call('PATCH', `${path}/a`, { body, headers: { 'content-type': 'application/json-patch+json' } });
  expect(headers['warning']).toEqual([
    '299 - "json patch unknown field \\"[0].foo\\""',
    '299 - "json patch duplicate field \\"[1].value\\""',
    '299 - "unknown field \\"bar\\""',
  ]);
});

test('keys that an applied configuration says twice are told by their lines', async () => {
  const headers = { 'content-type': 'application/apply-patch+yaml' };
  const body = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: twice}\ndata:\n  a: b\n  a: c\n';
  const apply = (validation: string) =>
    api.call('PATCH', `${path}/twice?fieldManager=x&dryRun=All&fieldValidation=${validation}`, { body, headers });
  expect((await apply('Strict')).body['message']).toBe(
    'error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  line 6: key "a" already set in map',
  );
  expect((await apply('Warn')).headers['warning']).toEqual(['299 - "line 6: key \\"a\\" already set in map"']);
  expect((await apply('Ignore')).headers['warning']).toBeUndefined();
});

test('problems of JSON come in the order in which they stand there, those of YAML by name', async () => {
  const json = '{"metadata":{"name":"b","foo":1},"data":{"k":"1","k":"2"},"bar":1}';
  const said = async (body: string, type: string): Promise<unknown> =>
    (await api.call('POST', `${path}?fieldValidation=Strict`, { body, headers: { 'content-type': type } })).body['message'];
  expect(await said(json, 'application/json')).toContain('unknown field "metadata.foo", duplicate field "data.k", unknown field "bar"');
  expect(await said('metadata: {name: b, foo: 1}\nbar: 1\nbar: 2\n', 'application/yaml')).toContain(
    'strict decoding error: yaml: unmarshal errors:\n  line 3: key "bar" already set in map, unknown field "bar", unknown field "metadata.foo"',
  );
});

test('a watch from nothing says where its beginning ends when it may', async () => {
  const events = await take(api.watch(`${path}?watch=true&resourceVersion=0&allowWatchBookmarks=true&timeoutSeconds=9`), 2);
  expect(events[1]).toMatchObject({ type: 'BOOKMARK', object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } } });
});

test.each<[string, number, string]>([
  ['1e3', 400, 'number 1e3 into Go struct field PodSpec.spec.terminationGracePeriodSeconds of type int64'],
  ['30.0', 400, 'number 30.0 into Go struct field PodSpec.spec.terminationGracePeriodSeconds of type int64'],
  ['9223372036854775808', 400, 'number 9223372036854775808 into Go struct field PodSpec.spec.terminationGracePeriodSeconds of type int64'],
  ['30', 201, ''],
])('an integer of a built-in kind that is written %s', async (literal, code, message) => {
  const spec = `{"containers":[{"name":"c","image":"i"}],"terminationGracePeriodSeconds":${literal}}`;
  const body = `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":${spec}}`;
  const answer = await api.call('POST', '/api/v1/namespaces/default/pods', { body });
  expect(answer.status).toBe(code);
  if (message !== '') expect(answer.body['message']).toContain(`json: cannot unmarshal ${message}`);
});

test.each<[string, string, number, string]>([
  ['DELETE', '/a?uid=x', 409, 'the UID in the precondition (x) does not match the UID in record'],
  [
    'DELETE',
    '/a?resourceVersion=99&dryRun=All',
    409,
    'the ResourceVersion in the precondition (99) does not match the ResourceVersion in record',
  ],
])('%s %s: preconditions of the query', async (method, rest, code, message) => {
  const { status, body } = await api.call(method, `${path}${rest}`);
  expect(status).toBe(code);
  expect(body['message']).toContain(message);
});

test.each([
  ['/%61pi/v1/namespaces/default/configmaps/%61', 200],
  [`${path}/%zz`, 400],
])('GET %s', async (odd, code) => {
  expect((await api.call('GET', odd)).status).toBe(code);
});

test('an Eviction and a Binding are decoded as strictly as what is stored', async () => {
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p' }, foo: 1 };
  const strict = await api.call('POST', '/api/v1/namespaces/default/pods/p/eviction?fieldValidation=Strict', { body: eviction });
  expect(strict.body).toMatchObject({ code: 400, message: expect.stringContaining('unknown field "foo"') });
  const wrong = await api.call('POST', '/api/v1/namespaces/default/pods/p/eviction', { body: { ...eviction, kind: 'Pod' } });
  expect(wrong.status).toBe(400);
  const warned = await api.call('POST', '/api/v1/namespaces/default/pods/p/binding', {
    body: { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'p' }, target: { name: 'n', foo: 1 } },
  });
  expect(String(warned.headers['warning'])).toContain('unknown field \\"target.foo\\"');
});

test('who watches one namespace by the path of old hears what becomes of it', async () => {
  await api.call('POST', '/api/v1/namespaces', { body: { metadata: { name: 'old' } } });
  const events = api.watch('/api/v1/watch/namespaces/old');
  expect((await events.next()).value).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'old' } } });
  const headers = { 'content-type': 'application/merge-patch+json' };
  await api.call('PATCH', '/api/v1/namespaces/old', { body: { metadata: { labels: { a: 'b' } } }, headers });
  expect((await events.next()).value).toMatchObject({ type: 'MODIFIED', object: { metadata: { labels: { a: 'b' } } } });
  await events.return(undefined);
});
