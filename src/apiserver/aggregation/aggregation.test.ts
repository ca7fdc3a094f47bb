import { createServer } from 'node:https';
import type { IncomingHttpHeaders, IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { discoveryExtension } from '../discovery/extension.ts';
import { createRemoteGroups } from '../discovery/remote-groups.ts';
import { createMetricsRegistry } from '../metrics/registry.ts';
import { root, startSecuredServer } from '../testing/secured-server.ts';
import type { Answer, SecuredServer } from '../testing/secured-server.ts';
import { customResources } from '../testing/custom-resources.ts';
import { openApiExtension } from '../openapi/extension.ts';
import { aggregationExtension } from './extension.ts';
import { userHeaders } from './proxy.ts';

const resourceList = {
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: 'metrics.example.com/v1',
  resources: [
    { name: 'samples', singularName: 'sample', namespaced: true, kind: 'Sample', verbs: ['get', 'list'] },
    { name: 'samples/status', singularName: '', namespaced: true, kind: 'Sample', verbs: ['get'] },
  ],
};

const openApi = { openapi: '3.0.0', paths: {}, components: { schemas: { Sample: { type: 'object' } } } };
const openApiUrl = '/openapi/v3/apis/metrics.example.com/v1?hash=1';
const groupUrl = '/openapi/v3/apis/metrics.example.com?hash=2';
const objectMeta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
const swagger = {
  swagger: '2.0',
  paths: {
    '/apis/metrics.example.com/v1/samples': {
      get: {
        operationId: 'listSamples',
        parameters: [{ $ref: '#/parameters/own' }],
        responses: { '200': { description: 'OK', schema: { $ref: '#/definitions/example.Sample' } } },
        'x-kubernetes-group-version-kind': { group: 'metrics.example.com', version: 'v1', kind: 'Sample' },
      },
    },
    '/apis/apps/v1/deployments': { get: { operationId: 'stolen', responses: {} } },
  },
  definitions: {
    'example.Sample': {
      type: 'object',
      properties: { metadata: { $ref: `#/definitions/${objectMeta}` } },
      'x-kubernetes-group-version-kind': [{ group: 'metrics.example.com', version: 'v1', kind: 'Sample' }],
    },
    'example.Unused': { type: 'string' },
    [objectMeta]: { type: 'object', properties: { name: { type: 'string' } } },
  },
  parameters: { own: { name: 'own', in: 'query', type: 'string' } },
};
const documents: Readonly<Record<string, object>> = {
  '/apis/metrics.example.com/v1': resourceList,
  '/openapi/v3': {
    paths: {
      'apis/metrics.example.com': { serverRelativeURL: groupUrl },
      'apis/metrics.example.com/v1': { serverRelativeURL: openApiUrl },
      'apis/apps/v1': { serverRelativeURL: '/no' },
    },
  },
  '/openapi/v2': swagger,
  [groupUrl]: { openapi: '3.0.0', paths: { '/apis/metrics.example.com/': {} } },
  [openApiUrl]: openApi,
};

let server: SecuredServer;
let upstream: Server;
let seen: IncomingHttpHeaders | undefined;
let upgraded: IncomingHttpHeaders | undefined;

beforeAll(async () => {
  const remote = { groups: createRemoteGroups(), documents: new Map(), swagger: new Map() };
  server = await startSecuredServer({
    extra: [
      customResources(),
      discoveryExtension(remote.groups),
      openApiExtension(remote.documents, remote.swagger),
      aggregationExtension(remote, createMetricsRegistry()),
    ],
  });
  const { certificate, key } = server.identity.serving;
  upstream = createServer({ cert: certificate, key }, (request, response) => {
    const known = documents[request.url ?? ''];
    if (!known) seen = request.headers;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(known ?? { kind: 'SampleList', url: request.url }));
  });
  upstream.on('upgrade', (request: IncomingMessage, connection: Duplex) => {
    upgraded = request.headers;
    if (request.url?.includes('refused')) return void connection.end('HTTP/1.1 418 Teapot\r\ncontent-length: 2\r\n\r\nno');
    connection.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\nX-Mine: 1\r\n\r\nhello ');
    connection.pipe(connection);
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await server.close();
  upstream.closeAllConnections();
  upstream.close();
});

test('a server that is ready has an APIService for every group version it serves', async () => {
  const registered = (await server.call('GET', '/apis/apiregistration.k8s.io/v1/apiservices')).body['items'] as UnstructuredObject[];
  const groups = (await server.call('GET', '/apis')).body['groups'] as { name: string; versions: { version: string }[] }[];
  const served = groups.flatMap(({ name, versions }) => versions.map(({ version }) => `${version}.${name}`));
  expect(registered.map(({ metadata }) => metadata.name).toSorted()).toEqual([...served, 'v1.'].toSorted());
  const { body } = await server.eventually('/apis/apiregistration.k8s.io/v1/apiservices/v1.apps', ({ body: { status } }) =>
    Boolean(status?.['conditions']),
  );
  expect(body).toMatchObject({
    metadata: { labels: { 'kube-aggregator.kubernetes.io/automanaged': 'onstart' } },
    spec: { group: 'apps', version: 'v1', groupPriorityMinimum: 17800, versionPriority: 15 },
    status: { conditions: [{ type: 'Available', status: 'True', reason: 'Local', message: 'Local APIServices are always available' }] },
  });
});

test('a remote group version joins discovery and is proxied in the name of the caller', async () => {
  const { port } = upstream.address() as AddressInfo;
  await server.call('POST', '/api/v1/namespaces/default/services', {
    body: {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'samples' },
      spec: { type: 'ExternalName', externalName: 'localhost' },
    },
  });
  const created = await server.call('POST', '/apis/apiregistration.k8s.io/v1/apiservices', {
    body: {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1.metrics.example.com' },
      spec: {
        group: 'metrics.example.com',
        version: 'v1',
        groupPriorityMinimum: 100,
        versionPriority: 100,
        insecureSkipTLSVerify: true,
        service: { namespace: 'default', name: 'samples', port },
      },
    },
  });
  expect(created.status).toBe(201);
  await server.eventually('/apis/apiregistration.k8s.io/v1/apiservices/v1.metrics.example.com', ({ body }) =>
    JSON.stringify(body.status ?? {}).includes('"Passed"'),
  );
  const { body } = await server.call('GET', '/apis/metrics.example.com/v1');
  expect(body).toMatchObject({ resources: [{ name: 'samples', kind: 'Sample' }, { name: 'samples/status' }] });
  expect((await server.call('GET', '/apis')).body).toMatchObject({
    groups: expect.arrayContaining([expect.objectContaining({ name: 'metrics.example.com' })]),
  });
  const { body: samples } = await server.call('GET', '/apis/metrics.example.com/v1/namespaces/default/samples?limit=1', {
    as: { headers: { ...root.headers, 'x-remote-user': 'forged' } },
  });
  expect(samples).toEqual({ kind: 'SampleList', url: '/apis/metrics.example.com/v1/namespaces/default/samples?limit=1' });
  expect(seen).toMatchObject({ 'x-remote-user': 'root' });
  expect(seen?.['x-remote-group']).toContain('system:masters');
  expect(seen?.authorization).toBeUndefined();
});

test('what an impersonated caller may do is asked here; the aggregated server sees only whom it stands for', async () => {
  await server.call('GET', '/apis/metrics.example.com/v1/samples', {
    as: { headers: { ...root.headers, 'impersonate-user': 'joe', 'impersonate-group': 'system:masters' } },
  });
  expect(seen).toMatchObject({ 'x-remote-user': 'joe' });
  expect(Object.keys(seen ?? {}).filter((name) => name.startsWith('impersonate-'))).toEqual([]);
});

test("an aggregated server's OpenAPI v3 document is listed and served, its others are not", async () => {
  const { body: index } = await server.eventually('/openapi/v3', ({ body: { paths } }) =>
    JSON.stringify(paths).includes('metrics.example.com'),
  );
  const paths = index['paths'] as Record<string, unknown>;
  expect(paths['apis/metrics.example.com/v1']).toEqual({ serverRelativeURL: openApiUrl });
  expect(paths['apis/apps/v1']).toEqual({ serverRelativeURL: expect.stringMatching(/^\/openapi\/v3\/apis\/apps\/v1\?hash=/) });
  expect((await server.call('GET', openApiUrl)).body).toEqual(openApi);
  expect(paths['apis/metrics.example.com']).toEqual({ serverRelativeURL: groupUrl });
  expect((await server.call('GET', groupUrl)).body).toEqual(documents[groupUrl]);
});

test("OpenAPI v2 has an aggregated server's kinds beside ours, as long as it is there; types of one name that differ stay apart", async () => {
  const isThere = ({ body }: Answer): boolean => 'example.Sample' in (body['definitions'] as object);
  const { body, headers } = await server.eventually('/openapi/v2', isThere);
  const { paths, parameters } = body as unknown as typeof swagger;
  const definitions = body['definitions'] as Record<string, Record<string, unknown>>;
  expect(paths['/apis/metrics.example.com/v1/samples']).toEqual(swagger.paths['/apis/metrics.example.com/v1/samples']);
  expect(paths['/apis/apps/v1/namespaces/{namespace}/deployments' as keyof typeof paths]).toMatchObject({ get: { tags: ['apps_v1'] } });
  expect(paths['/apis/apps/v1/deployments']).not.toMatchObject({ get: { operationId: 'stolen' } });
  expect(definitions['example.Sample']).toMatchObject({ properties: { metadata: { $ref: `#/definitions/${objectMeta}_v2` } } });
  expect(definitions[`${objectMeta}_v2`]).toEqual(swagger.definitions[objectMeta]);
  expect(Object.keys(definitions[objectMeta]?.['properties'] as object)).toContain('managedFields');
  expect(definitions).not.toHaveProperty('example.Unused');
  expect(parameters.own).toEqual(swagger.parameters.own);
  const protobuf = { ...root.headers, accept: 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf' };
  expect((await server.call('GET', '/openapi/v2', { as: { headers: protobuf } })).status).toBe(200);
  const again = await server.call('GET', '/openapi/v2', { as: { headers: { ...root.headers, 'if-none-match': String(headers['etag']) } } });
  expect(again.status).toBe(304);
  await server.call('DELETE', '/apis/apiregistration.k8s.io/v1/apiservices/v1.metrics.example.com');
  await server.eventually('/openapi/v2', (answer) => !isThere(answer));
});

test('a group version whose server was never there is stale in discovery, and 503', async () => {
  await server.call('POST', '/apis/apiregistration.k8s.io/v1/apiservices', {
    body: {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1.dead.example.com' },
      spec: {
        group: 'dead.example.com',
        version: 'v1',
        groupPriorityMinimum: 100,
        versionPriority: 100,
        insecureSkipTLSVerify: true,
        service: { namespace: 'default', name: 'nowhere' },
      },
    },
  });
  await server.eventually('/apis/dead.example.com', ({ status }) => status === 200);
  const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  const { body } = await server.call('GET', '/apis', { as: { headers: { ...root.headers, accept } } });
  expect((body as { items?: unknown })['items']).toContainEqual({
    metadata: { name: 'dead.example.com' },
    versions: [{ version: 'v1', freshness: 'Stale' }],
  });
  expect((await server.call('GET', '/apis/dead.example.com/v1')).status).toBe(503);
});

/** Group versions of /apis, in order, and whether they are stale. */
const groupVersions = async (): Promise<string[]> => {
  const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  const { body } = await server.call('GET', '/apis', { as: { headers: { ...root.headers, accept } } });
  const { items } = body as unknown as {
    items: { metadata: { name: string }; versions: { version: string; freshness: string }[] }[];
  };
  return items.flatMap(({ metadata, versions }) => versions.map(({ version, freshness }) => `${metadata.name}/${version} ${freshness}`));
};

test('a custom group version that a server is registered for is its own as long as that is so, a built-in one never; groups go by priority', async () => {
  const services = '/apis/apiregistration.k8s.io/v1/apiservices';
  const service = (group: string) => ({
    metadata: { name: `v1.${group}` },
    spec: {
      group,
      version: 'v1',
      groupPriorityMinimum: 20_000,
      versionPriority: 15,
      insecureSkipTLSVerify: true,
      service: { namespace: 'default', name: 'nowhere' },
    },
  });
  const schema = { openAPIV3Schema: { type: 'object' } };
  const versions = ['v1', 'v2'].map((name) => ({ name, served: true, storage: name === 'v1', schema }));
  await server.call('POST', services, { body: service('shared.example.com') });
  await server.call('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    body: {
      metadata: { name: 'tools.shared.example.com' },
      spec: { group: 'shared.example.com', scope: 'Cluster', names: { plural: 'tools', kind: 'Tool' }, versions },
    },
  });
  await server.eventually('/apis/shared.example.com/v2/tools', ({ status }) => status === 200);
  await server.eventually('/apis/shared.example.com/v1/tools', ({ status }) => status === 503);
  const [first, ...others] = await groupVersions();
  expect(first).toBe('apiregistration.k8s.io/v1 Current');
  expect(others.slice(0, 2).toSorted()).toEqual(['shared.example.com/v1 Stale', 'shared.example.com/v2 Current']);
  await server.call('DELETE', `${services}/v1.shared.example.com`);
  await server.eventually('/apis/shared.example.com/v1/tools', ({ status }) => status === 200);
  expect(await groupVersions()).toContain('shared.example.com/v1 Current');
});

test('a request for another protocol is passed on in the name of the caller, and then the bytes of both sides', async () => {
  const { port } = upstream.address() as AddressInfo;
  const service = { namespace: 'default', name: 'streams', port };
  const spec = { type: 'ExternalName', externalName: 'localhost' };
  await server.call('POST', '/api/v1/namespaces/default/services', { body: { metadata: { name: 'streams' }, spec } });
  const version = { group: 'streams.example.com', version: 'v1', groupPriorityMinimum: 100, versionPriority: 100 };
  await server.call('POST', '/apis/apiregistration.k8s.io/v1/apiservices', {
    body: { metadata: { name: 'v1.streams.example.com' }, spec: { ...version, insecureSkipTLSVerify: true, service } },
  });
  await server.eventually('/apis/apiregistration.k8s.io/v1/apiservices/v1.streams.example.com', ({ body }) =>
    JSON.stringify(body.status ?? {}).includes('"Passed"'),
  );
  const upgrade = (name: string) =>
    server.handle({
      method: 'GET',
      url: `/apis/streams.example.com/v1/${name}?a=b`,
      headers: { authorization: 'Bearer root', connection: 'Upgrade', upgrade: 'echo', 'x-remote-user': 'mallory', host: 'us' },
      upgrade: 'echo',
      body: () => Promise.resolve(new Uint8Array()),
      signal: new AbortController().signal,
      remoteAddress: '9.9.9.9',
    });
  const answer = await upgrade('samples');
  expect(answer).toMatchObject({ status: 101, headers: { upgrade: 'echo', 'x-mine': '1' } });
  expect(upgraded).toMatchObject({ 'x-remote-user': 'root', 'x-forwarded-for': '9.9.9.9', upgrade: 'echo' });
  expect(upgraded?.['authorization']).toBeUndefined();
  const [ours, theirs] = duplexPair();
  if (typeof answer.body !== 'function') throw new Error('nobody takes the connection');
  const over = answer.body({ connection: theirs, write: () => true, end: () => {}, drained: async () => {}, buffered: 0 });
  ours.write('world');
  let text = '';
  for await (const chunk of ours) {
    text += String(chunk);
    if (text.endsWith('world')) break;
  }
  expect(text).toBe('hello world');
  // A pair does not tell one end of the other's, as connections do.
  theirs.destroy();
  await over;
  expect((await upgrade('refused')).status).toBe(418);
});

test('extra values travel as escaped headers', () => {
  expect(userHeaders({ username: 'u', groups: [], extra: { 'example.com/Scopes': ['a', 'b'] } })).toEqual({
    'x-remote-user': 'u',
    'x-remote-extra-example.com%2Fscopes': ['a', 'b'],
  });
});
