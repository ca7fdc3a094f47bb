import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSecuredServer } from '../testing/secured-server.ts';
import type { SecuredServer } from '../testing/secured-server.ts';
import { customResources } from '../testing/custom-resources.ts';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'tools.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Cluster',
    names: { plural: 'tools', kind: 'Tool' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
};

/** Updates of the definition wait here until they are let through. */
let letThrough: () => void = () => {};
const gate = new Promise<void>((resolve) => (letThrough = resolve));
let arrive: () => void = () => {};
const arrival = new Promise<void>((resolve) => (arrive = resolve));

let server: SecuredServer;
beforeAll(async () => {
  server = await startSecuredServer({
    extra: [customResources()],
    storeThrough: (store) => ({
      ...store,
      async update(key, value, options) {
        if (key.endsWith('/tools.example.com')) {
          arrive();
          await gate;
        }
        return store.update(key, value, options);
      },
    }),
  });
});
afterAll(() => server.close());

test('a kind is served when its definition is stored as established, so that who waited for it can write the definition', async () => {
  const created = await server.call('POST', definitions, { body: definition });
  expect(created.status).toBe(201);
  await arrival;
  expect((await server.call('GET', '/apis/example.com/v1/tools')).status).toBe(404);
  letThrough();
  await server.eventually('/apis/example.com/v1/tools', ({ status }) => status === 200);
  const { body } = await server.call('GET', `${definitions}/tools.example.com`);
  expect(JSON.stringify(body['status'])).toContain('"Established"');
  expect((await server.call('PUT', `${definitions}/tools.example.com`, { body })).status).toBe(200);
});

test('what is read as established is served', async () => {
  const group = 'second.example.com';
  await server.call('POST', definitions, {
    body: { ...definition, metadata: { name: `tools.${group}` }, spec: { ...definition.spec, group } },
  });
  await server.eventually(`${definitions}/tools.${group}`, ({ body }) => JSON.stringify(body['status']).includes('"Established"'));
  expect((await server.call('GET', `/apis/${group}/v1/tools`)).status).toBe(200);
});
