import { createServer, type Server } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { type Agent, request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuthority, issueServing } from '../certificates/key-pair.ts';
import { listen, type Listener } from '../listen/listen.ts';
import { passRequest } from './pass-request.ts';

const term = { now: Date.now(), days: 1 };
const authority = createAuthority('test', term);
const serving = issueServing({ commonName: 'server', ipAddresses: ['127.0.0.1'] }, term, authority);
let backend: Server;
let front: Listener;

/** Says a checksum after the body, as it announced. */
beforeAll(async () => {
  backend = createServer((request, response) => {
    const hasBody = request.url === '/text';
    response.writeHead(200, { trailer: 'Checksum, Connection' });
    if (hasBody) response.write('some text');
    response.addTrailers({ checksum: 'abc', connection: 'x' });
    response.end();
  });
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  const target = (path: string): URL => new URL(path, `http://127.0.0.1:${(backend.address() as AddressInfo).port}`);
  front = await listen((request) => passRequest(request, { backend: { target: target(request.url) }, prefix: '' }), {
    host: '127.0.0.1',
    port: 0,
    serving,
    clientAuthorities: [authority.certificate],
    log: { info: () => {}, warn: () => {}, error: () => {} },
  });
});
afterAll(async () => {
  await front.close({ graceMilliseconds: 0 });
  backend.closeAllConnections();
  backend.close();
});

interface Heard {
  readonly announced: unknown;
  readonly body: string;
  readonly trailers: object;
}

const overHttp1 = (path: string): Promise<Heard> =>
  new Promise((resolve, reject) => {
    const asked = httpsRequest(new URL(path, front.url), { ca: authority.certificate, agent: false as unknown as Agent }, (answer) => {
      let body = '';
      answer.on('data', (chunk: Buffer) => (body += chunk.toString()));
      answer.on('end', () => resolve({ announced: answer.headers['trailer'], body, trailers: { ...answer.trailers } }));
    });
    asked.on('error', reject).end();
  });

const overHttp2 = async (path: string): Promise<Heard> => {
  const session = connectHttp2(front.url, { ca: authority.certificate });
  try {
    return await new Promise((resolve, reject) => {
      const stream = session.request({ ':path': path });
      const heard = { announced: undefined as unknown, body: '', trailers: {} };
      stream.on('response', (headers) => (heard.announced = headers['trailer']));
      stream.on('trailers', (trailers) => (heard.trailers = { ...trailers }));
      stream.on('data', (chunk: Buffer) => (heard.body += chunk.toString()));
      stream.on('end', () => resolve(heard)).on('error', reject);
      stream.end();
    });
  } finally {
    session.close();
  }
};

test.each([
  ['HTTP/1.1', '/text', overHttp1],
  ['HTTP/2', '/text', overHttp2],
  ['HTTP/1.1', '/nothing', overHttp1],
  ['HTTP/2', '/nothing', overHttp2],
])('over %s %s arrives with its trailers, without those of the connection', async (_, path, ask) => {
  expect(await ask(path)).toMatchObject({
    announced: 'Checksum, Connection',
    body: path === '/text' ? 'some text' : '',
    trailers: { checksum: 'abc' },
  });
  expect((await ask(path)).trailers).not.toHaveProperty('connection');
});

test('who speaks HTTP/1.0 is told none', async () => {
  const raw = (head: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connectTls({ port: front.port, host: '127.0.0.1', ca: authority.certificate }, () => socket.write(head));
      let said = '';
      socket.on('data', (chunk: Buffer) => (said += chunk.toString()));
      socket.on('end', () => resolve(said)).on('error', reject);
    });
  expect(await raw('GET /text HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.\d 200 [^]*\r\n\r\nsome text$/);
});
