import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { root, startSecuredServer, type Answer, type SecuredServer } from '../testing/secured-server.ts';
import { customResources } from '../testing/custom-resources.ts';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const path = (version: string): string => `/apis/example.com/${version}/boxes`;
const text = { type: 'string' };
const ruled = { ...text, 'x-kubernetes-validations': [{ rule: "self != 'bad'" }] };
const schemaOf = (name: object) => ({
  openAPIV3Schema: {
    type: 'object',
    properties: {
      spec: { type: 'object', properties: { name, other: text } },
      status: { type: 'object', properties: { phase: text } },
    },
  },
});
const version = (name: string, { served = true, property = text as object } = {}) => ({
  name,
  served,
  storage: name === 'v1',
  schema: schemaOf(property),
  subresources: { status: {} },
});

let server: SecuredServer;
const merge = (url: string, body: object): Promise<Answer> =>
  server.call('PATCH', url, { body, as: { headers: { ...root.headers, 'content-type': 'application/merge-patch+json' } } });
const change = (versions: object[]): Promise<Answer> => merge(`${definitions}/boxes.example.com`, { spec: { versions } });

beforeAll(async () => {
  server = await startSecuredServer({ extra: [customResources()] });
  await server.call('POST', definitions, {
    body: {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'boxes.example.com' },
      spec: {
        group: 'example.com',
        scope: 'Cluster',
        names: { plural: 'boxes', kind: 'Box' },
        versions: [version('v1'), version('v2')],
      },
    },
  });
  for (const name of ['v1', 'v2']) await server.eventually(path(name), ({ status }) => status === 200);
});
afterAll(() => server.close());

const managersOf = ({ body }: Answer): (readonly [string, object])[] =>
  (body.metadata['managedFields'] as { manager: string; fieldsV1: object }[]).map(({ manager, fieldsV1 }) => [manager, fieldsV1] as const);

test('a dry run in another version than the stored one answers with the version of what is there, or none', async () => {
  const body = (name: string) => ({ apiVersion: 'example.com/v2', kind: 'Box', metadata: { name }, spec: {} });
  const made = await server.call('POST', path('v2'), { body: body('dry') });
  const changed = await merge(`${path('v2')}/dry?dryRun=All`, { spec: { name: 'n' } });
  expect(changed.body.metadata['resourceVersion']).toBe(made.body.metadata['resourceVersion']);
  const other = await server.call('POST', `${path('v2')}?dryRun=All`, { body: body('other') });
  expect(other.body.metadata).not.toHaveProperty('resourceVersion');
});

test('who wrote in a version that is no longer served still owns it; what a request may not own counts in its version only', async () => {
  const body = { apiVersion: 'example.com/v1', kind: 'Box', metadata: { name: 'a' }, spec: { other: 'x' } };
  await server.call('POST', `${path('v1')}?fieldManager=one`, { body });
  await merge(`${path('v1')}/a/status?fieldManager=told`, { status: { phase: 'p' } });
  await merge(`${path('v2')}/a?fieldManager=two`, { spec: { name: 'y' } });
  const unsaid = await merge(`${path('v2')}/a?fieldManager=two`, { status: { phase: 'q' } });
  expect(unsaid.body['status']).toEqual({ phase: 'p' });
  expect(managersOf(unsaid)).toContainEqual(['told', { 'f:status': {} }]);
  await change([version('v1'), version('v2', { served: false })]);
  await server.eventually(path('v2'), ({ status }) => status === 404);
  const later = await merge(`${path('v1')}/a?fieldManager=three`, { spec: { other: 'z' } });
  expect(managersOf(later)).toContainEqual(['two', { 'f:spec': { 'f:name': {} } }]);
});

test('a rule that an unchanged place breaks is told as a warning', async () => {
  const body = { apiVersion: 'example.com/v1', kind: 'Box', metadata: { name: 'b' }, spec: { name: 'bad' } };
  await server.call('POST', path('v1'), { body });
  await change([version('v1', { property: ruled }), version('v2', { served: false })]);
  const isRuled = async (): Promise<void> => {
    const { status } = await server.call('POST', `${path('v1')}?dryRun=All`, { body: { ...body, metadata: { name: 'c' } } });
    expect(status).toBe(422);
  };
  await vi.waitFor(isRuled, { timeout: 20_000 });
  const { status, headers } = await merge(`${path('v1')}/b`, { spec: { other: 'x' } });
  expect([status, headers['warning']]).toEqual([200, [`299 - "spec.name: Invalid value: \\"bad\\": failed rule: self != 'bad'"`]]);
});

test('finalizers that others might mean too are warned of when they come', async () => {
  const url = path('v1');
  const create = { apiVersion: 'example.com/v1', kind: 'Box', metadata: { name: 'final', finalizers: ['mine', 'a.example', 'x.io/ok'] } };
  const { headers } = await server.call('POST', url, { body: create });
  const said = (name: string, how: string): string =>
    `299 - "metadata.finalizers: \\"${name}\\": prefer a domain-qualified finalizer name${how} to avoid accidental conflicts with other finalizer writers"`;
  expect(headers['warning']).toEqual([said('a.example', ' including a path (/)'), said('mine', '')]);
  const changed = await merge(`${url}/final`, { metadata: { finalizers: ['mine', 'x.io/ok', 'other'] } });
  expect(changed.headers['warning']).toEqual([said('other', '')]);
  await merge(`${url}/final`, { metadata: { finalizers: null } });
});
