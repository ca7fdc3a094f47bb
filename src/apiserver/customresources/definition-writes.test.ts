import { afterAll, beforeAll, expect, test } from 'vitest';
import { root, startSecuredServer } from '../testing/secured-server.ts';
import type { SecuredServer } from '../testing/secured-server.ts';
import { customResources } from '../testing/custom-resources.ts';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const definition = (schema: object, more: object = {}) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'tools.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Cluster',
    names: { plural: 'tools', kind: 'Tool' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', ...schema } } }],
    ...more,
  },
});

const mergePatch = { headers: { ...root.headers, 'content-type': 'application/merge-patch+json' } };

let server: SecuredServer;
beforeAll(async () => {
  server = await startSecuredServer({ extra: [customResources()] });
});
afterAll(() => server.close());

const dryRun = (body: object) => server.call('POST', `${definitions}?dryRun=All`, { body });

test('what says nothing is not stored', async () => {
  const names = { plural: 'tools', kind: 'Tool', shortNames: [], categories: [] };
  const property = {
    type: 'string',
    description: '',
    nullable: false,
    enum: [],
    default: '',
    'x-kubernetes-preserve-unknown-fields': true,
  };
  const { status, body } = await dryRun(
    definition({ properties: { a: property, b: { type: 'object' } } }, { names, preserveUnknownFields: false }),
  );
  expect(status).toBe(201);
  const spec = body['spec'] as ReturnType<typeof definition>['spec'] & Record<string, unknown>;
  expect(spec.names).toEqual({ plural: 'tools', singular: 'tool', kind: 'Tool', listKind: 'ToolList' });
  expect(spec['preserveUnknownFields']).toBeUndefined();
  expect(spec.versions[0]?.schema.openAPIV3Schema).toEqual({
    type: 'object',
    properties: { a: { type: 'string', default: '', 'x-kubernetes-preserve-unknown-fields': true }, b: { type: 'object' } },
  });
});

test('formats that nobody checks are warned of, once and when they are new', async () => {
  const odd = {
    properties: { a: { type: 'string', format: 'odd' }, b: { type: 'string', format: 'odd' }, c: { type: 'integer', format: 'x' } },
  };
  const created = await server.call('POST', definitions, { body: definition(odd) });
  expect([created.status, String(created.headers['warning'])]).toEqual([201, '299 - "unrecognized format \\"odd\\""']);
  const more = { properties: { ...odd.properties, d: { type: 'string', format: 'new' }, e: { type: 'string', format: 'k8s-short-name' } } };
  const patched = await server.call('PATCH', `${definitions}/tools.example.com`, {
    as: mergePatch,
    body: { spec: definition(more).spec },
  });
  expect([patched.status, String(patched.headers['warning'])]).toEqual([200, '299 - "unrecognized format \\"new\\""']);
});

test('once established, a conversion webhook must have authorities that can be trusted', async () => {
  const webhook = (caBundle: string) => ({
    strategy: 'Webhook',
    webhook: { conversionReviewVersions: ['v1'], clientConfig: { url: 'https://hook.example.com/', caBundle } },
  });
  const path = `${definitions}/tools.example.com`;
  await server.eventually(path, ({ body }) => JSON.stringify(body['status']).includes('"Established"'));
  const refused = await server.call('PATCH', `${path}?dryRun=All`, {
    as: mergePatch,
    body: { spec: { conversion: webhook('YQ==') } },
  });
  expect(refused.status).toBe(422);
  expect(refused.body.message).toContain(
    'spec.conversion.webhookClientConfig.caBundle: Invalid value: "YQ==": unable to load root certificates: unable to parse bytes as PEM block',
  );
});

test('accepted names are checked when the status is written', async () => {
  const path = `${definitions}/tools.example.com/status?dryRun=All`;
  const refused = await server.call('PATCH', path, { as: mergePatch, body: { status: { acceptedNames: { kind: 'Bad_Value!' } } } });
  expect(refused.status).toBe(422);
  expect(refused.body.message).toContain('status.acceptedNames.kind: Invalid value: "Bad_Value!": may have mixed case');
});

test('a definition whose status names a version that is gone can be deleted all the same', async () => {
  const path = `${definitions}/tools.example.com`;
  const written = await server.call('PATCH', `${path}/status`, { as: mergePatch, body: { status: { storedVersions: ['v1', 'gone'] } } });
  expect(written.status).toBe(200);
  expect((await server.call('DELETE', path)).status).toBe(200);
  await server.eventually(path, ({ status }) => status === 404);
});

// Recorded from kube-apiserver 1.35.4.
test.each<[object, number, string]>([
  [{ type: 'array', items: { type: 'string', maxLength: 1.5 } }, 400, 'number 1.5 into Go struct field %.items.maxLength of type int64'],
  [{ type: 'array', items: { maxLength: 'x' } }, 400, 'string into Go struct field %.items.maxLength of type int64'],
  [{ type: 'array', items: { enum: 'x' } }, 400, 'string into Go struct field %.items.enum of type []v1.JSON'],
  [{ type: 'array', items: [1] }, 400, 'number into Go struct field %.items of type v1.JSONSchemaProps'],
  [{ type: 'array', items: { type: ['string'] } }, 400, 'array into Go struct field %.items.type of type string'],
  [{ type: 'array', items: { pattern: 1 } }, 400, 'number into Go struct field %.items.pattern of type string'],
  [{ type: 'array', items: { properties: { a: 1 } } }, 400, 'number into Go struct field %.items.properties of type v1.JSONSchemaProps'],
  [
    { type: 'object', additionalProperties: { maximum: 'x' } },
    400,
    'string into Go struct field %.additionalProperties.maximum of type float64',
  ],
  [{ type: 'object', additionalProperties: 'x' }, 400, 'boolean or JSON schema expected'],
  [{ type: 'array', items: 'x' }, 422, 'properties[x].items: Required value: must be specified'],
  [{ type: 'array', items: [] }, 422, 'properties[x].items: Required value: must be specified'],
  [{ type: 'array', items: [{ type: 'string' }] }, 422, 'properties[x].items: Forbidden: items must be a schema object and not an array'],
])('a schema in a schema decodes as in Go: %j is answered with %i', async (schema, code, words) => {
  const { status, body } = await dryRun(definition({ properties: { x: schema } }));
  const path = 'JSONSchemaProps.spec.versions.schema.openAPIV3Schema.properties';
  expect(status).toBe(code);
  expect(body['message']).toContain(words.replace('%', path));
});

test('strict decoding does not reach below items and additional properties; what is unknown there is dropped', async () => {
  const unknown = { type: 'string', unknown: 1 };
  const schema = { properties: { list: { type: 'array', items: unknown }, map: { type: 'object', additionalProperties: unknown } } };
  const { status, body } = await server.call('POST', `${definitions}?dryRun=All&fieldValidation=Strict`, { body: definition(schema) });
  expect(status).toBe(201);
  expect((body['spec'] as ReturnType<typeof definition>['spec']).versions[0]?.schema.openAPIV3Schema).toEqual({
    type: 'object',
    properties: { list: { type: 'array', items: { type: 'string' } }, map: { type: 'object', additionalProperties: { type: 'string' } } },
  });
});

test('a default inside metadata is ObjectMeta, of which the schema need not know the fields', async () => {
  const embedded = (metadata: object) => ({
    type: 'object',
    'x-kubernetes-embedded-resource': true,
    properties: { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object', ...metadata } },
  });
  const asked = (metadata: object) => dryRun(definition({ properties: { template: embedded(metadata) } }));
  expect((await asked({ default: { name: 'a', unknown: 'b' } })).status).toBe(201);
  const { status, body } = await asked({ properties: { name: { type: 'string', default: '..' } } });
  expect(status).toBe(422);
  expect(body.message).toBe(
    `CustomResourceDefinition.apiextensions.k8s.io "tools.example.com" is invalid: spec.validation.openAPIV3Schema.properties[template].properties[metadata].properties[name].default: Invalid value: "..": must result in valid metadata: metadata.name: Invalid value: "..": may not be '..'`,
  );
});

test("a conversion webhook's path that is wrong twice is told twice", async () => {
  const clientConfig = { service: { name: 'a', namespace: 'b', path: 'x//y' } };
  const conversion = { strategy: 'Webhook', webhook: { conversionReviewVersions: ['v1'], clientConfig } };
  const { body } = await dryRun(definition({}, { conversion }));
  const causes = (body as unknown as { details: { causes: { message: string }[] } }).details.causes;
  expect(causes.map(({ message }) => message.replace('Invalid value: "x//y": ', ''))).toEqual([
    "must start with a '/'",
    'segment[0] may not be empty',
    'segment[1] may not be empty',
  ]);
});
