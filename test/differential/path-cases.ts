import { as, del, get, patch, post, put } from './step.ts';
import type { Step } from './requests.ts';

const maps = '/api/v1/namespaces/diff/configmaps';
const request = (method: string, path: string, headers: Record<string, string> = {}): Step => ({ method, path, headers });

const paths = [
  '/api/v1', '/api/v1/configmaps', maps, `${maps}/a`, `${maps}/a/status`, '/api/v1/namespaces', '/api/v1/namespaces/absent', '/api/v1/nodes', '/apis/apps/v1/namespaces/absent/deployments', '/apis/apps/v1/namespaces/diff/deployments/absent/scale', '/healthz', '/version', '/apis', '/', '/openapi/v2', '/api/v1/namespaces/diff/pods/x/log', '/api/v1/namespaces/diff/pods/x/eviction', '/api/v1/namespaces/diff/bindings', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', '/apis/foo/v1/bars', '/foo',
]; // prettier-ignore
const methods = ['HEAD', 'OPTIONS', 'TRACE', 'POST', 'PUT', 'PATCH', 'DELETE'];

const oddPaths = [
  `${maps}/`, `${maps}//`, `/api/v1/namespaces//configmaps`, '//api/v1/namespaces', '/api//v1/namespaces', '/api/v1/', '/api/v1//', '/apis//', '/apis/apps/', '/apis/apps/v1/', '/apis/apps/v1//deployments', '/API/v1', '/api/V1', '/api/v1/Pods', '/api/v1/pod', '/api/v1/namespaces/diff/pod', '/api/v1/po', `${maps}/a/`, `${maps}/a//`,
  `${maps}/a/foo`, `${maps}/a/status/x`, `${maps}/a/scale`, '/api/v1/namespaces/diff/pods/x/foo', '/api/v1/namespaces/diff/pods/x/status/y', '/api/v1/namespaces/diff/services/x/proxy', '/api/v1/nodes/absent/proxy', '/api/v1/nodes/absent/proxy/', '/api/v1/nodes/absent/status', '/api/v1/nodes/absent/foo',
  `${maps}/%61`, `${maps}/a%2Fb`, `${maps}/%00`, `${maps}/%zz`, `${maps}/..`, `${maps}/.`, `${maps}/%2e%2e`, '/api/v1/namespaces/diff/../diff/configmaps', '/api/v1/namespaces/%64iff', '/%61pi/v1/namespaces/diff', '/api/v1/namespaces/diff/configmaps/a%20b', '/api/v1/namespaces/Diff/configmaps', '/api/v1/namespaces/a.b/configmaps', '/api/v1/namespaces/a_b/configmaps/x',
  '/apis/foo', '/apis/foo/', '/apis/foo/v1', '/apis/apps/v2', '/apis/apps/v2/deployments', '/apis/apps/v1/foos', '/apis/apps/v1/namespaces/diff/foos', '/apis/apps/v1/namespaces/diff/foos/x', '/apis/apps/v1/nodes', '/api/v2', '/api/v2/pods', '/apis/extensions/v1beta1/deployments', '/apis/policy/v1beta1/podsecuritypolicies', '/apis/v1/pods', '/api/apps/v1/deployments',
  '/api/v1/watch/foos', '/api/v1/watch/namespaces/diff?timeoutSeconds=1', '/api/v1/proxy/nodes/x', '/api/v1/redirect/x', '/api/v1/namespaces/diff/nodes', '/api/v1/namespaces/diff/namespaces', '/api/v1/namespaces/diff/namespaces/x', '/apis/rbac.authorization.k8s.io/v1/namespaces/diff/clusterroles', '/apis/apiextensions.k8s.io/v1/namespaces/diff/customresourcedefinitions',
  '/api/v1/pods/x', '/api/v1/configmaps/x/status', '/api/v1/namespaces/diff/pods/x/log/y', '/api/v1/componentstatuses/foo', '/apis/metrics.k8s.io/v1beta1/pods', '/apis/apiregistration.k8s.io/v1/apiservices/absent', '/apis/apiregistration.k8s.io/v1/apiservices/absent/status',
  '/healthz/', '/healthz/foo', '/healthz/log', '/healthz/etcd', '/livez/etcd', '/readyz/etcd', '/readyz/informer-sync', '/readyz/shutdown', '/livez/poststarthook/start-apiextensions-controllers', '/healthz?exclude=foo', '/livez?exclude=etcd', '/version/foo', '/version?pretty=true', '/openapi', '/openapi/', '/openapi/v1', '/openapi/v2/', '/openapi/v3/', '/openapi/v3/api', '/openapi/v3/apis/absent', '/swagger-2.0.0.json', '/logs/', '/debug/pprof', '/debug/pprof/', '/debug/flags', '/configz', '/flagz', '/statusz', '/metrics/slis/x', '/openid/v1/jwks/', '/.well-known', '/.well-known/', '/favicon.ico', '/index.html', '/ui/', '/robots.txt', '/api/', '/api?x=y', '/apis?x=y', '/apis/apps?pretty=true',
]; // prettier-ignore

const anonymous = (step: Step): Step => ({ ...step, headers: { ...step.headers, authorization: 'none' } });
const token = (step: Step, authorization: string): Step => ({ ...step, headers: { ...step.headers, authorization } });
const reached = [
  '/api/v1/pods',
  maps,
  `${maps}/a`,
  '/api/v1/nodes',
  '/apis/apps/v1/namespaces/diff/deployments/x/scale',
  '/',
  '/api',
  '/apis',
  '/healthz',
  '/livez',
  '/readyz',
  '/version',
  '/metrics',
  '/openapi/v2',
  '/openapi/v3',
  '/foo',
  '/apis/foo/v1/bars',
  '/.well-known/openid-configuration',
  '/openid/v1/jwks',
  '/api/v1/namespaces/diff/pods/x/log',
  '/api/v1/nodes/x/proxy/y',
];

const review = (kind: string, spec: object) =>
  ({
    apiVersion: `${kind.includes('Access') || kind.includes('Rules') ? 'authorization' : 'authentication'}.k8s.io/v1`,
    kind,
    spec,
  }) as never;
const authorization = '/apis/authorization.k8s.io/v1';
const identity = '/apis/authentication.k8s.io/v1';
const tokens = '/api/v1/namespaces/diff/serviceaccounts/default/token';

const reviews: Step[] = [
  ...[{}, { resourceAttributes: {} }, { resourceAttributes: { verb: 'get', resource: 'pods' }, nonResourceAttributes: { path: '/', verb: 'get' } }, { nonResourceAttributes: { path: '/healthz', verb: 'get' } }, { resourceAttributes: { verb: '*', resource: '*', group: '*' } }, { resourceAttributes: { verb: 'get', resource: 'pods', fieldSelector: { rawSelector: 'x' } } }, { resourceAttributes: { verb: 'get', resource: 'pods', fieldSelector: { rawSelector: 'a=b', requirements: [{ key: 'a', operator: 'In', values: ['b'] }] } } }, { resourceAttributes: { verb: 'list', resource: 'pods', labelSelector: { requirements: [{ key: 'a', operator: 'Foo' }] } } }].flatMap((spec) => [post(`${authorization}/selfsubjectaccessreviews`, review('SelfSubjectAccessReview', spec)), as('joe', post(`${authorization}/selfsubjectaccessreviews`, review('SelfSubjectAccessReview', spec))), post(`${authorization}/subjectaccessreviews`, review('SubjectAccessReview', { user: 'joe', ...spec })), post(`${authorization}/subjectaccessreviews`, review('SubjectAccessReview', spec)), post(`${authorization}/namespaces/diff/localsubjectaccessreviews`, review('LocalSubjectAccessReview', { user: 'joe', groups: ['system:masters'], ...spec }))]),
  post(`${authorization}/selfsubjectrulesreviews`, review('SelfSubjectRulesReview', {})), as('joe', post(`${authorization}/selfsubjectrulesreviews`, review('SelfSubjectRulesReview', { namespace: 'diff' }))), post(`${authorization}/localsubjectaccessreviews`, review('LocalSubjectAccessReview', {})), post(`${authorization}/namespaces/other/localsubjectaccessreviews`, review('LocalSubjectAccessReview', { user: 'x', resourceAttributes: { namespace: 'diff' } })),
  post(`${identity}/selfsubjectreviews`, review('SelfSubjectReview', {}), { differs: 'who the administrator is' }), as('joe', post(`${identity}/selfsubjectreviews`, review('SelfSubjectReview', {})), 'g'), post(`${identity}/tokenreviews`, review('TokenReview', {})), post(`${identity}/tokenreviews`, review('TokenReview', { token: 'x', audiences: ['a'] })), get(`${identity}/tokenreviews`), put(`${identity}/tokenreviews`, {}), del(`${authorization}/subjectaccessreviews`),
  ...[{}, { audiences: ['a'] }, { expirationSeconds: 600 }, { expirationSeconds: 599 }, { expirationSeconds: 4294967297 }, { boundObjectRef: {} }, { boundObjectRef: { kind: 'Pod', apiVersion: 'v1' } }, { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'absent' } }, { boundObjectRef: { kind: 'Secret', apiVersion: 'v1', name: 'absent', uid: 'x' } }, { boundObjectRef: { kind: 'Node', apiVersion: 'v1', name: 'absent' } }, { boundObjectRef: { kind: 'ConfigMap', apiVersion: 'v1', name: 'a' } }].map((spec) => post(`${tokens}?dryRun=All`, review('TokenRequest', spec))),
  post(tokens, {}), post(tokens, { kind: 'Foo', apiVersion: 'v1' }), get(tokens), put(tokens, {}), post(tokens.replace('default/token', 'absent/token'), review('TokenRequest', {})), post(tokens, review('TokenRequest', { foo: 1 })), post(`${tokens}?fieldValidation=Strict`, review('TokenRequest', { foo: 1 })),
]; // prettier-ignore

/** Methods, paths, and who asks. */
export const pathCases: Step[] = [
  ...paths.flatMap((path) => methods.map((method) => request(method, path))),
  ...oddPaths.map((path) => get(path)),
  ...reached.flatMap((path) => [anonymous(get(path)), as('joe', get(path)), as('joe', get(path), 'system:authenticated'), token(get(path), 'Bearer nope'), token(get(path), 'Basic eDp5'), token(get(path), 'Bearer'), token(get(path), 'nope')]),
  ...['POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'].flatMap((method) => [as('joe', request(method, maps)), as('joe', request(method, `${maps}/a`)), as('joe', request(method, '/healthz')), anonymous(request(method, `${maps}/a`))]),
  as('joe', get(`${maps}?watch=true`)), as('joe', get(`${maps}?fieldSelector=metadata.name%3Da`)), as('joe', get('/api/v1/watch/configmaps')), as('joe', get('/api/v1/namespaces/diff')), as('joe', get('/api/v1/namespaces')), as('joe', get('/apis/apiextensions.k8s.io/v1/customresourcedefinitions')), as('joe', patch('/api/v1/nodes/x/status', {})), as('joe', post('/api/v1/namespaces/diff/pods/x/eviction', {})), as('joe', get(`${maps}/a`, 'application/yaml')), as('joe', get(`${maps}/a`, 'application/vnd.kubernetes.protobuf')), as('jo\u00e9'.normalize(), get(maps)),
  request('GET', maps, { 'impersonate-group': 'g' }), request('GET', maps, { 'impersonate-uid': 'g' }), request('GET', maps, { 'impersonate-extra-a': 'g' }), request('GET', maps, { 'impersonate-user': '' }), as('system:serviceaccount:diff:default', get(maps)), as('system:serviceaccount:diff', get(maps)), as('system:anonymous', get(maps)), as('system:node:x', get('/api/v1/nodes'), 'system:nodes'), as('joe', { ...get(maps), headers: { 'impersonate-extra-scopes': 'x', 'impersonate-uid': 'u' } }),
  token({ ...get(maps), headers: { 'impersonate-user': 'x' } }, 'none'),
  ...reviews,
]; // prettier-ignore
