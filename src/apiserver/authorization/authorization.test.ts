import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, jane, type SecuredServer, startSecuredServer } from '../testing/secured-server.ts';
import { describeRules } from './describe-rules.ts';
import { type PolicyRule, ruleAllows, uncovered } from './policy-rule.ts';

const rbac = '/apis/rbac.authorization.k8s.io/v1';
const janeSubject = { kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'jane' };

describe('rules', () => {
  const user = { username: 'u', groups: [] };
  const resource = (group: string, name: string, more: Partial<{ subresource: string; name: string }> = {}) => ({
    group,
    version: 'v1',
    resource: name,
    subresource: '',
    namespace: 'n',
    name: '',
    ...more,
  });

  test.each<[string, PolicyRule, ReturnType<typeof resource>, boolean]>([
    ['the very thing', { verbs: ['get'], apiGroups: [''], resources: ['pods'] }, resource('', 'pods'), true],
    ['another group', { verbs: ['get'], apiGroups: ['apps'], resources: ['pods'] }, resource('', 'pods'), false],
    [
      'a subresource is its own',
      { verbs: ['get'], apiGroups: [''], resources: ['pods'] },
      resource('', 'pods', { subresource: 'log' }),
      false,
    ],
    ['every log', { verbs: ['get'], apiGroups: [''], resources: ['*/log'] }, resource('', 'pods', { subresource: 'log' }), true],
    ['everything', { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }, resource('x', 'y', { subresource: 'z' }), true],
    [
      'a named one',
      { verbs: ['get'], apiGroups: [''], resources: ['pods'], resourceNames: ['a'] },
      resource('', 'pods', { name: 'a' }),
      true,
    ],
    [
      'not another',
      { verbs: ['get'], apiGroups: [''], resources: ['pods'], resourceNames: ['a'] },
      resource('', 'pods', { name: 'b' }),
      false,
    ],
  ])('%s', (_, rule, asked, allowed) => {
    expect(ruleAllows(rule, { user, verb: 'get', resource: asked })).toBe(allowed);
  });

  test.each([
    ['/healthz', '/healthz', true],
    ['/api/*', '/api/v1', true],
    ['/api/*', '/apis', false],
    ['*', '/x', true],
  ])('path %s on %s is %s', (rule, path, allowed) => {
    expect(ruleAllows({ verbs: ['get'], nonResourceURLs: [rule] }, { user, verb: 'get', nonResource: { path } })).toBe(allowed);
  });

  test('what is not held is told in as few words as possible', () => {
    const wanted: PolicyRule[] = [{ verbs: ['get', 'list'], apiGroups: [''], resources: ['pods', 'secrets'] }];
    const missing = uncovered([{ verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] }], wanted);
    expect(describeRules(missing)).toEqual(['{APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}']);
    expect(uncovered([{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }], wanted)).toEqual([]);
  });
});

describe('a server', () => {
  let server: SecuredServer;
  beforeAll(async () => {
    server = await startSecuredServer();
  });
  afterAll(() => server.close());

  const grant = async (name: string, rules: PolicyRule[], namespace?: string): Promise<void> => {
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name };
    const bindings = namespace ? `${rbac}/namespaces/${namespace}/rolebindings` : `${rbac}/clusterrolebindings`;
    await server.call('POST', `${rbac}/clusterroles`, { body: { metadata: { name }, rules } });
    await server.call('POST', bindings, { body: { metadata: { name }, roleRef, subjects: [janeSubject] } });
  };
  const review = async (attributes: object): Promise<Answer> =>
    server.call('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
      body: { spec: { resourceAttributes: attributes } },
      as: jane,
    });

  test('a role binding allows in its namespace only, from one request to the next', async () => {
    await grant('pod-reader', [{ verbs: ['get', 'list'], apiGroups: [''], resources: ['pods'] }], 'default');
    await server.eventually('/api/v1/namespaces/default/pods', ({ status }) => status === 200, jane);
    expect((await server.call('GET', '/api/v1/namespaces/kube-system/pods', { as: jane })).status).toBe(403);
    expect((await review({ verb: 'list', resource: 'pods', namespace: 'default' })).body.status).toEqual({
      allowed: true,
      reason: 'RBAC: allowed by RoleBinding "pod-reader/default" of ClusterRole "pod-reader" to User "jane"',
    });
    await server.call('DELETE', `${rbac}/namespaces/default/rolebindings/pod-reader`);
    await server.eventually('/api/v1/namespaces/default/pods', ({ status }) => status === 403, jane);
  });

  test('a binding to a role that is not there says so', async () => {
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'ghost' };
    await server.call('POST', `${rbac}/clusterrolebindings`, { body: { metadata: { name: 'ghost' }, roleRef, subjects: [janeSubject] } });
    const { body } = await server.eventually('/api/v1/nodes', (answer) => String(answer.body.message).includes('ghost'), jane);
    expect(body.message).toBe(
      'nodes is forbidden: User "jane" cannot list resource "nodes" in API group "" at the cluster scope: RBAC: clusterrole.rbac.authorization.k8s.io "ghost" not found',
    );
    await server.call('DELETE', `${rbac}/clusterrolebindings/ghost`);
  });

  test('nobody grants what he does not have', async () => {
    await grant('role-writer', [
      { verbs: ['create', 'update', 'get'], apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles', 'rolebindings'] },
      { verbs: ['get'], apiGroups: [''], resources: ['configmaps'] },
    ]);
    const roles = `${rbac}/namespaces/default/roles`;
    await server.eventually(`${roles}/x`, ({ status }) => status === 404, jane);
    const role = (name: string, resource: string) => ({
      metadata: { name },
      rules: [{ verbs: ['get'], apiGroups: [''], resources: [resource] }],
    });
    expect((await server.call('POST', roles, { body: role('fine', 'configmaps'), as: jane })).status).toBe(201);
    const { status, body } = await server.call('POST', roles, { body: role('greedy', 'secrets'), as: jane });
    expect(status).toBe(403);
    expect(body.message).toContain(
      'roles.rbac.authorization.k8s.io "greedy" is forbidden: user "jane" (groups=["devs" "system:authenticated"])',
    );
    expect(body.message).toContain(
      'is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}',
    );
    const binding = (name: string) => ({
      metadata: { name: `b-${name}` },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
      subjects: [janeSubject],
    });
    const bindings = `${rbac}/namespaces/default/rolebindings`;
    // Bound right after it was written, whether the caches show the role or not.
    expect((await server.call('POST', roles, { body: role('fresh', 'configmaps'), as: jane })).status).toBe(201);
    const fresh = { ...binding('fresh'), roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'fresh' } };
    expect((await server.call('POST', bindings, { body: fresh, as: jane })).status).toBe(201);
    expect((await server.call('POST', bindings, { body: binding('view'), as: jane })).status).toBe(403);
    expect((await server.call('POST', bindings, { body: binding('nothing'), as: jane })).body.message).toBe(
      'rolebindings.rbac.authorization.k8s.io "nothing" not found',
    );
    await grant('binder', [
      { verbs: ['bind'], apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles'], resourceNames: ['view'] },
    ]);
    const deadline = Date.now() + 5000;
    let bound = 403;
    while (bound === 403 && Date.now() < deadline)
      bound = (await server.call('POST', bindings, { body: binding('view'), as: jane })).status;
    expect(bound).toBe(201);
  });

  test('the default roles, the kubernetes service and the trust for aggregated servers are there', async () => {
    const { body } = await server.call('GET', `${rbac}/clusterroles/view`);
    expect(body.metadata.labels).toMatchObject({ 'kubernetes.io/bootstrapping': 'rbac-defaults' });
    expect((await server.call('GET', '/api/v1/namespaces/default/services/kubernetes')).body['spec']).toMatchObject({
      clusterIP: '10.96.0.1',
    });
    const config = await server.call('GET', '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication');
    expect(config.body['data']).toMatchObject({ 'client-ca-file': server.identity.certificateAuthority.certificate });
  });

  test('a review without a subject, or with two questions, is invalid', async () => {
    const post = (spec: object) => server.call('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', { body: { spec } });
    expect((await post({ resourceAttributes: { verb: 'get' } })).body.message).toContain('at least one of user or group must be specified');
    expect((await post({ user: 'x', resourceAttributes: {}, nonResourceAttributes: {} })).status).toBe(422);
    expect((await post({ user: 'x', groups: ['system:masters'], resourceAttributes: { verb: 'get', resource: 'x' } })).body.status).toEqual(
      { allowed: true },
    );
  });
});

describe('reviews are no objects that are kept', () => {
  const reviews = '/apis/authorization.k8s.io/v1';
  let server: SecuredServer;
  beforeAll(async () => {
    server = await startSecuredServer();
  });
  afterAll(() => server.close());
  const spec = { user: 'jane', resourceAttributes: { namespace: 'default', verb: 'get', resource: 'pods' } };
  test.each<[string, object, number]>([
    ['subjectaccessreviews', {}, 201],
    ['subjectaccessreviews', { name: 'x' }, 422],
    ['subjectaccessreviews', { labels: { a: 'b' } }, 422],
    ['selfsubjectaccessreviews', { name: 'x' }, 422],
    ['namespaces/default/localsubjectaccessreviews', { namespace: 'default' }, 201],
    ['namespaces/default/localsubjectaccessreviews', { name: 'x' }, 422],
    ['namespaces/default/localsubjectaccessreviews', { namespace: 'other' }, 400],
  ])('%s with metadata %j', async (path, metadata, code) => {
    const asked = path.startsWith('self') ? { resourceAttributes: spec.resourceAttributes } : spec;
    expect((await server.call('POST', `${reviews}/${path}`, { body: { metadata, spec: asked } })).status).toBe(code);
  });
});
