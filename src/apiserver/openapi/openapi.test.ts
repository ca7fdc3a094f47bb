import { expect, test } from 'vitest';
import type { KindDefinition } from '../../api/kind-definition.ts';
import { builtInKinds } from '../../api/kinds.ts';
import type { JsonSchema } from '../../apimachinery/schema/json-schema.ts';
import { createCatalog } from '../registry/catalog.ts';
import { operationId, operationTag } from './operation-names.ts';
import { createOpenApiPublisher } from './publisher.ts';
import { groupVersionPaths, openApiDocument } from './v3-document.ts';
import { toSwagger } from './v2-document.ts';
import { encodeSwagger } from './v2-protobuf.ts';
import { toV2Schema } from './v2-schema.ts';

const widget = (root: JsonSchema): KindDefinition => ({
  group: 'example.com',
  version: 'v1',
  kind: 'Widget',
  listKind: 'WidgetList',
  plural: 'widgets',
  singular: 'widget',
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
  subresources: [{ name: 'status', verbs: ['get', 'patch', 'update'] }],
  schema: () => ({ root, resolve: () => ({}) }),
  columns: [],
  strategy: {},
  custom: { definitionName: 'widgets.example.com', storageVersion: 'v1', edition: '1' },
});
const root: JsonSchema = {
  type: 'object',
  properties: { spec: { type: 'object', properties: { template: { type: 'object', 'x-kubernetes-embedded-resource': true } } } },
};

test('operations are named as client generators know them', () => {
  const name = { verb: 'replace', group: 'rbac.authorization.k8s.io', version: 'v1', namespaced: true, kind: 'Role' };
  expect(operationId(name)).toBe('replaceRbacAuthorizationV1NamespacedRole');
  expect(operationTag('cert-manager.io', 'v1')).toBe('certManagerIo_v1');
});

test('every document of the built-in kinds has every schema it refers to', () => {
  const documents = createOpenApiPublisher(createCatalog(builtInKinds)).documents();
  expect([...documents.keys()]).toContain('apis/apps/v1');
  for (const { bytes } of documents.values()) expect(() => bytes()).not.toThrow();
});

test('a custom kind whose schema would be named like a built-in one stands apart from it', () => {
  const [group, kind] = ['apiextensions.apis.pkg.apiextensions-apiserver.k8s.io', 'CustomResourceDefinition'];
  const names = { kind, listKind: `${kind}List`, plural: 'customresourcedefinitions', singular: 'customresourcedefinition' };
  const definitions = [...builtInKinds, { ...widget({ type: 'object', properties: { probe: { type: 'boolean' } } }), group, ...names }];
  const paths = groupVersionPaths(definitions.filter((each) => each.kind === kind));
  const { schemas } = openApiDocument(paths, definitions).components;
  const name = `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.${kind}`;
  expect(schemas[name]?.properties?.['probe']).toBeUndefined();
  expect(schemas[`${name}_v2`]?.properties?.['probe']).toBeDefined();
});

test('a custom kind is published with what every resource has, embedded ones included', () => {
  const definitions = [widget(root)];
  const { paths, components } = openApiDocument(groupVersionPaths(definitions), definitions);
  expect(Object.keys(paths)).toEqual([
    '/apis/example.com/v1/namespaces/{namespace}/widgets',
    '/apis/example.com/v1/namespaces/{namespace}/widgets/{name}',
    '/apis/example.com/v1/namespaces/{namespace}/widgets/{name}/status',
    '/apis/example.com/v1/widgets',
  ]);
  const schema = components.schemas['com.example.v1.Widget'];
  expect(schema?.['x-kubernetes-group-version-kind']).toEqual([{ group: 'example.com', kind: 'Widget', version: 'v1' }]);
  expect(Object.keys(schema?.properties ?? {})).toEqual(['apiVersion', 'kind', 'metadata', 'spec']);
  const template = schema?.properties?.['spec']?.properties?.['template'];
  expect(Object.keys(template?.properties ?? {})).toEqual(['apiVersion', 'kind', 'metadata']);
  expect(template?.required).toEqual(['apiVersion', 'kind']);
  expect(components.schemas['com.example.v1.WidgetList']?.required).toEqual(['items']);
});

test('documents follow the catalog at once; unchanged ones are kept', () => {
  const catalog = createCatalog(builtInKinds);
  const publisher = createOpenApiPublisher(catalog);
  const before = publisher.documents();
  catalog.put(widget(root));
  const first = publisher.documents();
  expect(first.get('apis/apps/v1')).toBe(before.get('apis/apps/v1'));
  catalog.put(widget({ type: 'object' }));
  expect(publisher.documents().get('apis/example.com/v1')?.hash).not.toBe(first.get('apis/example.com/v1')?.hash);
  catalog.remove({ group: 'example.com', version: 'v1', resource: 'widgets' });
  expect(publisher.documents().has('apis/example.com/v1')).toBe(false);
});

test.each<[string, JsonSchema, JsonSchema]>([
  ['a reference', { allOf: [{ $ref: '#/components/schemas/X' }], default: {} }, { $ref: '#/definitions/X' }],
  [
    'int-or-string',
    { oneOf: [{ type: 'integer' }, { type: 'string' }], format: 'int-or-string' },
    { type: 'string', format: 'int-or-string' },
  ],
  ['nullable', { type: 'string', nullable: true, description: 'd' }, { description: 'd' }],
  ['unknown fields', { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { a: {} } }, { type: 'object' }],
  [
    'nested defaults',
    { type: 'object', properties: { a: { type: 'integer', default: 1 } } },
    { type: 'object', properties: { a: { type: 'integer' } } },
  ],
])('%s in OpenAPI v2', (_, schema, expected) => {
  expect(toV2Schema(schema)).toEqual(expected);
});

test('kubectl finds dryRun in the v2 patch operation itself, in both encodings', () => {
  const definitions = [widget(root)];
  const swagger = toSwagger(openApiDocument(groupVersionPaths(definitions), definitions));
  const patch = swagger.paths['/apis/example.com/v1/namespaces/{namespace}/widgets/{name}']?.patch;
  expect(patch?.parameters).toContainEqual({ name: 'dryRun', in: 'query', type: 'string', uniqueItems: true });
  expect(encodeSwagger(swagger).includes('fieldValidation')).toBe(true);
});

test("connections, logs and the server's own documents are published as kube-apiserver publishes them", () => {
  const documents = createOpenApiPublisher(createCatalog(builtInKinds)).documents();
  const parse = (path: string) => {
    const document = documents.get(path);
    if (document === undefined) throw new Error(`no document ${path}`);
    return JSON.parse(new TextDecoder().decode(document.bytes())) as { paths: Record<string, Record<string, unknown>> };
  };
  const pod = '/api/v1/namespaces/{namespace}/pods/{name}';
  const { paths } = parse('api/v1');
  expect(paths[`${pod}/exec`]).toMatchObject({
    get: { operationId: 'connectCoreV1GetNamespacedPodExec', 'x-kubernetes-action': 'connect' },
    post: { operationId: 'connectCoreV1PostNamespacedPodExec' },
  });
  expect(Object.keys(paths[`${pod}/proxy/{path}`] ?? {})).toEqual(
    expect.arrayContaining(['delete', 'get', 'head', 'options', 'patch', 'post', 'put']),
  );
  expect(paths[`${pod}/log`]).toMatchObject({ get: { responses: { 200: { content: { 'text/plain': { schema: { type: 'string' } } } } } } });
  expect(Object.keys(parse('version').paths)).toEqual(['/version/']);
});
