import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { customResources } from '../../testing/custom-resources.ts';
import { type Answer, jane, type SecuredServer, startSecuredServer } from '../../testing/secured-server.ts';

let server: SecuredServer;
beforeAll(async () => {
  server = await startSecuredServer({ extra: [customResources()] });
});
afterAll(() => server.close());

const base = '/apis/admissionregistration.k8s.io/v1';
const configMaps = '/api/v1/namespaces/default/configmaps';
afterEach(async () => {
  await server.call('DELETE', `${base}/validatingadmissionpolicies`);
  await server.call('DELETE', `${base}/validatingadmissionpolicybindings`);
});

const policy = async (spec: Record<string, unknown>, binding: Record<string, unknown> = {}): Promise<void> => {
  const rules = [{ operations: ['CREATE', 'UPDATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] }];
  const answers = [
    await server.call('POST', `${base}/validatingadmissionpolicies`, {
      body: { metadata: { name: 'p' }, spec: { matchConstraints: { resourceRules: rules }, ...spec } },
    }),
    await server.call('POST', `${base}/validatingadmissionpolicybindings`, {
      body: { metadata: { name: 'b' }, spec: { policyName: 'p', validationActions: ['Deny'], ...binding } },
    }),
  ];
  for (const { status, body } of answers) if (status !== 201) throw new Error(JSON.stringify(body));
};

let count = 0;
const create = (data: Record<string, string>): Promise<Answer> =>
  server.call('POST', configMaps, { body: { metadata: { name: `c${count++}` }, data } });

test('an expression that is false denies in the original’s words', async () => {
  await policy({ validations: [{ expression: "object.data.size == 'small'" }] });
  expect((await create({ size: 'small' })).status).toBe(201);
  const { status, body } = await create({ size: 'large' });
  const text = `ValidatingAdmissionPolicy 'p' with binding 'b' denied request: failed expression: object.data.size == 'small'`;
  expect(status).toBe(422);
  expect(body).toMatchObject({
    reason: 'Invalid',
    message: expect.stringContaining(`is forbidden: ${text}`),
    details: { causes: [{ message: text }] },
  });
});

test('messages, reasons and variables', async () => {
  await policy({
    variables: [
      { name: 'size', expression: "object.data['size']" },
      { name: 'known', expression: "variables.size in ['small', 'large']" },
    ],
    validations: [{ expression: 'variables.known', messageExpression: "'no size ' + variables.size", reason: 'Forbidden' }],
  });
  expect((await create({ size: 'small' })).status).toBe(201);
  const { status, body } = await create({ size: 'huge' });
  expect([status, body.reason]).toEqual([403, 'Forbidden']);
  expect(body.message).toContain('denied request: no size huge');
});

test('an expression that fails denies, or is ignored', async () => {
  await policy({ validations: [{ expression: "object.data.missing == 'x'" }] });
  expect((await create({ a: 'b' })).body.message).toContain(
    "expression 'object.data.missing == 'x'' resulted in error: no such key: missing",
  );
  await server.call('DELETE', `${base}/validatingadmissionpolicies`);
  await server.call('DELETE', `${base}/validatingadmissionpolicybindings`);
  await policy({ failurePolicy: 'Ignore', validations: [{ expression: "object.data.missing == 'x'" }] });
  expect((await create({ a: 'b' })).status).toBe(201);
});

test('Warn warns and lets through', async () => {
  await policy({ validations: [{ expression: 'false', message: 'never' }] }, { validationActions: ['Warn', 'Audit'] });
  const { status, headers } = await create({});
  expect(status).toBe(201);
  expect(headers['warning']).toEqual([`299 - "Validation failed for ValidatingAdmissionPolicy 'p' with binding 'b': never"`]);
});

test('parameters come from the binding', async () => {
  await policy(
    {
      paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
      validations: [{ expression: 'object.data.size == params.data.allowed' }],
      matchConditions: [{ name: 'sized', expression: 'has(object.data.size)' }],
    },
    { paramRef: { name: 'limits', namespace: 'default', parameterNotFoundAction: 'Deny' } },
  );
  expect((await create({ size: 'small' })).body.message).toContain(
    'failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction',
  );
  await server.call('DELETE', `${base}/validatingadmissionpolicybindings`);
  await server.call('POST', configMaps, { body: { metadata: { name: 'limits' }, data: { allowed: 'small' } } });
  await server.call('POST', `${base}/validatingadmissionpolicybindings`, {
    body: {
      metadata: { name: 'b' },
      spec: {
        policyName: 'p',
        validationActions: ['Deny'],
        paramRef: { name: 'limits', namespace: 'default', parameterNotFoundAction: 'Deny' },
      },
    },
  });
  expect((await create({ size: 'small' })).status).toBe(201);
  expect((await create({ size: 'large' })).status).toBe(422);
});

test('an expression may ask what the caller may do', async () => {
  await server.call('POST', '/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings', {
    body: {
      metadata: { name: 'edit' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:controller:root-ca-cert-publisher' },
      subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'jane' }],
    },
  });
  await policy({
    validations: [
      { expression: "authorizer.group('').resource('secrets').namespace('default').check('create').allowed()", message: 'no secrets' },
    ],
  });
  expect((await create({})).status).toBe(201);
  const deadline = Date.now() + 5000;
  let answer: Answer | undefined;
  while ((!answer || !answer.body.message?.includes('no secrets')) && Date.now() < deadline) {
    answer = await server.call('POST', configMaps, { body: { metadata: { name: `j${count++}` } }, as: jane });
  }
  expect(answer?.body.message).toContain('denied request: no secrets');
});

test('a policy is type-checked against the kinds it names', async () => {
  await policy({
    matchConstraints: { resourceRules: [{ operations: ['CREATE'], apiGroups: ['apps'], apiVersions: ['v1'], resources: ['deployments'] }] },
    validations: [
      { expression: 'object.spec.replicas > 1' },
      { expression: 'object.spec.replicaz > 1' },
      { expression: "object.metadata.labels['a'] == 'b'" },
    ],
  });
  const { body } = await server.eventually(
    `${base}/validatingadmissionpolicies/p`,
    (answer) => answer.body.status?.['typeChecking'] !== undefined,
  );
  expect(body.status).toMatchObject({
    observedGeneration: 1,
    typeChecking: {
      expressionWarnings: [
        {
          fieldRef: 'spec.validations[1].expression',
          warning: expect.stringMatching(/^apps\/v1, Kind=Deployment: .*undefined field 'replicaz'/s),
        },
      ],
    },
  });
});

test('metadata of custom kinds has the types that it has everywhere', async () => {
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object' } } } };
  await server.call('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    body: {
      metadata: { name: 'widgets.typed.example' },
      spec: {
        group: 'typed.example',
        scope: 'Namespaced',
        names: { plural: 'widgets', kind: 'Widget' },
        versions: [{ name: 'v1', served: true, storage: true, schema }],
      },
    },
  });
  await server.eventually('/apis/typed.example/v1/namespaces/default/widgets', ({ status }) => status === 200);
  await policy({
    matchConstraints: {
      resourceRules: [{ operations: ['CREATE'], apiGroups: ['typed.example'], apiVersions: ['v1'], resources: ['widgets'] }],
    },
    validations: [{ expression: "object.metadata.name != ''" }, { expression: 'object.metadata.nope == 1' }],
  });
  const { body } = await server.eventually(
    `${base}/validatingadmissionpolicies/p`,
    (answer) => answer.body.status?.['typeChecking'] !== undefined,
  );
  expect(body.status).toMatchObject({
    typeChecking: {
      expressionWarnings: [
        { fieldRef: 'spec.validations[1].expression', warning: expect.stringContaining("undefined field 'nope'") as string },
      ],
    },
  });
});

test('authorizer.requestResource asks about what is requested', async () => {
  await policy({ validations: [{ expression: "!authorizer.requestResource.check('create').allowed()", message: 'may create' }] });
  expect((await create({})).body.message).toContain('denied request: may create');
});

test.each([
  ["'a'.find('x{1001}') == ''", 'Internal error: program instantiation failed: error parsing regexp: invalid repeat count: `{1001}`'],
  ['null', 'Invalid value: "null": must evaluate to bool but got null_type'],
  [
    'object.',
    'Invalid value: "object.": compilation failed: ERROR: <input>:1:8: Syntax error: no viable alternative at input \'.\'\n | object.\n | .......^',
  ],
])('%s is refused', async (expression, why) => {
  const { body } = await server.call('POST', `${base}/validatingadmissionpolicies?dryRun=All`, {
    body: {
      metadata: { name: 'p' },
      spec: {
        matchConstraints: { resourceRules: [{ operations: ['*'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }] },
        validations: [{ expression }],
      },
    },
  });
  expect(body.message).toContain(`spec.validations[0].expression: ${why}`);
});

test('an annotation for the audit log that fails denies, whatever the binding’s actions are, unless failures are ignored', async () => {
  const spec = { auditAnnotations: [{ key: 'k', valueExpression: 'string(object.data.none)' }] };
  await policy(spec, { validationActions: ['Warn'] });
  const { status, body } = await create({ a: 'b' });
  expect(status).toBe(422);
  expect(body.message).toContain("denied request: expression 'string(object.data.none)' resulted in error: no such key: none");
  await server.call('DELETE', `${base}/validatingadmissionpolicies`);
  await server.call('DELETE', `${base}/validatingadmissionpolicybindings`);
  await policy({ ...spec, failurePolicy: 'Ignore' });
  expect((await create({ a: 'b' })).status).toBe(201);
});

const ten = '[0,1,2,3,4,5,6,7,8,9]';
const dear = `${ten}.all(a, ${ten}.all(b, ${ten}.all(c, ${ten}.all(d, a + b + c + d >= 0))))`;
const outOfBudget = 'validation failed due to running out of cost budget, no further validation rules will be run';
const hundred = <T>(of: (index: number) => T): T[] => Array.from({ length: 100 }, (_, index) => of(index));

test.each([
  ['of validations: no refusal counts', { validations: [{ expression: 'false' }, ...hundred(() => ({ expression: dear }))] }, outOfBudget],
  [
    'of variables',
    {
      variables: hundred((index) => ({ name: `v${index}`, expression: dear })),
      validations: [{ expression: hundred((index) => `variables.v${index}`).join(' && ') }],
    },
    outOfBudget,
  ],
  [
    'of messages, even of what holds',
    { validations: hundred(() => ({ expression: 'true', messageExpression: `${dear} ? 'a' : 'b'` })) },
    `failed messageExpression: ${outOfBudget}`,
  ],
  [
    'of conditions, though one is false',
    {
      matchConditions: [...hundred((index) => ({ name: `c${index}`, expression: dear })).slice(50), { name: 'c', expression: 'false' }],
      validations: [{ expression: 'true' }],
    },
    outOfBudget,
  ],
])('together expressions cost no more than the budget: %s', async (_, spec, message) => {
  await policy(spec);
  expect((await create({})).body.message).toContain(`denied request: ${message}`);
});

test('conditions are not told of the namespace, messages not of what the caller may do', async () => {
  await policy({
    variables: [{ name: 'may', expression: "authorizer.requestResource.check('create').allowed()" }],
    matchConditions: [{ name: 'c', expression: 'namespaceObject == null' }],
    validations: [{ expression: '!variables.may', messageExpression: "variables.may ? 'may' : 'may not'", message: 'fixed' }],
  });
  expect((await create({})).body.message).toContain('denied request: fixed');
});

test('policies judge the configuration of webhooks, not policies', async () => {
  const rule = { operations: ['*'], apiGroups: ['admissionregistration.k8s.io'], apiVersions: ['*'], resources: ['*'] };
  await policy({ matchConstraints: { resourceRules: [rule] }, validations: [{ expression: 'false' }] });
  const configuration = { metadata: { name: 'w' }, webhooks: [] };
  expect((await server.call('POST', `${base}/validatingwebhookconfigurations`, { body: configuration })).status).toBe(422);
  expect((await server.call('DELETE', `${base}/validatingadmissionpolicies/p`)).status).toBe(200);
});

test('questions about who may do what are not for policies to refuse', async () => {
  const rules = [{ operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*'] }];
  await policy({ matchConstraints: { resourceRules: rules }, validations: [{ expression: 'false' }] });
  const review = (kind: string, plural: string, group: string, spec: object = {}) =>
    server.call('POST', `/apis/${group}/v1/${plural}`, { body: { apiVersion: `${group}/v1`, kind, ...spec } });
  const access = { spec: { resourceAttributes: { verb: 'get', resource: 'pods' } } };
  expect((await create({})).status).toBe(422);
  expect((await review('SelfSubjectReview', 'selfsubjectreviews', 'authentication.k8s.io')).status).toBe(201);
  expect((await review('SelfSubjectAccessReview', 'selfsubjectaccessreviews', 'authorization.k8s.io', access)).status).toBe(201);
});

const shown = {
  validations: [{ expression: 'false', messageExpression: `request.resource.version + ' ' + request.kind.kind + ' ' + object.apiVersion` }],
};
const ruled = (group: string, version: string, resources: string[]) => ({
  matchConstraints: { resourceRules: [{ operations: ['*'], apiGroups: [group], apiVersions: [version], resources }] },
});

test('a subresource of another version is taken for the same one, and converted', async () => {
  const url = '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers';
  const spec = { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' } };
  expect((await server.call('POST', url, { body: { metadata: { name: 'h' }, spec } })).status).toBe(201);
  await policy({ ...shown, ...ruled('autoscaling', 'v1', ['horizontalpodautoscalers/status']) });
  const { body } = await server.call('PUT', `${url}/h/status`, { body: { metadata: { name: 'h' }, spec, status: { desiredReplicas: 2 } } });
  expect(body.message).toContain('denied request: v1 HorizontalPodAutoscaler autoscaling/v1');
});

test('a Namespace is in itself, for requests and for parameters', async () => {
  await policy({
    ...ruled('', 'v1', ['namespaces']),
    validations: [{ expression: "request.namespace == 'other'", messageExpression: "'in ' + request.namespace" }],
  });
  const { body } = await server.call('POST', '/api/v1/namespaces', { body: { metadata: { name: 'place' } } });
  expect(body.message).toContain('denied request: in place');
  expect((await server.call('POST', '/api/v1/namespaces', { body: { metadata: { name: 'other' } } })).status).toBe(201);
});

test('the bindings of a namespace are a resource of their own', async () => {
  await policy({
    ...ruled('', 'v1', ['bindings']),
    validations: [{ expression: 'false', messageExpression: "request.resource.resource + ' ' + request.name" }],
  });
  const target = { apiVersion: 'v1', kind: 'Node', name: 'n' };
  const body = { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'p' }, target };
  const answer = await server.call('POST', '/api/v1/namespaces/default/bindings', { body });
  expect(answer.body.message).toContain('denied request: bindings p');
});

test('a policy’s rules are refused for what the original refuses, in its words', async () => {
  const refusal = async (spec: object, rule: object = {}): Promise<string | undefined> => {
    const resourceRules = [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], ...rule }];
    const { body } = await server.call('POST', '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies?dryRun=All', {
      body: {
        metadata: { name: 'refused' },
        spec: { matchConstraints: { resourceRules }, validations: [{ expression: 'true' }], ...spec },
      },
    });
    return body.message?.replace(/^.*? is invalid: /, '');
  };
  const at = 'spec.matchConstraints.resourceRules[0]';
  expect(await refusal({}, { apiGroups: ['*', ''] })).toBe(
    `${at}.apiGroups: Invalid value: ["*",""]: if '*' is present, must not specify other API groups`,
  );
  expect(await refusal({}, { resources: ['pods/*', 'pods/status', '*/status'] })).toBe(
    `${at}.resources[1]: Invalid value: "pods/status": if 'pods/*' is present, must not specify pods/status`,
  );
  expect(await refusal({}, { resources: ['pods/status', 'pods/*'] })).toBeUndefined();
  expect(await refusal({ paramKind: { apiVersion: 'a/b/c', kind: 'K' } })).toBe(
    'spec.paramKind.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string: a/b/c',
  );
  expect(await refusal({ variables: [{ name: 'in', expression: '1' }] })).toBe(
    'spec.variables[0].name: Invalid value: "in": must be a valid CEL identifier',
  );
  expect(await refusal({ validations: [{ expression: 'object.in == 1' }] })).toContain("no viable alternative at input '.in'");
});
