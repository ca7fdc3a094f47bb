import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAuthority, issueClient, issueServing } from '../certificates/key-pair.ts';
import type { Authorizer } from '../authorization/contract.ts';
import { listen, type Listener } from '../listen/listen.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';
import { openWebSocket, type Received, type TestWebSocket } from '../testing/web-socket-client.ts';
import { kubeletExtension } from './extension.ts';
import { startTestKubelet, type TestKubelet } from './testing/test-kubelet.ts';

const core = '/api/v1/namespaces/default/pods';
const log = { info: () => {}, warn: () => {}, error: () => {} };
const term = { now: Date.now(), days: 1 };
const authority = createAuthority('test', term);
const serving = issueServing({ commonName: 'server', dnsNames: [], ipAddresses: ['127.0.0.1'] }, term, authority);
const client = issueClient({ commonName: 'kube-apiserver-kubelet-client', organizations: [] }, term, authority);
let kubelet: TestKubelet;
let api: TestServer;
let listener: Listener;

beforeEach(async () => {
  kubelet = await startTestKubelet({ ...serving, clientAuthority: authority.certificate });
  const authorizer: Authorizer = ({ user, verb }) => ({
    decision: user.username === 'admin' || verb === 'get' ? 'allow' : 'no-opinion',
    reason: '',
  });
  api = await startTestServer({
    authorizer,
    extensions: [kubeletExtension],
    kubelet: { certificateAuthority: authority.certificate, client },
  });
  listener = await listen(
    (request) => api.server.handle({ ...request, user: { username: request.headers['x-user'] ?? 'admin', groups: [] } }),
    { host: '127.0.0.1', port: 0, serving, clientAuthorities: [authority.certificate], log },
  );
  await api.call('POST', '/api/v1/nodes', { body: { metadata: { name: 'n' } } });
  const addresses = [{ type: 'InternalIP', address: '127.0.0.1' }];
  const status = { addresses, daemonEndpoints: { kubeletEndpoint: { Port: kubelet.port } } };
  await api.call('PUT', '/api/v1/nodes/n/status', { body: { metadata: { name: 'n' }, status } });
  const containers = ['c', 'broken'].map((name) => ({ name, image: 'i' }));
  await api.call('POST', core, { body: { metadata: { name: 'p' }, spec: { nodeName: 'n', containers } } });
});

afterEach(async () => {
  await listener.close({ graceMilliseconds: 0 });
  await api.server.close();
  await kubelet.close();
});

const open = (path: string, protocol: string, headers: Record<string, string> = {}): Promise<TestWebSocket> =>
  openWebSocket(`${listener.url}${core}/p/${path}`, {
    ca: authority.certificate,
    headers: { 'sec-websocket-protocol': protocol, ...headers },
  });

/** What comes until the end, by channel. */
const channels = async (socket: TestWebSocket): Promise<Record<number, string>> => {
  const said: Record<number, string> = {};
  for (let frame = await socket.next(); frame && frame.opcode !== 8; frame = await socket.next()) {
    const [channel = 0] = frame.content;
    said[channel] = (said[channel] ?? '') + frame.content.subarray(1).toString();
  }
  return said;
};
const command = (...words: string[]): string => words.map((word) => `command=${encodeURIComponent(word)}`).join('&');
const exited = (code: number): string =>
  `{"metadata":{},"status":"Failure","message":"command terminated with non-zero exit code: command terminated with exit code ${code}","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"${code}"}]}}`;

test('v5: standard input until it is closed, output, errors and the exit code', async () => {
  const socket = await open(
    `exec?container=c&stdin=1&stdout=1&stderr=1&${command('sh', '-c', 'cat; echo bad >&2; exit 3')}`,
    'v5.channel.k8s.io',
  );
  expect(socket.status).toBe(101);
  socket.send(2, Buffer.from('\0one '));
  socket.send(2, Buffer.from('\0two'), { final: false });
  socket.send(0, Buffer.from(' three'));
  socket.send(2, Buffer.from([255, 0]));
  expect(await channels(socket)).toEqual({ 1: 'one two three', 2: 'bad\n', 3: exited(3) });
  expect(kubelet.requests[0]).toMatchObject({
    line: expect.stringMatching(/^POST \/exec\/default\/p\/c\?command=sh.*&error=1&input=1&output=1 SPDY\/3\.1$/),
    client: 'kube-apiserver-kubelet-client',
  });
});

test('v5: much output to a client that reads when it likes', async () => {
  const socket = await open(`exec?container=c&stdout=1&${command('head', '-c', '5000000', '/dev/zero')}`, 'v5.channel.k8s.io');
  const said = await channels(socket);
  expect([said[1]?.length, said[3]]).toEqual([5_000_000, '{"metadata":{},"status":"Success"}']);
});

test.each<[string, string]>([
  ['container=broken&stdout=1&command=true', 'unable to upgrade connection: container not found (\\"broken\\")'],
  ['container=c&stdout=1&command=/nonexistent', 'ENOENT'],
])('v5: %s fails on the channel for errors', async (query, message) => {
  expect((await channels(await open(`exec?${query}`, 'v5.channel.k8s.io')))[3]).toContain(message);
});

test('v5: a kubelet that breaks off is told, a client that does is gone', async () => {
  const first = await open(`exec?container=c&stdin=1&stdout=1&command=cat`, 'v5.channel.k8s.io');
  first.send(2, Buffer.from('\0x'));
  await first.next();
  expect((await first.next())?.content.toString()).toBe('\u0001x');
  kubelet.cut();
  expect((await channels(first))[3]).toContain('error reading from error stream');
  const second = await open(`exec?container=c&stdin=1&stdout=1&command=cat`, 'v5.channel.k8s.io');
  await second.next();
  second.raw(Buffer.alloc(100, 0xff));
  second.destroy();
  expect((await open(`exec?container=c&stdout=1&command=true`, 'v5.channel.k8s.io')).status).toBe(101);
});

test('v4 is passed on to the kubelet as it is, and so are its refusals', async () => {
  const socket = await open(`exec?container=c&stdout=1&${command('echo', 'hi')}`, 'v4.channel.k8s.io');
  expect(await channels(socket)).toEqual({ 1: 'hi\n', 3: '{"metadata":{},"status":"Success"}' });
  expect(kubelet.requests[0]?.headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'sec-websocket-protocol': 'v4.channel.k8s.io' });
  const refused = await open('exec?container=broken&stdout=1&command=true', 'v4.channel.k8s.io');
  expect([refused.status, await refused.rest()]).toEqual([404, expect.stringContaining('container not found')]);
});

test('SPDY is passed on, through a WebSocket too', async () => {
  const tunnel = await open('portforward?ports=80', 'SPDY/3.1+portforward.k8s.io');
  expect([tunnel.status, tunnel.head]).toEqual([101, expect.stringContaining('sec-websocket-protocol: SPDY/3.1+portforward.k8s.io')]);
  const ping = Buffer.from('8003000600000004000000ff', 'hex');
  tunnel.send(2, ping);
  expect((await tunnel.next()) satisfies Received | undefined).toEqual({ opcode: 2, content: ping });
  tunnel.destroy();
  const plain = await open('exec?container=c&stdout=1&command=true', '', {
    upgrade: 'SPDY/3.1',
    'x-stream-protocol-version': 'v4.channel.k8s.io',
  });
  expect([plain.status, plain.head]).toEqual([101, expect.stringMatching(/x-stream-protocol-version: v4\.channel\.k8s\.io/i)]);
  plain.destroy();
  expect(kubelet.requests.map(({ line }) => line)).toEqual([
    'POST /portForward/default/p?port=80 SPDY/3.1',
    'GET /exec/default/p/c?command=true&output=1 SPDY/3.1',
  ]);
});

test.each<[string, string, number, string]>([
  ['exec?stdout=1&command=true', 'admin', 400, 'a container name must be specified for pod p, choose one of: [c broken]'],
  ['exec?container=x&stdout=1&command=true', 'admin', 400, 'container x is not valid for pod p'],
  ['exec?container=c&stdout=1&command=true', 'reader', 403, 'pods \\"p\\" is forbidden: '],
])('%s by %s is %i', async (path, user, status, message) => {
  const socket = await open(path, 'v5.channel.k8s.io', { 'x-user': user });
  expect([socket.status, await socket.rest()]).toEqual([status, expect.stringContaining(message)]);
  expect(kubelet.requests).toEqual([]);
});

test('without an upgrade there is nothing to stream', async () => {
  const { status, body } = await api.call('POST', `${core}/p/exec?container=c&command=true`);
  expect([status, body['message']]).toEqual([400, 'Upgrade request required']);
});

test('a kubelet that is not who it must be is told nothing', async () => {
  const at = async (port: number): Promise<string> => {
    const status = { addresses: [{ type: 'Hostname', address: 'localhost' }], daemonEndpoints: { kubeletEndpoint: { Port: port } } };
    await api.call('PUT', '/api/v1/nodes/n/status', { body: { metadata: { name: 'n' }, status } });
    return (await open('exec?container=c&stdout=1&command=true', 'v4.channel.k8s.io')).rest();
  };
  // Its certificate is for another name.
  expect(await at(kubelet.port)).toContain('error dialing backend: ');
  expect(kubelet.requests).toEqual([]);
});

test('logs follow over HTTP and in messages', async () => {
  const socket = await open('log?container=c&follow=true', 'base64.binary.k8s.io');
  expect((await socket.next())?.content.length).toBe(0);
  let text = Buffer.from(String((await socket.next())?.content), 'base64').toString();
  kubelet.log('third');
  while (!text.includes('third')) text += Buffer.from(String((await socket.next())?.content), 'base64').toString();
  expect(text).toBe('first\nsecond\nthird\n');
  socket.destroy();
  const refused = await api.call('GET', `${core}/p/log?container=broken`);
  expect([refused.status, refused.body['message']]).toEqual([400, 'container "broken" is waiting to start']);
});

let backend: Server;
test('a proxy passes on any method, bodies of any size and redirects of its own', async () => {
  backend = createServer((request, response) => {
    if (request.url === '/moved') return void response.writeHead(302, { location: `http://${request.headers.host}/new?a=b` }).end();
    let size = 0;
    request.on('data', (chunk: Buffer) => (size += chunk.length));
    request.on('end', () =>
      response.end(`${request.method} ${size} ${request.headers['x-forwarded-uri']} ${request.headers['authorization']}`),
    );
  });
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  const annotations = { 'node.causeway.dev/kubelet-endpoint': `http://127.0.0.1:${(backend.address() as AddressInfo).port}` };
  await api.call('POST', '/api/v1/nodes', { body: { metadata: { name: 'web', annotations } } });
  const size = 5 * 2 ** 20;
  const { request } = await import('node:https');
  const send = (method: string, path: string, body?: Buffer): Promise<string> =>
    new Promise((resolve, reject) => {
      const url = `${listener.url}/api/v1/nodes/web/proxy/${path}`;
      const outgoing = request(url, { method, ca: authority.certificate, headers: { authorization: 'Bearer x' } }, (answer) => {
        let text = `${answer.statusCode} ${answer.headers.location ?? ''} `;
        answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
        answer.on('end', () => resolve(text));
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  expect(await send('POST', 'a', Buffer.alloc(size))).toBe(`200  POST ${size} /api/v1/nodes/web/proxy/a undefined`);
  expect(await send('OPTIONS', 'a')).toBe('200  OPTIONS 0 /api/v1/nodes/web/proxy/a undefined');
  expect(await send('HEAD', 'a')).toBe('200  ');
  expect(await send('GET', 'moved')).toMatch(/^302 \/api\/v1\/nodes\/web\/proxy\/new\?a=b /);
  backend.closeAllConnections();
  await new Promise<void>((resolve) => backend.close(() => resolve()));
});
