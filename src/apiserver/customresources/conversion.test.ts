import { createServer } from 'node:https';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { startSecuredServer } from '../testing/secured-server.ts';
import type { SecuredServer } from '../testing/secured-server.ts';
import { customResources } from '../testing/custom-resources.ts';

interface Review {
  readonly apiVersion: string;
  readonly request: { readonly uid: string; readonly desiredAPIVersion: string; readonly objects: readonly UnstructuredObject[] };
}

/** v1 has spec.hostPort, v2 spec.host and spec.port. */
const convert = (object: UnstructuredObject, apiVersion: string): UnstructuredObject => {
  const spec = object['spec'] as Record<string, string>;
  if (apiVersion.endsWith('v2')) {
    const [host = '', port = ''] = (spec['hostPort'] ?? '').split(':');
    return { ...object, apiVersion, spec: { host, port } };
  }
  return { ...object, apiVersion, spec: { hostPort: `${spec['host']}:${spec['port']}` } };
};

let server: SecuredServer;
let webhook: Server;
let failing = false;
const collection = (version: string): string => `/apis/example.com/${version}/namespaces/default/endpoints`;
const endpoint = (version: string, name: string, spec: object) => ({
  apiVersion: `example.com/${version}`,
  kind: 'Endpoint',
  metadata: { name },
  spec,
});
const stringProperties = (...names: string[]) => ({
  openAPIV3Schema: {
    type: 'object',
    properties: { spec: { type: 'object', properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) } },
  },
});

beforeAll(async () => {
  server = await startSecuredServer({ extra: [customResources()] });
  const { certificate, key } = server.identity.serving;
  webhook = createServer({ cert: certificate, key }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { apiVersion, request: asked } = JSON.parse(Buffer.concat(chunks).toString()) as Review;
      const result = failing ? { status: 'Failure', message: 'not today' } : { status: 'Success' };
      const convertedObjects = failing ? [] : asked.objects.map((object) => convert(object, asked.desiredAPIVersion));
      response.end(JSON.stringify({ apiVersion, kind: 'ConversionReview', response: { uid: asked.uid, result, convertedObjects } }));
    });
  });
  await new Promise<void>((resolve) => webhook.listen(0, '127.0.0.1', resolve));
  const { port } = webhook.address() as AddressInfo;
  const created = await server.call('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    body: {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'endpoints.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { plural: 'endpoints', kind: 'Endpoint' },
        versions: [
          { name: 'v1', served: true, storage: true, schema: stringProperties('hostPort') },
          { name: 'v2', served: true, storage: false, schema: stringProperties('host', 'port') },
        ],
        conversion: {
          strategy: 'Webhook',
          webhook: {
            conversionReviewVersions: ['v1'],
            clientConfig: {
              url: `https://localhost:${port}/convert`,
              caBundle: Buffer.from(server.identity.certificateAuthority.certificate).toString('base64'),
            },
          },
        },
      },
    },
  });
  expect(created).toMatchObject({ status: 201 });
  await server.eventually('/apis/apiextensions.k8s.io/v1/customresourcedefinitions/endpoints.example.com', ({ body }) =>
    JSON.stringify(body.status ?? {}).includes('InitialNamesAccepted'),
  );
});
afterAll(async () => {
  await server.close();
  webhook.closeAllConnections();
  webhook.close();
});

test('objects are read and written in either version, whichever is stored', async () => {
  expect(await server.call('POST', collection('v2'), { body: endpoint('v2', 'two', { host: 'b', port: '2' }) })).toMatchObject({
    status: 201,
    body: { apiVersion: 'example.com/v2', spec: { host: 'b', port: '2' } },
  });
  await server.call('POST', collection('v1'), { body: endpoint('v1', 'one', { hostPort: 'a:1' }) });
  expect((await server.call('GET', collection('v1'))).body).toMatchObject({
    items: [
      { apiVersion: 'example.com/v1', spec: { hostPort: 'a:1' } },
      { apiVersion: 'example.com/v1', spec: { hostPort: 'b:2' } },
    ],
  });
  expect((await server.call('GET', `${collection('v2')}/one`)).body).toMatchObject({
    apiVersion: 'example.com/v2',
    spec: { host: 'a', port: '1' },
  });
  const patched = await server.call('PATCH', `${collection('v2')}/one`, {
    body: { spec: { port: '9' } },
    as: { headers: { authorization: 'Bearer root', 'content-type': 'application/merge-patch+json' } },
  });
  expect(patched).toMatchObject({ status: 200, body: { spec: { host: 'a', port: '9' } } });
  expect((await server.call('GET', `${collection('v1')}/one`)).body).toMatchObject({ spec: { hostPort: 'a:9' } });
});

test('a failing webhook fails what needs it, and only that', async () => {
  failing = true;
  const { status, body } = await server.call('GET', `${collection('v2')}/one`);
  expect(status).toBe(500);
  expect(body).toEqual({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'conversion webhook for example.com/v1, Kind=Endpoint failed: not today',
    code: 500,
  });
  expect(await server.call('GET', `${collection('v1')}/one`)).toMatchObject({ status: 200 });
  failing = false;
});
