import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createMetricsRegistry } from '../metrics/registry.ts';
import { jane, startSecuredServer } from '../testing/secured-server.ts';
import { auditExtension } from './extension.ts';
import { defaultLogSettings } from './settings.ts';
import { compileAuditPolicy } from './match-rule.ts';
import { parseAuditPolicy } from './policy.ts';

const directory = mkdtempSync(join(tmpdir(), 'audit-'));
const path = join(directory, 'log', 'audit.log');
const log = { ...defaultLogSettings, path };
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const policy = (rules: string, more = ''): string => `apiVersion: audit.k8s.io/v1\nkind: Policy\n${more}\nrules:\n${rules}`;

test.each([
  ['kind: Policy', 'audit policy: unknown group version field , Kind=Policy in policy'],
  [policy('[]').replace('rules:\n', 'rules: '), 'audit policy: loaded illegal policy with 0 rules'],
  [policy('- {}'), 'audit policy: rules[0].level: Required value'],
  [
    policy('- level: All'),
    'audit policy: rules[0].level: Unsupported value: "All": supported values: "None", "Metadata", "Request", "RequestResponse"',
  ],
  [policy('- level: None', 'omitStages: [Never]'), 'allowed stages are RequestReceived,ResponseStarted,ResponseComplete,Panic'],
  [policy('- {level: None, nonResourceURLs: [health, "/a*b"]}'), "non-resource URL rules must begin with a '/' character"],
  [
    policy('- {level: None, nonResourceURLs: ["/x"], namespaces: [a]}'),
    'rules cannot apply to both regular resources and non-resource URLs',
  ],
  [policy('- {level: None, resources: [{resourceNames: [a]}]}'), 'using resourceNames requires at least one resource'],
])('%j is no policy', (text, message) => {
  expect(() => parseAuditPolicy(text)).toThrow(message);
});

const judge = compileAuditPolicy(
  parseAuditPolicy(
    policy(
      `
- {level: None, users: [robot]}
- {level: None, nonResourceURLs: ["/healthz*"]}
- {level: Metadata, resources: [{group: "", resources: [secrets, pods/log]}]}
- {level: Request, namespaces: [prod], verbs: [create], omitStages: [RequestReceived]}
- {level: RequestResponse, userGroups: [devs], resources: [{group: apps}]}
- {level: Metadata, resources: [{group: "", resources: ["*/status"]}]}`,
      'omitManagedFields: true',
    ),
  ),
);
const asked = { isResource: true, verb: 'get', group: '', resource: 'pods', subresource: '', namespace: 'd', name: '', path: '/x' };
const user = { username: 'u', groups: ['devs'] };
test.each<[string, object, string]>([
  ['secrets', { resource: 'secrets' }, 'Metadata'],
  ['a subresource that is named', { subresource: 'log' }, 'Metadata'],
  ['a subresource of anything', { resource: 'nodes', subresource: 'status' }, 'Metadata'],
  ['the object of a subresource that is named', {}, 'None'],
  ['a namespace and a verb', { namespace: 'prod', verb: 'create' }, 'Request'],
  ['a namespace and another verb', { namespace: 'prod' }, 'None'],
  ['a group of users and of resources', { group: 'apps', resource: 'deployments' }, 'RequestResponse'],
  ['a path', { isResource: false, path: '/healthz/ping' }, 'None'],
])('%s', (_, request, level) => {
  expect(judge({ ...asked, ...request }, user)).toMatchObject({ level, omitManagedFields: true });
  expect(judge({ ...asked, ...request }, { username: 'robot', groups: [] }).level).toBe('None');
});

test('requests from their beginning to their end, as lines of JSON', async () => {
  const metrics = createMetricsRegistry();
  const text = policy(`
- {level: Metadata, resources: [{group: "", resources: [secrets]}]}
- {level: RequestResponse, verbs: [create, delete], users: [root, jane], namespaces: [default], omitStages: [RequestReceived]}
- {level: Metadata, users: [jane], namespaces: [default]}`);
  const audited = await startSecuredServer({ audit: { log, policy: parseAuditPolicy(text) }, extra: [auditExtension(metrics)] });
  const configMaps = '/api/v1/namespaces/default/configmaps';
  await audited.call('POST', '/api/v1/namespaces/default/secrets', { body: { metadata: { name: 's' }, stringData: { key: 'hidden' } } });
  await audited.call('POST', configMaps, { body: { metadata: { name: 'c' }, data: { a: 'b' } } });
  await audited.call('GET', `${configMaps}/c`, { as: jane });
  await audited.call('DELETE', `${configMaps}/c`);
  await audited.close();
  const events = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(events.map(({ stage, verb, level, objectRef }) => [stage, verb, level, (objectRef as { name?: string }).name])).toEqual([
    ['RequestReceived', 'create', 'Metadata', undefined],
    ['ResponseComplete', 'create', 'Metadata', 's'],
    ['ResponseComplete', 'create', 'RequestResponse', 'c'],
    ['RequestReceived', 'get', 'Metadata', 'c'],
    ['ResponseComplete', 'get', 'Metadata', 'c'],
    ['ResponseComplete', 'delete', 'RequestResponse', 'c'],
  ]);
  expect(readFileSync(path, 'utf8')).not.toContain('hidden');
  const [, , created, , denied, deleted] = events;
  expect(created).toMatchObject({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    requestURI: configMaps,
    user: { username: 'root', groups: ['system:masters', 'system:authenticated'] },
    sourceIPs: ['127.0.0.1'],
    objectRef: { resource: 'configmaps', namespace: 'default', name: 'c', apiVersion: 'v1' },
    responseStatus: { metadata: {}, code: 201 },
    requestObject: { metadata: { name: 'c' }, data: { a: 'b' } },
    responseObject: { kind: 'ConfigMap', data: { a: 'b' } },
    requestReceivedTimestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}Z$/),
    annotations: { 'authorization.k8s.io/decision': 'allow' },
  });
  expect(denied).toMatchObject({
    responseStatus: { status: 'Failure', reason: 'Forbidden', code: 403 },
    annotations: { 'authorization.k8s.io/decision': 'forbid' },
  });
  expect(denied).not.toHaveProperty('responseObject');
  expect(deleted).toMatchObject({ responseStatus: { status: 'Success', code: 200 } });
  expect(await metrics.render('prometheus')).toContain('apiserver_audit_event_total 6\n');
});

test('what admission has to say is in the annotations', async () => {
  const audited = await startSecuredServer({
    audit: { log, policy: parseAuditPolicy(policy('- {level: Metadata}', 'omitStages: [RequestReceived]')) },
    extra: [auditExtension(createMetricsRegistry())],
  });
  const admission = '/apis/admissionregistration.k8s.io/v1';
  const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'] };
  await audited.call('POST', `${admission}/validatingadmissionpolicies`, {
    body: {
      metadata: { name: 'p' },
      spec: {
        matchConstraints: { resourceRules: [{ ...rule, resources: ['configmaps'] }] },
        validations: [{ expression: 'true' }, { expression: 'false', message: 'never' }],
        auditAnnotations: [
          { key: 'who', valueExpression: 'string(object.metadata.name)' },
          { key: 'nobody', valueExpression: 'null' },
        ],
      },
    },
  });
  await audited.call('POST', `${admission}/validatingadmissionpolicybindings`, {
    body: { metadata: { name: 'b' }, spec: { policyName: 'p', validationActions: ['Audit'] } },
  });
  await audited.call('POST', `${admission}/mutatingwebhookconfigurations`, {
    body: {
      metadata: { name: 'hooks' },
      webhooks: [
        {
          name: 'gone.example.com',
          clientConfig: { url: 'https://127.0.0.1:9/' },
          rules: [{ ...rule, resources: ['configmaps'] }],
          failurePolicy: 'Ignore',
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
          timeoutSeconds: 5,
        },
      ],
    },
  });
  const created = await audited.call('POST', '/api/v1/namespaces/default/configmaps', { body: { metadata: { name: 'c' } } });
  expect(created.status).toBe(201);
  await audited.call('GET', '/api/v1/componentstatuses');
  await audited.call('POST', '/api/v1/namespaces/default/serviceaccounts', { body: { metadata: { name: 'sa' } } });
  await audited.call('POST', '/api/v1/namespaces/default/serviceaccounts/sa/token', { body: { spec: {} } });
  await audited.call('POST', '/api/v1/namespaces/default/pods', {
    body: { metadata: { name: 'p' }, spec: { serviceAccountName: 'sa', containers: [{ name: 'c', image: 'i' }] } },
  });
  await audited.close();
  const annotations = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { requestURI: string; annotations: Record<string, string> })
    .map((event) => [event.requestURI.split('/').at(-1), event.annotations] as const);
  const of = (resource: string): Record<string, string> => annotations.findLast(([last]) => last === resource)?.[1] ?? {};
  expect(of('configmaps')).toMatchObject({
    'p/who': 'c',
    'validation.policy.admission.k8s.io/validation_failure':
      '[{"message":"never","policy":"p","binding":"b","expressionIndex":1,"validationActions":["Audit"]}]',
    'failed-open.mutation.webhook.admission.k8s.io/round_0_index_0': 'gone.example.com',
    'mutation.webhook.admission.k8s.io/round_0_index_0': '{"configuration":"hooks","webhook":"gone.example.com","mutated":false}',
  });
  expect(Object.keys(of('configmaps'))).not.toContain('p/nobody');
  expect(of('componentstatuses')).toMatchObject({ 'k8s.io/deprecated': 'true' });
  expect(of('token')['authentication.kubernetes.io/issued-credential-id']).toMatch(/^JTI=[0-9a-f-]{36}$/);
  expect(of('pods')).toMatchObject({ 'pod-security.kubernetes.io/enforce-policy': 'privileged:latest' });
});
