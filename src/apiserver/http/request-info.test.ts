import { expect, test } from 'vitest';
import { parseRequestInfo } from './request-info.ts';

const parse = (method: string, url: string) => {
  const [path = '', query = ''] = url.split('?');
  return parseRequestInfo(method, path, new URLSearchParams(query));
};

test.each([
  ['GET', '/api/v1/pods', { verb: 'list', group: '', version: 'v1', resource: 'pods', namespace: '' }],
  ['GET', '/api/v1/namespaces/a/pods', { verb: 'list', resource: 'pods', namespace: 'a', name: '' }],
  ['GET', '/api/v1/namespaces/a/pods?watch=true', { verb: 'watch', resource: 'pods' }],
  ['GET', '/api/v1/namespaces/a/pods?watch=0', { verb: 'list' }],
  ['GET', '/api/v1/watch/namespaces/a/pods', { verb: 'watch', resource: 'pods', namespace: 'a' }],
  ['GET', '/api/v1/namespaces/a/pods/p/log', { verb: 'get', name: 'p', subresource: 'log' }],
  ['GET', '/api/v1/namespaces/a', { verb: 'get', resource: 'namespaces', name: 'a', namespace: 'a' }],
  ['PUT', '/api/v1/namespaces/a/finalize', { verb: 'update', resource: 'namespaces', name: 'a', subresource: 'finalize' }],
  ['DELETE', '/apis/apps/v1/namespaces/a/deployments', { verb: 'deletecollection', group: 'apps' }],
  ['PATCH', '/apis/apps/v1/namespaces/a/deployments/d', { verb: 'patch', name: 'd' }],
  ['GET', '/apis/rbac.authorization.k8s.io/v1/clusterroles/system:node', { name: 'system:node' }],
  ['GET', '/api/v1/nodes/n/proxy/stats/summary', { subresource: 'proxy', rest: 'stats/summary' }],
])('%s %s', (method, url, expected) => {
  expect(parse(method, url)).toMatchObject({ isResource: true, ...expected });
});

test.each(['/', '/healthz', '/api', '/api/v1', '/apis', '/apis/apps', '/apis/apps/v1', '/openapi/v3/api/v1'])(
  '%s is no resource',
  (path) => {
    expect(parse('GET', path)).toMatchObject({ isResource: false, verb: 'get' });
  },
);
