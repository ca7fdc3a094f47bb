import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSecuredServer } from '../testing/secured-server.ts';
import type { SecuredServer } from '../testing/secured-server.ts';
import { customResources } from '../testing/custom-resources.ts';

const path = '/apis/example.com/v1/crates';
const inside = {
  type: 'object',
  'x-kubernetes-embedded-resource': true,
  'x-kubernetes-preserve-unknown-fields': true,
};
const known = { ...inside, properties: { kind: { type: 'string' }, metadata: { type: 'object' } } };

let server: SecuredServer;
beforeAll(async () => {
  server = await startSecuredServer({ extra: [customResources()] });
  const properties = {
    n: { type: 'number', multipleOf: 0.5 },
    big: { type: 'integer', multipleOf: 3 },
    inside,
    known,
    rule: { type: 'string', 'x-kubernetes-validations': [{ rule: "self != 'bad'", message: 'is bad' }] },
  };
  await server.call('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    body: {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'crates.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Cluster',
        names: { plural: 'crates', kind: 'Crate' },
        versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties } } }],
      },
    },
  });
  await server.eventually(path, ({ status }) => status === 200);
});
afterAll(() => server.close());

const create = (fields: object, metadata: object = { name: 'c' }) =>
  server.call('POST', `${path}?dryRun=All`, { body: { apiVersion: 'example.com/v1', kind: 'Crate', metadata, ...fields } });

test('rules are not looked at when the metadata lacks what is required', async () => {
  const nameless = await create({ rule: 'bad' }, {});
  expect(nameless.status).toBe(422);
  expect(nameless.body.message).toContain('some validation rules were not checked because the object was invalid');
  expect(nameless.body.message).not.toContain('is bad');
  // A name of the wrong form stands in nobody's way.
  expect((await create({ rule: 'bad' }, { name: 'A_B' })).body.message).toContain('is bad');
});

test('null in a resource inside is dropped where the schema knows the field, and else the zero value or refused', async () => {
  const resource = { apiVersion: 'v1', kind: 'Inner' };
  const labels = { metadata: { labels: { a: null } } };
  expect((await create({ inside: { ...resource, metadata: null } })).body['inside']).toEqual({ ...resource, metadata: {} });
  expect((await create({ inside: { ...resource, ...labels } })).body['inside']).toEqual({ ...resource, metadata: { labels: { a: '' } } });
  expect((await create({ known: { ...resource, metadata: null } })).body['known']).toEqual(resource);
  expect((await create({ known: { ...resource, kind: null } })).status).toBe(422);
  expect((await create({ inside: { ...resource, kind: null } })).status).toBe(400);
});

test('a number beyond 2^53 where a text belongs is refused as it was written', async () => {
  const { status, body } = await create({ inside: { apiVersion: 9_007_199_254_740_993n, kind: 'A' } });
  expect(status).toBe(400);
  expect(body.message).toContain('inside.apiVersion: Invalid value: 9007199254740993: must be a string');
});

test.each([
  [{ n: 1.5 }, undefined],
  [{ n: 1.25 }, 'n in body should be a multiple of 0.5'],
  // Integers are divided by the factor without its fraction.
  [{ n: 1 }, 'factor MultipleOf declared for n must be positive: 0'],
  [{ big: 2_000_000_001 }, undefined],
  [{ big: 2_000_000_000 }, 'big in body should be a multiple of 3'],
])('%j divides, or is refused: %s', async (fields, message) => {
  const { status, body } = await create(fields);
  expect(status).toBe(message === undefined ? 201 : 422);
  if (message !== undefined) expect(body.message).toContain(message);
});
