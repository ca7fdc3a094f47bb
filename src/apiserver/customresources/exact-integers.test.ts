import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeProtobuf, encodeProtobuf } from '../../api/protobuf.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { startSecuredServer } from '../testing/secured-server.ts';
import type { SecuredServer } from '../testing/secured-server.ts';
import { customResources } from '../testing/custom-resources.ts';

const max = 9223372036854775807n;
const beyond = 9007199254740993n;
const path = '/apis/example.com/v1/namespaces/default/numbers';
const number = (name: string, spec: object) => ({ apiVersion: 'example.com/v1', kind: 'Number', metadata: { name }, spec });
const properties = {
  n: { type: 'integer', format: 'int64' },
  by: { type: 'integer', format: 'int64', default: max },
  low: { type: 'integer', minimum: 9007199254740993n, maximum: 9007199254740997n },
  five: { type: 'integer', multipleOf: 5 },
  one: { type: 'integer', enum: [beyond] },
  float: { type: 'number' },
  rule: { type: 'integer', 'x-kubernetes-validations': [{ rule: `self != ${beyond}`, message: 'not that one' }] },
  set: { type: 'array', items: { type: 'integer' }, 'x-kubernetes-list-type': 'set' },
};

let server: SecuredServer;
interface Stored {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly metadata: { readonly resourceVersion: string; readonly managedFields: unknown };
}

beforeAll(async () => {
  server = await startSecuredServer({ extra: [customResources()] });
  await server.call('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    body: {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'numbers.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { plural: 'numbers', kind: 'Number' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            additionalPrinterColumns: [{ name: 'N', type: 'integer', jsonPath: '.spec.n' }],
            schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties } } } },
          },
        ],
      },
    },
  });
  await server.eventually(path, ({ status }) => status === 200);
});
afterAll(() => server.close());

test('a 64-bit integer is stored, defaulted and served as it was written', async () => {
  const created = await server.call('POST', path, { body: number('a', { n: -max }) });
  expect(created.status).toBe(201);
  expect((created.body as unknown as Stored).spec).toEqual({ n: -max, by: max });
  const listed = (await server.call('GET', path)).body as unknown as { items: Stored[] };
  expect(listed.items[0]?.spec).toEqual({ n: -max, by: max });
  const as = { headers: { authorization: 'Bearer root', accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } };
  const table = (await server.call('GET', path, { as })).body as unknown as { rows: { cells: unknown[] }[] };
  expect(table.rows[0]?.cells).toEqual(['a', -max]);
});

test.each([
  ['merge-patch+json', { spec: { n: beyond } }],
  ['json-patch+json', [{ op: 'test', path: '/spec/n', value: beyond }]],
  ['merge-patch+json', { spec: { n: beyond } }],
])('%s of what is there already changes nothing', async (type, body) => {
  await server.call('POST', path, { body: number('p', { n: beyond }) });
  const before = (await server.call('GET', `${path}/p`)).body as unknown as Stored;
  const as = { headers: { authorization: 'Bearer root', 'content-type': `application/${type}` } };
  const patched = await server.call('PATCH', `${path}/p`, { body, as });
  expect(patched.body).toEqual(before);
});

test('server-side apply tells neighbours apart, in fields and in sets', async () => {
  const as = { headers: { authorization: 'Bearer root', 'content-type': 'application/apply-patch+yaml' } };
  const apply = (manager: string, spec: object) =>
    server.call('PATCH', `${path}/s?fieldManager=${manager}`, { body: number('s', spec), as });
  expect((await apply('one', { n: beyond, set: [beyond, max] })).status).toBe(201);
  const again = (await apply('one', { n: beyond, set: [beyond, max] })).body as unknown as Stored;
  expect(((await server.call('GET', `${path}/s`)).body as unknown as Stored).metadata).toEqual(again.metadata);
  expect((await apply('two', { n: beyond + 1n })).status).toBe(409);
  expect((await apply('two', { n: beyond, set: [beyond - 1n] })).status).toBe(200);
  expect(((await apply('one', { set: [max] })).body as unknown as Stored).spec['set']).toEqual([max, beyond - 1n]);
});

test.each([
  [{ n: 2 ** 63 }, 'spec.n in body must be of type integer: "number"'],
  [{ low: 9007199254740998n }, 'should be less than or equal to 9.007199254740996e+15'],
  [{ five: max }, 'should be a multiple of 5'],
  [{ one: beyond + 1n }, 'Unsupported value: 9007199254740994: supported values: "9007199254740993"'],
  [{ rule: beyond }, 'not that one'],
  [{ set: [beyond, beyond] }, 'Duplicate value: 9007199254740993'],
])('%# is refused by the schema', async (spec, message) => {
  const { status, body } = await server.call('POST', path, { body: number('refused', spec) });
  expect([status, (body as unknown as { message: string }).message]).toEqual([422, expect.stringContaining(message)]);
});

test.each([
  [{ five: max - 2n }],
  [{ one: beyond }],
  [{ rule: beyond + 1n }],
  [{ float: max }],
  [{ float: 2 ** 63 }],
  [{ set: [beyond, beyond - 1n] }],
])('%# is accepted', async (spec) => {
  const { body } = await server.call('POST', `${path}?dryRun=All`, { body: number('accepted', spec) });
  expect((body as unknown as Stored).spec).toMatchObject(spec);
});

test('a built-in kind takes int64 from protobuf and gives it back', () => {
  const revision = { apiVersion: 'apps/v1', kind: 'ControllerRevision', metadata: { name: 'r' }, revision: -max, data: { n: beyond } };
  const { object } = decodeProtobuf(encodeProtobuf(revision as unknown as UnstructuredObject));
  expect(object).toMatchObject({ revision: -max, data: { n: beyond } });
});
