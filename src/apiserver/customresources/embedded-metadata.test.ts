import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSecuredServer } from '../testing/secured-server.ts';
import type { SecuredServer } from '../testing/secured-server.ts';
import { customResources } from '../testing/custom-resources.ts';

const path = '/apis/example.com/v1/namespaces/default/boxes';
const template = {
  type: 'object',
  'x-kubernetes-embedded-resource': true,
  properties: { metadata: { type: 'object', properties: { name: { type: 'string' } } }, spec: { type: 'object' } },
};
const spec = { type: 'object', properties: { template, more: { type: 'array', items: template } } };

let server: SecuredServer;
beforeAll(async () => {
  server = await startSecuredServer({ extra: [customResources()] });
  await server.call('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    body: {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'boxes.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { plural: 'boxes', kind: 'Box' },
        versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: { spec } } } }],
      },
    },
  });
  await server.eventually(path, ({ status }) => status === 200);
});
afterAll(() => server.close());

const inner = (metadata: unknown) => ({ apiVersion: 'v1', kind: 'Inner', metadata });
const create = (boxSpec: object, validation = 'Ignore') =>
  server.call('POST', `${path}?dryRun=All&fieldValidation=${validation}`, {
    body: { apiVersion: 'example.com/v1', kind: 'Box', metadata: { name: 'b' }, spec: boxSpec },
  });

test('the metadata of a resource inside is ObjectMeta, whatever the schema names of it', async () => {
  const { status, body } = await create({
    template: inner({ name: 'a', namespace: 'b', labels: { c: 'd' }, unknown: 1, creationTimestamp: null, finalizers: [] }),
    more: [inner({ name: 'a', odd: true })],
  });
  expect(status).toBe(201);
  expect(body['spec']).toEqual({ template: inner({ name: 'a', namespace: 'b', labels: { c: 'd' } }), more: [inner({ name: 'a' })] });
});

test('unknown fields of it are told', async () => {
  const { status, body } = await create({ template: inner({ unknown: 1 }), more: [inner({ odd: true })], other: 1 }, 'Strict');
  expect(status).toBe(400);
  expect(body.message).toBe(
    'Box in version "v1" cannot be handled as a Box: strict decoding error: unknown field "spec.other", unknown field "spec.more[0].metadata.odd", unknown field "spec.template.metadata.unknown"',
  );
});

test.each([
  [{ name: 5 }, '{"name":5}: json: cannot unmarshal number into Go struct field ObjectMeta.name of type string'],
  [5, '5: json: cannot unmarshal number into Go value of type v1.ObjectMeta'],
  [{ labels: { a: 1 } }, '{"labels":{"a":1}}: json: cannot unmarshal number into Go struct field ObjectMeta.labels of type string'],
])('%j is no metadata', async (metadata, why) => {
  const { status, body } = await create({ template: inner(metadata) });
  expect(status).toBe(400);
  expect(body.message).toBe(`Box in version "v1" cannot be handled as a Box: spec.template.metadata: Invalid value: ${why}`);
});

test('a kind that is no text', async () => {
  const { body } = await create({ template: { apiVersion: 'v1', kind: 5 } });
  expect(body.message).toBe('Box in version "v1" cannot be handled as a Box: spec.template.kind: Invalid value: 5: must be a string');
});

test('its names, labels and owners are checked as those of any object', async () => {
  const { status, body } = await create({
    template: inner({ name: '..', labels: { a: 'x y' } }),
    more: [inner({ generateName: 'a/', ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p' }] })],
  });
  expect(status).toBe(422);
  const causes = (body['details'] as { causes: { field: string; message: string }[] }).causes;
  expect(causes.map(({ field }) => field)).toEqual([
    'spec.template.metadata.name',
    'spec.template.metadata.labels',
    'spec.more[0].metadata.generateName',
    'spec.more[0].metadata.ownerReferences.uid',
  ]);
  expect(causes[0]?.message).toBe(`Invalid value: "..": may not be '..'`);
});

test('owners that are there twice are warned of, as those of any object', async () => {
  const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'a', uid: 'u' };
  const { body, headers } = await server.call('POST', `${path}?dryRun=All`, {
    body: { apiVersion: 'example.com/v1', kind: 'Box', metadata: { name: 'b', ownerReferences: [owner, owner] } },
  });
  expect(body.metadata.ownerReferences).toEqual([owner]);
  expect(String(headers['warning'])).toContain('duplicate UID(s) observed: u');
});
