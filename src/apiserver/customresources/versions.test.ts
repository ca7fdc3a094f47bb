import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSecuredServer } from '../testing/secured-server.ts';
import type { SecuredServer } from '../testing/secured-server.ts';
import { customResources } from '../testing/custom-resources.ts';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

let server: SecuredServer;
beforeAll(async () => {
  server = await startSecuredServer({ extra: [customResources()] });
});
afterAll(() => server.close());

/** The defaults of a version's fields; '' is a field without one. */
type Fields = Readonly<Record<string, string>>;

const version = (name: string, storage: boolean, fields: Fields) => {
  const properties = Object.fromEntries(
    Object.entries(fields).map(([field, value]) => [field, { type: 'string', ...(value === '' ? {} : { default: value }) }]),
  );
  return {
    name,
    storage,
    served: true,
    schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties } } } },
  };
};

const definition = (plural: string, versions: readonly object[]) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.example.com` },
  spec: { group: 'example.com', scope: 'Cluster', names: { plural, kind: plural.toUpperCase() }, versions },
});

const define = async (plural: string, versions: readonly object[]): Promise<void> => {
  expect((await server.call('POST', definitions, { body: definition(plural, versions) })).status).toBe(201);
  await server.eventually(`/apis/example.com/v1/${plural}`, ({ status }) => status === 200);
};

const redefine = async (plural: string, versions: readonly object[]): Promise<void> => {
  const { body } = await server.call('GET', `${definitions}/${plural}.example.com`);
  const next = { ...body, spec: { ...(body['spec'] as object), versions } };
  expect((await server.call('PUT', `${definitions}/${plural}.example.com`, { body: next })).status).toBe(200);
};

const specOf = ({ body }: { readonly body: Readonly<Record<string, unknown>> }): unknown => body['spec'];

test('what is read has the defaults of the version it is stored in, and the fields of the version that is asked for', async () => {
  const stored = { both: '', stored: 'S', other: '', late: '', alien: 'A' };
  const asked = { both: 'B', stored: '', other: 'O', late: '' };
  await define('foos', [version('v1', false, asked), version('v2', true, stored)]);
  const body = { apiVersion: 'example.com/v1', kind: 'FOOS', metadata: { name: 'a' }, spec: {} };
  const created = await server.call('POST', '/apis/example.com/v1/foos', { body });
  expect(specOf(created)).toEqual({ both: 'B', stored: 'S', other: 'O' });
  const path = '/apis/example.com/v1/foos/a';
  expect(specOf(await server.call('GET', path))).toEqual(specOf(created));

  await redefine('foos', [version('v1', false, asked), version('v2', true, { ...stored, late: 'L' })]);
  await server.eventually(path, (answer) => (specOf(answer) as Fields)['late'] === 'L');
  const { body: list } = await server.call('GET', '/apis/example.com/v1/foos');
  expect((list['items'] as { spec: unknown }[]).map(({ spec }) => spec)).toEqual([{ both: 'B', stored: 'S', other: 'O', late: 'L' }]);

  await redefine('foos', [version('v1', false, { ...asked, late: 'L' }), version('v2', true, stored)]);
  await server.eventually(path, (answer) => (specOf(answer) as Fields)['late'] === undefined);
  const updated = await server.call('PATCH', path, {
    body: { spec: { both: 'mine' } },
    as: { headers: { authorization: 'Bearer root', 'content-type': 'application/merge-patch+json' } },
  });
  expect(specOf(updated)).toEqual({ both: 'mine', stored: 'S', other: 'O', late: 'L' });
});

test('fields that the stored version lacks are not kept', async () => {
  await define('bars', [version('v1', false, { a: '', b: '' }), version('v2', true, { a: '' })]);
  const body = { apiVersion: 'example.com/v1', kind: 'BARS', metadata: { name: 'a' }, spec: { a: '1', b: '2' } };
  expect(specOf(await server.call('POST', '/apis/example.com/v1/bars', { body }))).toEqual({ a: '1' });
  expect(specOf(await server.call('GET', '/apis/example.com/v1/bars/a'))).toEqual({ a: '1' });
});

test('watches end when the definition changes, not when its metadata or status do', async () => {
  await define('bazs', [version('v1', true, { a: '' })]);
  let ended = false;
  const watching = server.call('GET', '/apis/example.com/v1/bazs?watch=1').then((answer) => {
    ended = true;
    return answer;
  });
  await server.call('PATCH', `${definitions}/bazs.example.com`, {
    body: { metadata: { labels: { a: 'b' } } },
    as: { headers: { authorization: 'Bearer root', 'content-type': 'application/merge-patch+json' } },
  });
  const body = { apiVersion: 'example.com/v1', kind: 'BAZS', metadata: { name: 'a' }, spec: {} };
  expect((await server.call('POST', '/apis/example.com/v1/bazs', { body })).status).toBe(201);
  expect(ended).toBe(false);
  await redefine('bazs', [version('v1', true, { a: '' }), version('v2', false, { a: '' })]);
  expect((await watching).status).toBe(200);
});

test('a definition whose webhook nobody could trust is not served before it can be', async () => {
  const clientConfig = { caBundle: 'Cg==', service: { namespace: 'default', name: 'example' } };
  const conversion = { strategy: 'Webhook', webhook: { clientConfig, conversionReviewVersions: ['v1'] } };
  const body = definition('quxs', [version('v1', true, { a: '' })]);
  expect((await server.call('POST', definitions, { body: { ...body, spec: { ...body.spec, conversion } } })).status).toBe(201);
  const conditionOf = (answer: { readonly body: { readonly status?: unknown } }) =>
    (answer.body.status as { conditions?: { type: string; status: string; reason: string }[] }).conditions?.find(
      ({ type }) => type === 'Established',
    );
  const path = `${definitions}/quxs.example.com`;
  const refused = await server.eventually(path, (answer) => conditionOf(answer) !== undefined);
  expect(conditionOf(refused)).toMatchObject({
    status: 'False',
    reason: 'InvalidCABundle',
    message: 'The conversion webhook CABundle is invalid',
  });
  expect((await server.call('GET', '/apis/example.com/v1/quxs')).status).toBe(404);
  const next = { ...refused.body, spec: { ...(refused.body['spec'] as object), conversion: { strategy: 'None' } } };
  expect((await server.call('PUT', path, { body: next })).status).toBe(200);
  await server.eventually('/apis/example.com/v1/quxs', ({ status }) => status === 200);
});

test.each([
  ['Cluster', 'ones', '/apis/example.com/v1/namespaces/default/ones'],
  ['Namespaced', 'twos', '/apis/example.com/v1/twos'],
])('there is nothing of a %s kind on the other scope', async (scope, plural, other) => {
  const versions = [{ ...version('v1', true, {}), subresources: { status: {} } }];
  const { spec, ...rest } = definition(plural, versions);
  await server.call('POST', definitions, { body: { ...rest, spec: { ...spec, scope } } });
  await server.eventually(`/apis/example.com/v1/${plural}`, ({ status }) => status === 200);
  for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'POST']) {
    for (const subresource of ['', '/status', '/scale']) {
      const { status, body } = await server.call(method, `${other}/a${subresource}`, method === 'GET' ? {} : { body: {} });
      expect([method, subresource, status, body]).toEqual([method, subresource, 404, expect.anything()]);
    }
  }
  expect((await server.call('POST', other, { body: {} })).status).toBe(404);
  expect((await server.call('DELETE', other)).status).toBe(404);
});
