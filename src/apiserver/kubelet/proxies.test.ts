import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../testing/test-server.ts';
import { kubeletExtension } from './extension.ts';
import { mayProxyTo, parseProxyName } from './proxy-target.ts';

const core = '/api/v1/namespaces/default';
let api: TestServer;

beforeEach(async () => {
  api = await startTestServer({ extensions: [kubeletExtension] });
});

test.each<[string, unknown]>([
  ['a', { scheme: '', name: 'a', port: '' }],
  ['a:80', { scheme: '', name: 'a', port: '80' }],
  ['https:a:web', { scheme: 'https', name: 'a', port: 'web' }],
  ['http:a:', { scheme: 'http', name: 'a', port: '' }],
  ['ftp:a:80', undefined],
  [':80', undefined],
  ['a:b:c:d', undefined],
])('%s names what is proxied to', (id, parsed) => {
  expect(parseProxyName(id)).toEqual(parsed);
});

test.each([
  ['10.0.0.1', true],
  ['2001:db8::1', true],
  ['127.0.0.1', false],
  ['169.254.169.254', false],
  ['::1', false],
  ['', false],
  ['localhost', false],
])('requests are sent to %s: %s', (address, may) => {
  expect(mayProxyTo(address)).toBe(may);
});

test.each<[string, number, string]>([
  ['services/absent/proxy/', 404, 'services "absent" not found'],
  ['services/ftp:web:80/proxy/', 400, 'invalid service request "ftp:web:80"'],
  ['services/web:82/proxy/', 503, 'no service port 82 found for service "web"'],
  ['services/web/proxy/', 503, 'no endpoints available for service "web"'],
  ['services/web:80/proxy/', 503, 'no endpoints available for service "web:80"'],
  ['pods/absent/proxy/', 404, 'pods "absent" not found'],
  ['pods/idle:80/proxy/', 400, 'address not allowed'],
  ['pods/a:b:c:d/proxy/', 400, 'invalid pod request "a:b:c:d"'],
])('GET %s', async (path, code, message) => {
  const ports = [{ name: 'http', port: 80 }];
  await api.call('POST', `${core}/services`, { body: { metadata: { name: 'web' }, spec: { ports } } });
  const subsets = path.includes('web:80') ? [{ addresses: [{ ip: '10.0.0.1' }], ports }] : [];
  await api.call('POST', `${core}/endpoints`, { body: { metadata: { name: 'web' }, subsets } });
  await api.call('POST', `${core}/pods`, { body: { metadata: { name: 'idle' }, spec: { containers: [{ name: 'c', image: 'i' }] } } });
  const answer = await api.call('GET', `${core}/${path}`);
  expect([answer.status, answer.body['message']]).toEqual([code, message]);
});

const backend = createServer((request, response) => response.end(`${request.method} ${request.url}`));
afterEach(
  () =>
    new Promise<void>((resolve) => {
      backend.closeAllConnections();
      if (backend.listening) backend.close(() => resolve());
      else resolve();
    }),
);

test('a path is passed on as it is, and a missing one is looked for one level below', async () => {
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  const annotations = { 'node.causeway.dev/kubelet-endpoint': `http://127.0.0.1:${(backend.address() as AddressInfo).port}` };
  await api.call('POST', '/api/v1/nodes', { body: { metadata: { name: 'n', annotations } } });
  const bare = await api.call('GET', '/api/v1/nodes/n/proxy?x=y');
  expect([bare.status, bare.headers['location']]).toEqual([301, '/api/v1/nodes/n/proxy/?x=y']);
  const response = await api.server.handle({
    method: 'GET',
    url: '/api/v1/nodes/https:n:10250/proxy/a%20b/c?x=y',
    headers: {},
    body: () => Promise.resolve(new Uint8Array()),
    signal: new AbortController().signal,
    user: { username: 'admin', groups: [] },
    remoteAddress: '',
  });
  const chunks: Uint8Array[] = [];
  if (typeof response.body === 'function')
    await response.body({ write: (chunk) => chunks.push(chunk) > 0, drained: () => Promise.resolve(), end: () => {}, buffered: 0 });
  expect(Buffer.concat(chunks).toString()).toBe('GET /a%20b/c?x=y');
});
