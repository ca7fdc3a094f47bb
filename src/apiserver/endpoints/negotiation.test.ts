import { beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { decodeProtobuf } from '../../api/protobuf.ts';
import { configMap, startTestServer, take, type TestServer } from '../testing/test-server.ts';

const path = '/api/v1/namespaces/default/configmaps';
const as = (kind: string, version = 'v1'): string => `application/json;as=${kind};v=${version};g=meta.k8s.io`;
let api: TestServer;

beforeEach(async () => {
  api = await startTestServer();
  await api.call('POST', path, { body: configMap('a') });
});

const get = (url: string, accept: string, more: Record<string, string> = {}) => api.call('GET', url, { headers: { accept, ...more } });

test.each([
  [
    'text/html',
    `${path}/a`,
    '406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  ],
  ['application/*', `${path}/a`, 'Available representations: application/json, application/yaml, application/vnd.kubernetes.protobuf'],
  ['text/html', path, ', application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch'],
  [as('Foo'), path, 'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf'],
  [as('Table', 'v2'), path, 'only the following media types are accepted: application/json'],
  [as('PartialObjectMetadata'), path, 'you requested PartialObjectMetadata, but the requested object is a list (*core.ConfigMapList)'],
  [
    as('PartialObjectMetadataList'),
    `${path}/a`,
    'you requested PartialObjectMetadataList, but the requested object is not a list (*core.ConfigMap)',
  ],
])('%s of %s is not acceptable', async (accept, url, message) => {
  const { body, bytes } = await get(url, accept);
  expect(body).toMatchObject({ code: 406, reason: 'NotAcceptable', message: expect.stringContaining(message) });
  // Nothing that can be read so was asked for: it is written for people.
  expect(bytes.toString().startsWith('{\n  "kind": "Status"')).toBe(accept !== 'application/*');
});

test('a type that cannot be written is refused before anything is done', async () => {
  expect((await api.call('POST', path, { body: configMap('b'), headers: { accept: 'text/html' } })).status).toBe(406);
  expect((await api.call('GET', `${path}/b`)).status).toBe(404);
});

test('refusals come in the form that was asked for', async () => {
  const yaml = await get(`${path}/absent`, 'application/yaml');
  expect(yaml.headers['content-type']).toBe('application/yaml');
  expect(parse(yaml.bytes.toString())).toMatchObject({ kind: 'Status', code: 404 });
  const binary = await get(`${path}/absent`, 'application/vnd.kubernetes.protobuf,application/json');
  expect(decodeProtobuf(binary.bytes).object).toMatchObject({ kind: 'Status', code: 404, reason: 'NotFound' });
  const shown = await get(`${path}/absent`, 'application/json', { 'user-agent': 'curl/8' });
  expect(shown.bytes.toString()).toContain('\n  "kind"');
});

test('a Status is never a row, and never metadata', async () => {
  const { body } = await api.call('DELETE', `${path}/a`, { headers: { accept: as('Table') } });
  expect(body).toMatchObject({ kind: 'Status', status: 'Success' });
});

test('older versions of the forms are named as asked', async () => {
  expect((await get(path, as('Table', 'v1beta1'))).body).toMatchObject({
    apiVersion: 'meta.k8s.io/v1beta1',
    rows: [{ object: { apiVersion: 'meta.k8s.io/v1beta1' } }],
  });
  expect((await get(path, as('PartialObjectMetadataList', 'v1beta1'))).body).toMatchObject({
    apiVersion: 'meta.k8s.io/v1beta1',
    items: [{ apiVersion: 'meta.k8s.io/v1beta1' }],
  });
});

test('a kind without columns of its own has null for no rows', async () => {
  expect((await get('/api/v1/limitranges', as('Table'))).body['rows']).toBeNull();
  expect((await get('/api/v1/secrets', as('Table'))).body['rows']).toEqual([]);
});

test('FlowSchemas are rows in the order of their precedence', async () => {
  const url = '/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas';
  for (const [name, matchingPrecedence] of [
    ['a', 9],
    ['b', 5],
  ] as const) {
    await api.call('POST', url, { body: { metadata: { name }, spec: { matchingPrecedence, priorityLevelConfiguration: { name: 'x' } } } });
  }
  const { body } = await get(url, as('Table'));
  expect((body['rows'] as { cells: unknown[] }[]).map(({ cells }) => cells[0])).toEqual(['b', 'a']);
});

test('a watch of rows tells its columns once, one of YAML or of lists is none', async () => {
  await api.call('POST', path, { body: configMap('b') });
  const events = await take(api.watch(`${path}?watch=true`, { headers: { accept: as('Table') } }), 2);
  expect(events.map(({ object }) => object['columnDefinitions'] !== null)).toEqual([true, false]);
  const yaml = await get(`${path}?watch=true`, 'application/yaml');
  expect(parse(yaml.bytes.toString())).toMatchObject({
    code: 406,
    message: 'only the following media types are accepted: application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch',
  });
  expect(await take(api.watch(`${path}?watch=true`, { headers: { accept: as('PartialObjectMetadataList') } }), 1)).toEqual([]);
});

test('a Scale has columns of its own', async () => {
  const deployments = '/apis/apps/v1/namespaces/default/deployments';
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'x' }] } };
  await api.call('POST', deployments, {
    body: { metadata: { name: 'd' }, spec: { replicas: 2, selector: { matchLabels: { a: 'b' } }, template } },
  });
  const { body } = await get(`${deployments}/d/scale`, as('Table'));
  expect((body['columnDefinitions'] as { name: string }[]).map(({ name }) => name)).toEqual(['Name', 'Desired', 'Available', 'Age']);
  expect(body['rows']).toMatchObject([{ cells: ['d', 2, 0, expect.any(String)] }]);
});
