import { connect, type ClientHttp2Session } from 'node:http2';
import { request } from 'node:https';
import { connect as tlsConnect } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAuthority, issueClient, issueServing } from '../certificates/key-pair.ts';
import type { ApiHandler } from '../http/exchange.ts';
import { configMap, startTestServer, type TestServer } from '../testing/test-server.ts';
import { listen, type Listener } from './listen.ts';

const path = '/api/v1/namespaces/default/configmaps';
const log = { info: () => {}, warn: () => {}, error: () => {} };
const term = { now: Date.now(), days: 1 };
const authority = createAuthority('test', term);
const serving = issueServing({ commonName: 'server', dnsNames: ['localhost'], ipAddresses: ['127.0.0.1'] }, term, authority);
const client = issueClient({ commonName: 'jane', organizations: ['readers'] }, term, authority);
const seen: string[] = [];
let api: TestServer;
let listener: Listener;
let session: ClientHttp2Session;

beforeEach(async () => {
  api = await startTestServer();
  const handle: ApiHandler = (incoming) => {
    seen.push(incoming.certificate?.commonName ?? '');
    return api.server.handle({ ...incoming, user: { username: 'admin', groups: [] } });
  };
  listener = await listen(handle, { host: '127.0.0.1', port: 0, serving, clientAuthorities: [authority.certificate], log });
  session = connect(listener.url, { ca: authority.certificate });
});

afterEach(async () => {
  session.close();
  await listener.close({ graceMilliseconds: 0 });
  await api.server.close();
});

const http2 = (headers: Record<string, string>, body?: string): Promise<{ status: number; body: string }> =>
  new Promise((resolve, reject) => {
    const stream = session.request(headers);
    let status = 0;
    let text = '';
    stream.on('response', (answer) => (status = Number(answer[':status'])));
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    stream.on('end', () => resolve({ status, body: text }));
    stream.on('error', reject);
    stream.end(body);
  });

const http1 = (method: string, url: string, body?: string): Promise<{ status: number; body: string }> =>
  new Promise((resolve, reject) => {
    const outgoing = request(
      new URL(url, listener.url),
      { method, ca: authority.certificate, headers: body === undefined ? {} : { 'content-length': Buffer.byteLength(body) } },
      (answer) => {
        let text = '';
        answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: text }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });

test('HTTP/2 and HTTP/1.1 serve the same on one port', async () => {
  const body = JSON.stringify(configMap('a', { x: '1' }));
  expect((await http2({ ':method': 'POST', ':path': path }, body)).status).toBe(201);
  const [two, one] = [await http2({ ':path': `${path}/a` }), await http1('GET', `${path}/a`)];
  expect(one).toEqual(two);
});

test('the subject of a verified client certificate reaches the handler, none is no failure', async () => {
  const own = connect(listener.url, { ca: authority.certificate, cert: client.certificate, key: client.key });
  await new Promise<void>((resolve) => {
    const stream = own.request({ ':path': path });
    stream.resume();
    stream.on('end', () => resolve());
  });
  own.close();
  expect(seen.at(-1)).toBe('jane');
  await http1('GET', path);
  expect(seen.at(-1)).toBe('');
});

test('a body over the limit is 413, and the server goes on', async () => {
  const huge = JSON.stringify(configMap('big', { x: 'y'.repeat(3 * 2 ** 20) }));
  expect((await http2({ ':method': 'POST', ':path': path }, huge)).status).toBe(413);
  expect((await http2({ ':path': path })).status).toBe(200);
});

test('a watch streams over the wire and ends with its client', async () => {
  const stream = session.request({ ':path': `${path}?watch=1&resourceVersion=0` });
  const line = new Promise<string>((resolve) => stream.once('data', (chunk: Buffer) => resolve(chunk.toString())));
  await new Promise((resolve) => stream.once('response', resolve));
  await api.call('POST', path, { body: configMap('a') });
  expect(JSON.parse(await line)).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'a' } } });
  stream.close();
});

test('many streams opened and reset at once do no harm', async () => {
  for (let i = 0; i < 200; i += 1) {
    const stream = session.request({ ':path': path });
    stream.on('error', () => {});
    stream.close(8);
  }
  expect((await http1('GET', path)).status).toBe(200);
});

test('over HTTP/1.1 whoever sends far too much gets to read the answer', async () => {
  const body = JSON.stringify(configMap('big', { text: 'x'.repeat(16 * 2 ** 20) }));
  for (let i = 0; i < 5; i++) expect((await http1('POST', path, body)).status).toBe(413);
});

test.each(['HTTP/2', 'HTTP/1.1'])('a body of any size is handed over in pieces: %s', async (version) => {
  const piped = await listen(
    async ({ pieces }) => {
      let bytes = 0;
      for await (const piece of pieces?.() ?? []) bytes += piece.length;
      return { status: 200, headers: {}, body: Buffer.from(String(bytes)) };
    },
    { host: '127.0.0.1', port: 0, serving, clientAuthorities: [authority.certificate], log },
  );
  const body = 'x'.repeat(8 * 2 ** 20);
  if (version === 'HTTP/2') {
    const own = connect(piped.url, { ca: authority.certificate });
    const stream = own.request({ ':method': 'POST', ':path': '/' });
    stream.end(body);
    let text = '';
    for await (const chunk of stream) text += String(chunk);
    expect(text).toBe(String(body.length));
    own.close();
  } else {
    const text = await new Promise<string>((resolve, reject) => {
      const outgoing = request(piped.url, { method: 'POST', ca: authority.certificate, agent: false }, (answer) => {
        answer.on('data', (chunk: Buffer) => resolve(chunk.toString()));
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
    expect(text).toBe(String(body.length));
  }
  await piped.close({ graceMilliseconds: 0 });
});

/** What the server says to these very bytes. */
const raw = (bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = tlsConnect({ port: listener.port, host: '127.0.0.1', ca: authority.certificate }, () => socket.end(bytes));
    let said = '';
    socket.on('data', (chunk: Buffer) => (said += chunk.toString()));
    socket.on('end', () => resolve(said)).on('error', reject);
  });

test('of two hosts nobody knows which; OPTIONS * is about the server itself', async () => {
  expect(await raw('GET /version HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [^]*\r\n\r\n400 Bad Request$/);
  expect(await raw('OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 [^]*\r\n\r\n$/);
});
