import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { builtInKinds, kindsOffByDefault } from '../../../api/kinds.ts';
import { type Answer, type SecuredServer, startSecuredServer } from '../../testing/secured-server.ts';

let server: SecuredServer;
beforeAll(async () => {
  server = await startSecuredServer({
    kinds: [...builtInKinds, ...kindsOffByDefault()],
    admission: { mutatingPolicies: true, disable: ['ServiceAccount'] },
  });
});
afterAll(() => server.close());

const base = '/apis/admissionregistration.k8s.io/v1beta1';
afterEach(async () => {
  await server.call('DELETE', `${base}/mutatingadmissionpolicies`);
  await server.call('DELETE', `${base}/mutatingadmissionpolicybindings`);
});

const rules = (resource: string, group = '') => [
  { operations: ['CREATE', 'UPDATE'], apiGroups: [group], apiVersions: ['v1'], resources: [resource] },
];

const create = async (url: string, body: unknown): Promise<void> => {
  const answer = await server.call('POST', url, { body });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
};

const policy = async (name: string, spec: Record<string, unknown>, binding: Record<string, unknown> = {}): Promise<void> => {
  await create(`${base}/mutatingadmissionpolicies`, {
    metadata: { name },
    spec: { matchConstraints: { resourceRules: rules('configmaps') }, reinvocationPolicy: 'Never', failurePolicy: 'Fail', ...spec },
  });
  await create(`${base}/mutatingadmissionpolicybindings`, { metadata: { name }, spec: { policyName: name, ...binding } });
};
const apply = (expression: string) => ({ patchType: 'ApplyConfiguration', applyConfiguration: { expression } });
const patch = (expression: string) => ({ patchType: 'JSONPatch', jsonPatch: { expression } });

let count = 0;
const configMap = (data: Record<string, string> = {}, labels: Record<string, string> = {}): Promise<Answer> =>
  server.call('POST', '/api/v1/namespaces/default/configmaps', { body: { metadata: { name: `c${count++}`, labels }, data } });

test('an apply configuration merges into the object', async () => {
  await policy('p', { mutations: [apply(`Object{metadata: Object.metadata{labels: {"team": object.data.team}}, data: {"made": "yes"}}`)] });
  const { body } = await configMap({ team: 'blue' }, { own: 'kept' });
  expect(body.metadata['labels']).toEqual({ own: 'kept', team: 'blue' });
  expect(body['data']).toEqual({ team: 'blue', made: 'yes' });
});

test('a JSON patch, with variables and escaped keys; a test that fails leaves the object alone', async () => {
  await policy('p', {
    variables: [{ name: 'size', expression: "object.data.?size.orValue('none')" }],
    mutations: [
      patch(`[JSONPatch{op: "add", path: "/data/" + jsonpatch.escapeKey("a/b~c"), value: variables.size}]`),
      patch(`[JSONPatch{op: "test", path: "/data/size", value: "other"}, JSONPatch{op: "remove", path: "/data/size"}]`),
    ],
  });
  // A slash is no valid key of a ConfigMap: what the patch made is validated like anything else.
  const { status, body } = await configMap({ size: 'small' });
  expect(status).toBe(422);
  expect(body.message).toContain('data[a/b~c]: Invalid value');
});

test('patches see what the ones before made, and may create structs', async () => {
  await policy('p', {
    matchConstraints: { resourceRules: rules('pods') },
    mutations: [
      patch(`[JSONPatch{op: "add", path: "/spec/initContainers", value: []},
        JSONPatch{op: "add", path: "/spec/initContainers/-", value: Object.spec.initContainers{name: "mesh", image: "proxy", restartPolicy: "Always"}}]`),
      apply(`Object{spec: Object.spec{initContainers: object.spec.initContainers.map(c,
        Object.spec.initContainers{name: c.name, env: [Object.spec.initContainers.env{name: "N", value: string(1 + 1)}]})}}`),
    ],
  });
  const { status, body } = await server.call('POST', '/api/v1/namespaces/default/pods?dryRun=All', {
    body: { metadata: { name: 'p' }, spec: { containers: [{ name: 'a', image: 'a' }] } },
  });
  expect([status, body.message]).toEqual([201, undefined]);
  expect(body).toMatchObject({
    spec: { initContainers: [{ name: 'mesh', image: 'proxy', restartPolicy: 'Always', env: [{ name: 'N', value: '2' }] }] },
  });
});

const on = (object: string, expression: string) => `expression '${expression}' resulted in error: ${object}`;

test.each<[string, Record<string, unknown>, string]>([
  [
    'an atomic list',
    { matchConstraints: { resourceRules: rules('pods') }, mutations: [apply(`Object{spec: Object.spec{nodeSelector: {"a": "b"}}}`)] },
    'error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: .spec.nodeSelector',
  ],
  [
    'an unknown field',
    { mutations: [apply(`Object{spec: Object.spec{x: 1}}`)] },
    'error applying patch: failed to convert patch object to typed object: .spec: field not declared in schema',
  ],
  [
    'a type in the wrong place',
    { mutations: [apply(`Object{metadata: Object.spec{labels: {"a": "b"}}}`)] },
    'type mismatch: unexpected type name "Object.spec", expected "Object.metadata", which matches field name path from root Object type',
  ],
  [
    'an expression that fails',
    { mutations: [apply('Object{data: object.nothing}')] },
    on('no such key: nothing', 'Object{data: object.nothing}'),
  ],
])('%s is refused with the reason', async (_, spec, message) => {
  await policy('p', spec);
  const answer =
    'matchConstraints' in spec
      ? await server.call('POST', '/api/v1/namespaces/default/pods?dryRun=All', {
          body: { metadata: { name: 'p' }, spec: { containers: [{ name: 'a', image: 'a' }] } },
        })
      : await configMap();
  const text = `policy 'p' with binding 'p' denied request: ${message}`;
  expect([answer.status, answer.body.reason]).toEqual([403, 'Invalid']);
  expect(answer.body).toMatchObject({ message: text, details: { causes: [{ message: text }] } });
});

test('failures are ignored where the policy says so', async () => {
  await policy('p', { failurePolicy: 'Ignore', mutations: [apply('Object{data: object.nothing}'), apply('Object{data: {"b": "2"}}')] });
  const { status, body } = await configMap({ a: '1' });
  expect([status, body['data']]).toEqual([201, { a: '1', b: '2' }]);
});

test('parameters, match conditions and a binding that narrows', async () => {
  await create('/api/v1/namespaces/default/configmaps', {
    metadata: { name: 'params', labels: { kind: 'params' } },
    data: { team: 'red' },
  });
  await policy(
    'p',
    {
      paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
      matchConditions: [{ name: 'wanted', expression: "object.metadata.name != 'params' && params.data.team == 'red'" }],
      mutations: [apply('Object{metadata: Object.metadata{labels: {"team": params.data.team}}}')],
    },
    { paramRef: { name: 'params', parameterNotFoundAction: 'Deny' }, matchResources: { objectSelector: { matchLabels: { in: 'yes' } } } },
  );
  expect((await configMap({}, { in: 'yes' })).body.metadata['labels']).toEqual({ in: 'yes', team: 'red' });
  expect((await configMap({}, { in: 'no' })).body.metadata['labels']).toEqual({ in: 'no' });
  await server.call('DELETE', '/api/v1/namespaces/default/configmaps/params');
  const { status, body } = await configMap({}, { in: 'yes' });
  expect(status).toBe(403);
  expect(body.message).toBe(
    "policy 'p' with binding 'p' denied request: failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction",
  );
});

test('a policy that asks for it sees what later ones made', async () => {
  const counted = (label: string) =>
    apply(`Object{metadata: Object.metadata{labels: {"${label}": string(size(object.metadata.?labels.orValue({})))}}}`);
  await policy('a', { reinvocationPolicy: 'IfNeeded', mutations: [counted('a')] });
  await policy('b', { reinvocationPolicy: 'Never', mutations: [counted('b')] });
  expect((await configMap({}, { own: '' })).body.metadata['labels']).toEqual({ own: '', a: '3', b: '2' });
});

test('what cannot compile, or makes something else, is no policy', async () => {
  const answer = await server.call('POST', `${base}/mutatingadmissionpolicies`, {
    body: {
      metadata: { name: 'bad' },
      spec: {
        matchConstraints: { resourceRules: [{ operations: ['DELETE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }] },
        mutations: [apply('1 + 1'), patch('Object{}'), { patchType: 'JSONPatch' }, patch('[JSONPatch{op: 1}]'), apply('Unknown{}')],
      },
    },
  });
  expect(answer.status).toBe(422);
  const causes = (answer.body['details'] as unknown as { causes: { field: string; message: string }[] }).causes;
  expect(causes.map(({ field, message }) => `${field}: ${message}`)).toMatchSnapshot();
});
