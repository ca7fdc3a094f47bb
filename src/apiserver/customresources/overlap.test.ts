import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSecuredServer } from '../testing/secured-server.ts';
import type { SecuredServer } from '../testing/secured-server.ts';
import { customResources } from '../testing/custom-resources.ts';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const policies = '/apis/networking.k8s.io/v1/namespaces/default/networkpolicies';

let server: SecuredServer;
beforeAll(async () => {
  server = await startSecuredServer({ extra: [customResources()] });
});
afterAll(() => server.close());

const definition = (group: string, plural: string, kind: string, scope = 'Namespaced') => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${group}`, annotations: { 'api-approved.kubernetes.io': 'unapproved, test-only' } },
  spec: {
    group,
    scope,
    names: { plural, kind },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
});

test.each([
  ['networking.k8s.io', 'networkpolicies', 'NetworkPolicy', 'Namespaced', `${policies}/kept`],
  ['apiextensions.k8s.io', 'customresourcedefinitions', 'CustomResourceDefinition', 'Cluster', `${definitions}/kept.example.com`],
  ['networking.k8s.io', 'foos', 'Foo', 'Namespaced', `${policies}/kept`],
])('a definition of %s/v1 %s takes nothing from the built-in kinds', async (group, plural, kind, scope, kept) => {
  await server.call('POST', policies, { body: { metadata: { name: 'kept' }, spec: { podSelector: {} } } });
  await server.call('POST', definitions, { body: definition('example.com', 'kept', 'Kept') });
  const before = await server.call('GET', kept);
  expect(before.status).toBe(200);

  const name = `${plural}.${group}`;
  expect((await server.call('POST', definitions, { body: definition(group, plural, kind, scope) })).status).toBe(201);
  const conditions = (answer: { readonly body: object }): string => JSON.stringify((answer.body as { status?: object }).status);
  await server.eventually(`${definitions}/${name}`, (answer) => conditions(answer).includes('"Established","status":"True"'));
  expect((await server.call('GET', kept)).body.metadata.uid).toBe(before.body.metadata.uid);
  expect((await server.call('GET', '/apis/networking.k8s.io/v1/namespaces/default/foos')).status).toBe(404);

  expect((await server.call('DELETE', `${definitions}/${name}`)).status).toBe(200);
  await server.eventually(`${definitions}/${name}`, ({ status }) => status === 404);
  const after = await server.call('GET', kept);
  expect([after.status, after.body.metadata.uid, after.body.metadata.deletionTimestamp]).toEqual([
    200,
    before.body.metadata.uid,
    undefined,
  ]);
});
