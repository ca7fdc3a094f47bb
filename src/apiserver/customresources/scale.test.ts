import { afterAll, beforeAll, expect, test } from 'vitest';
import { root, startSecuredServer } from '../testing/secured-server.ts';
import type { Answer, SecuredServer } from '../testing/secured-server.ts';
import { customResources } from '../testing/custom-resources.ts';

const path = '/apis/example.com/v1/namespaces/default/sets';
const part = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
const scale = { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas', labelSelectorPath: '.status.selector' };

let server: SecuredServer;
beforeAll(async () => {
  server = await startSecuredServer({ extra: [customResources()] });
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec: part, status: part } } };
  await server.call('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    body: {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'sets.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Namespaced',
        names: { plural: 'sets', kind: 'Set' },
        versions: [{ name: 'v1', served: true, storage: true, schema, subresources: { status: {}, scale } }],
      },
    },
  });
  await server.eventually(path, ({ status }) => status === 200);
});
afterAll(() => server.close());

const create = (name: string, spec: object): Promise<Answer> =>
  server.call('POST', path, { body: { apiVersion: 'example.com/v1', kind: 'Set', metadata: { name }, spec } });
const patch = (url: string, body: object): Promise<Answer> =>
  server.call('PATCH', url, { body, as: { headers: { ...root.headers, 'content-type': 'application/merge-patch+json' } } });

test.each([
  [{ replicas: -1 }, 'Invalid value: -1: should be a non-negative integer'],
  [{ replicas: 2 ** 31 }, 'Invalid value: 2147483648: should be less than or equal to 2147483647'],
  [{ replicas: 'two' }, 'Invalid value: 0: .spec.replicas accessor error: two is of the type string, expected int64'],
  [
    { replicas: { a: [1] } },
    'Invalid value: 0: .spec.replicas accessor error: map[a:[1]] is of the type map[string]interface {}, expected int64',
  ],
])('%j is no number of replicas', async (spec, why) => {
  const { status, body } = await create('bad', spec);
  expect([status, body.message]).toEqual([422, `Set.example.com "bad" is invalid: .spec.replicas: ${why}`]);
});

test('an object without replicas has no Scale until it is given some', async () => {
  expect((await create('none', {})).status).toBe(201);
  const { status, body } = await server.call('GET', `${path}/none/scale`);
  expect([status, body.message]).toEqual([500, 'Internal error occurred: the spec replicas field ".spec.replicas" does not exist']);
  expect((await patch(`${path}/none/scale`, { metadata: { labels: {} } })).body.message).toBe(
    'the spec replicas field ".spec.replicas" cannot be empty',
  );
  expect((await patch(`${path}/none/scale`, { spec: { replicas: 3 } })).body).toMatchObject({ kind: 'Scale', spec: { replicas: 3 } });
  expect((await server.call('GET', `${path}/none/scale`)).body).toMatchObject({ spec: { replicas: 3 } });
});

test('a status is checked for what the Scale shows', async () => {
  await create('status', { replicas: 1 });
  const answer = await patch(`${path}/status/status`, { status: { replicas: -2, selector: { a: 'b' } } });
  expect(answer.body.message).toBe(
    'Set.example.com "status" is invalid: [.status.replicas: Invalid value: -2: should be a non-negative integer, .status.selector: Invalid value: "": .status.selector accessor error: map[a:b] is of the type map[string]interface {}, expected string]',
  );
});
