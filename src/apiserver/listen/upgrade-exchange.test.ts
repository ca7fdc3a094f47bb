import type { IncomingMessage } from 'node:http';
import { connect } from 'node:http2';
import { get } from 'node:https';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAuthority, issueServing } from '../certificates/key-pair.ts';
import { clientFrame, openWebSocket, type TestWebSocket } from '../testing/web-socket-client.ts';
import { configMap, startTestServer, type TestServer } from '../testing/test-server.ts';
import { listen, type Listener } from './listen.ts';

const path = '/api/v1/namespaces/default/configmaps';
const log = { info: () => {}, warn: () => {}, error: () => {} };
const term = { now: Date.now(), days: 1 };
const authority = createAuthority('test', term);
const serving = issueServing({ commonName: 'server', dnsNames: ['localhost'], ipAddresses: ['127.0.0.1'] }, term, authority);
let api: TestServer;
let listener: Listener;

beforeEach(async () => {
  api = await startTestServer();
  listener = await listen((request) => api.server.handle({ ...request, user: { username: 'admin', groups: [] } }), {
    host: '127.0.0.1',
    port: 0,
    serving,
    clientAuthorities: [authority.certificate],
    log,
  });
  await api.call('POST', path, { body: configMap('a') });
});

afterEach(async () => {
  await listener.close({ graceMilliseconds: 0 });
  await api.server.close();
});

const open = (query: string, headers: Record<string, string> = {}): Promise<TestWebSocket> =>
  openWebSocket(`${listener.url}${path}${query}`, { ca: authority.certificate, headers: { origin: 'https://x', ...headers } });
const watch = (headers?: Record<string, string>) => open('?watch=1&resourceVersion=0', headers);

test('a watch over a WebSocket: a message of text for each event', async () => {
  const socket = await watch({ 'sec-websocket-protocol': 'binary.k8s.io' });
  expect(socket.status).toBe(101);
  expect(socket.head.toLowerCase()).toContain('sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=');
  expect(socket.head).toContain('sec-websocket-protocol: binary.k8s.io');
  const first = await socket.next();
  expect(first?.opcode).toBe(1);
  expect(first?.content.toString()).toMatch(/^\{"type":"ADDED".*\}\n$/);
  await api.call('POST', path, { body: configMap('b') });
  await api.call('POST', path, { body: configMap('c') });
  const names = [];
  for (let i = 0; i < 2; i += 1) names.push(JSON.parse(String((await socket.next())?.content)).object.metadata.name);
  expect(names).toEqual(['b', 'c']);
  socket.destroy();
});

test('a watch that is over says good-bye', async () => {
  const socket = await open('?watch=1&resourceVersion=0&timeoutSeconds=1');
  expect((await socket.next())?.opcode).toBe(1);
  expect(await socket.next()).toEqual({ opcode: 8, content: Buffer.from([3, 232]) });
  expect(await socket.next()).toBeUndefined();
});

test('protobuf comes in binary messages, without the length that HTTP needs', async () => {
  const socket = await watch({ accept: 'application/vnd.kubernetes.protobuf' });
  const first = await socket.next();
  expect([first?.opcode, first?.content.subarray(0, 7)]).toEqual([2, Buffer.from('\n\u0005ADDED')]);
  socket.destroy();
});

test('a ping is answered, a good-bye returned, and what else the client says is not heard', async () => {
  const socket = await watch();
  await socket.next();
  socket.send(1, 'x'.repeat(70_000));
  socket.send(9, 'hi');
  expect(await socket.next()).toEqual({ opcode: 10, content: Buffer.from('hi') });
  socket.send(8, Buffer.from([3, 232]));
  expect(await socket.next()).toEqual({ opcode: 8, content: Buffer.from([3, 232]) });
  expect(await socket.next()).toBeUndefined();
});

test.each<[string, Record<string, string>, number, string]>([
  ['does not say where it comes from', { origin: '' }, 403, ''],
  ['has no key', { 'sec-websocket-key': '' }, 400, 'mismatch challenge/response'],
  ['speaks an older version', { 'sec-websocket-version': '8' }, 400, 'missing or bad WebSocket Version'],
  ['offers two protocols', { 'sec-websocket-protocol': 'binary.k8s.io, base64.binary.k8s.io' }, 400, ''],
])('a client that %s is refused', async (_, headers, status, message) => {
  const socket = await watch(headers);
  expect([socket.status, await socket.rest()]).toEqual([status, message]);
});

test('what is no watch is answered as always, and the connection closed', async () => {
  const list = await open('');
  expect([list.status, JSON.parse(await list.rest()).kind]).toEqual([200, 'ConfigMapList']);
  const body = JSON.stringify(configMap('posted'));
  const post = openWebSocket(`${listener.url}${path}`, {
    ca: authority.certificate,
    method: 'POST',
    headers: { 'content-length': String(body.length), origin: body.length > 0 ? `https://x\r\n\r\n${body}` : '' },
  });
  expect((await post).status).toBe(201);
  const tunnel = await openWebSocket(listener.url, { ca: authority.certificate, method: 'CONNECT' });
  expect([tunnel.status, await tunnel.rest()]).toEqual([404, '404 page not found\n']);
});

test('garbage, floods of pings and sudden ends harm nobody', async () => {
  for (const bytes of [Buffer.alloc(100_000, 0xff), Buffer.from('GET / HTTP/1.1\r\n\r\n'), clientFrame(3, Buffer.alloc(5))]) {
    const socket = await watch();
    await socket.next();
    socket.raw(bytes);
    expect((await socket.next())?.content).toEqual(Buffer.from([3, 234]));
  }
  const sudden = await watch();
  sudden.raw(Buffer.concat(Array.from({ length: 20_000 }, () => clientFrame(9, Buffer.alloc(100)))));
  sudden.destroy();
  const half = await watch();
  half.raw(clientFrame(2, Buffer.alloc(1000)).subarray(0, 500));
  half.destroy();
  expect((await (await watch()).next())?.opcode).toBe(1);
});

test('watches end in good order with the server, before connections are closed', async () => {
  const socket = await watch();
  await socket.next();
  const plain = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${listener.url}${path}?watch=1&resourceVersion=0`, { ca: authority.certificate, agent: false }, resolve).on('error', reject);
  });
  const session = connect(listener.url, { ca: authority.certificate });
  const stream = session.request({ ':path': `${path}?watch=1&resourceVersion=0` });
  await new Promise((resolve) => stream.once('data', resolve));
  const ended = new Promise<void>((resolve, reject) => stream.on('error', reject).on('end', resolve));
  const closed = listener.close({ graceMilliseconds: 60_000 });
  api.server.drain();
  expect((await socket.next())?.opcode).toBe(8);
  // In good order: an answer that breaks off is an error of its own.
  for await (const chunk of plain) expect(String(chunk)).toContain('ADDED');
  await ended;
  await closed;
  const late = await api.call('GET', path);
  expect([late.status, late.headers['retry-after']]).toEqual([503, '5']);
});
