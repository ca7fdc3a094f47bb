import { expect, test } from 'vitest';
import { startTestServer } from '../testing/test-server.ts';
import { discoveryExtension } from './extension.ts';
import { createRemoteGroups } from './remote-groups.ts';

const server = await startTestServer({ extensions: [discoveryExtension(createRemoteGroups())] });

test.each<[string, string, number]>([
  ['GET', '/api/v1//', 200],
  ['GET', '/apis/apps//', 200],
  ['GET', '/apis//', 404],
  ['GET', '/%61pis/apps', 200],
  ['GET', '/apis/%zz', 400],
  ['HEAD', '/api', 405],
  ['HEAD', '/apis', 200],
  ['OPTIONS', '/apis/apps', 200],
  ['POST', '/apis', 200],
  ['POST', '/apis/apps/v1', 405],
  ['HEAD', '/version', 405],
  ['POST', '/api/v2', 404],
  ['POST', '/api/v1/watch/namespaces', 405],
  ['DELETE', '/api/v1/watch/namespaces/default', 405],
])('%s %s', async (method, path, code) => {
  expect((await server.call(method, path)).status).toBe(code);
});

test.each<[string, number]>([
  ['*', 200],
  ['application/json;stream=watch', 200],
  ['application/json;stream=foo', 406],
])('a group is asked for as %s', async (accept, code) => {
  expect((await server.call('GET', '/apis/apps', { headers: { accept } })).status).toBe(code);
});
