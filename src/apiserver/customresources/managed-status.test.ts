import { afterAll, beforeAll, expect, test } from 'vitest';
import { root, startSecuredServer } from '../testing/secured-server.ts';
import type { Answer, SecuredServer } from '../testing/secured-server.ts';
import { customResources } from '../testing/custom-resources.ts';

const path = '/apis/example.com/v1/namespaces/default/things';
const text = { type: 'string' };
const item = {
  type: 'object',
  required: ['port'],
  properties: { port: { type: 'integer' }, protocol: { ...text, default: 'TCP' }, name: text },
};
const spec = {
  type: 'object',
  properties: {
    name: text,
    flag: { type: 'boolean' },
    set: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' },
    ports: { type: 'array', items: item, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['port', 'protocol'] },
    embedded: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
    open: {
      type: 'object',
      'x-kubernetes-preserve-unknown-fields': true,
      properties: { known: { type: 'object', properties: { a: text } } },
    },
  },
};

let server: SecuredServer;
beforeAll(async () => {
  server = await startSecuredServer({ extra: [customResources()] });
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec, status: { type: 'object', properties: { phase: text } } } } };
  await server.call('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    body: {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'things.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { plural: 'things', kind: 'Thing' },
        versions: [{ name: 'v1', served: true, storage: true, schema, subresources: { status: {} } }],
      },
    },
  });
  await server.eventually(path, ({ status }) => status === 200);
});
afterAll(() => server.close());

const apply = (name: string, fields: object, { at = '', metadata = {} } = {}): Promise<Answer> =>
  server.call('PATCH', `${path}/${name}${at}?fieldManager=one&force=true`, {
    body: { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name, ...metadata }, ...fields },
    as: { headers: { ...root.headers, 'content-type': 'application/apply-patch+yaml' } },
  });

test('whoever applies a status owns what else was said but spec', async () => {
  await apply('a', { spec: { name: 'x' } });
  const { body } = await apply('a', { spec: { name: 'y' }, status: { phase: 'p' } }, { at: '/status', metadata: { labels: { l: '1' } } });
  const entries = body.metadata.managedFields as { subresource?: string; fieldsV1: object }[];
  expect(entries.find(({ subresource }) => subresource === 'status')?.fieldsV1).toEqual({
    'f:metadata': { 'f:labels': { 'f:l': {} } },
    'f:status': { 'f:phase': {} },
  });
});

test('null where none may be is left for validation to refuse', async () => {
  const { status, body } = await apply('b', { spec: { ports: [{ port: 1, name: null }] } });
  const field = 'spec.ports[0].name';
  const why = `Invalid value: "null": ${field} in body must be of type string: "null"`;
  expect([status, body.message]).toEqual([422, `Thing.example.com "b" is invalid: ${field}: ${why}`]);
});

test.each([
  [{ set: 'b' }, '.spec.set: expected list, got &{b}'],
  [{ set: { a: [1, null] } }, '.spec.set: expected list, got &{map[a:[1 <nil>]]}'],
  [{ name: 1 }, '.spec.name: expected string, got &value.valueUnstructured{Value:1}'],
  [
    { name: { a: [1, null, 'x'] } },
    '.spec.name: expected string, got &value.valueUnstructured{Value:map[string]interface {}{"a":[]interface {}{1, interface {}(nil), "x"}}}',
  ],
  [{ flag: 'x' }, '.spec.flag: expected boolean, got &{x}'],
  [
    { ports: [{ port: { a: 1 } }] },
    '.spec.ports[port=a=1,protocol="TCP"].port: expected numeric (int or float), got map[string]interface {}',
  ],
  [{ embedded: { apiVersion: 'v1', kind: 'Pod', metadata: { odd: 1 } } }, '.spec.embedded.metadata.odd: field not declared in schema'],
])('%j is of another type', async (fields, why) => {
  const { status, body } = await apply('c', { spec: fields });
  expect([status, body.message]).toEqual([400, `failed to create typed patch object (/c; example.com/v1, Kind=Thing): ${why}`]);
});

test('a key of null is another key than the default', async () => {
  const { body } = await apply('d', { spec: { ports: [{ port: 1, protocol: null }, { port: 1 }] } });
  expect(body.message).toContain('spec.ports[1]: Duplicate value');
});

test('what apply takes and the schema then prunes is told nobody', async () => {
  const { status, headers, body } = await apply('pruned', { spec: { open: { known: { a: 'x', b: 'y' } } } });
  expect([status, headers['warning']]).toEqual([201, undefined]);
  expect(body['spec']).toEqual({ open: { known: { a: 'x' } } });
});
