import { createServer as createHttpServer } from 'node:http';
import { constants, createSecureServer } from 'node:http2';
import type { Http2SecureServer, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { connect } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createAuthority, issueServing } from '../../apiserver/certificates/key-pair.ts';
import { createHttpTransport } from './http-transport.ts';
import type { HttpTransportOptions } from './options.ts';

const term = { now: Date.now(), days: 1 };
const authority = createAuthority('test', term);
const serving = issueServing({ commonName: 'server', dnsNames: ['localhost'], ipAddresses: ['127.0.0.1'] }, term, authority);
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const listening = async <S extends Server>(server: S): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => void server.close());
  return (server.address() as AddressInfo).port;
};
const tls = () => ({ cert: serving.certificate, key: serving.key });

/** An HTTP/2 server; `answer` sees each stream with its session. Every session is closed in the end. */
const http2Server = async (answer: (stream: ServerHttp2Stream, session: ServerHttp2Session, path: string) => void): Promise<number> => {
  const server: Http2SecureServer = createSecureServer(tls());
  server.on('session', (session) => {
    session.on('error', () => {});
    session.on('stream', (stream, headers) => {
      stream.on('error', () => {});
      answer(stream, session, String(headers[':path']));
    });
    closers.push(() => session.destroy());
  });
  return listening(server as unknown as Server) as Promise<number>;
};
const transportTo = (port: number, options: Partial<HttpTransportOptions> = {}) => {
  const transport = createHttpTransport({
    server: `https://127.0.0.1:${port}`,
    certificateAuthority: authority.certificate,
    ...options,
  });
  closers.push(() => transport.close());
  return {
    ...transport,
    get: async (path: string, headers: Record<string, string> = {}): Promise<string> => {
      const { status, body } = await transport.request({ method: 'GET', path, headers });
      return `${status} ${Buffer.from(body).toString()}`;
    },
  };
};
const answerOk = (stream: ServerHttp2Stream, text: string): void => {
  stream.respond({ ':status': 200 });
  stream.end(text);
};

test('HTTP/2 where the server speaks it, on one connection', async () => {
  const sessions = new Set<ServerHttp2Session>();
  const port = await http2Server((stream, session, path) => {
    sessions.add(session);
    answerOk(stream, `h2 ${path}`);
  });
  const client = transportTo(port);
  expect(await Promise.all([client.get('/a'), client.get('/b')])).toEqual(['200 h2 /a', '200 h2 /b']);
  expect(sessions.size).toBe(1);
});

test('HTTP/1.1 where it does not, bodies included', async () => {
  const port = await listening(
    createHttpsServer(tls(), (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => response.end(`${request.httpVersion} ${request.method} ${Buffer.concat(chunks).toString()}`));
    }),
  );
  const client = transportTo(port);
  expect(await client.get('/')).toBe('200 1.1 GET ');
  const { body } = await client.request({ method: 'POST', path: '/', headers: {}, body: 'hello' });
  expect(Buffer.from(body).toString()).toBe('1.1 POST hello');
});

test('a stream that the server refused unprocessed is sent again', async () => {
  let refusals = 1;
  const port = await http2Server((stream) => {
    if (refusals-- > 0) stream.close(constants.NGHTTP2_REFUSED_STREAM);
    else answerOk(stream, 'served');
  });
  expect(await transportTo(port).get('/')).toBe('200 served');
});

test('after GOAWAY open streams end in peace and new requests take a new connection', async () => {
  const sessions: ServerHttp2Session[] = [];
  let held: ServerHttp2Stream | undefined;
  const port = await http2Server((stream, session, path) => {
    if (!sessions.includes(session)) sessions.push(session);
    if (path !== '/watch') return answerOk(stream, `session ${sessions.indexOf(session)}`);
    stream.respond({ ':status': 200 });
    stream.write('first ');
    held = stream;
  });
  const client = transportTo(port);
  const watch = await client.stream({ method: 'GET', path: '/watch', headers: {} });
  sessions[0]?.goaway(constants.NGHTTP2_NO_ERROR);
  await expect.poll(() => client.get('/')).toBe('200 session 1');
  held?.end('last');
  const seen: Uint8Array[] = [];
  for await (const chunk of watch.chunks) seen.push(chunk);
  expect(Buffer.concat(seen).toString()).toBe('first last');
});

test('a token that has expired is asked for again once', async () => {
  const tokens = ['old', 'new', 'newer'];
  const seen: string[] = [];
  const server = createSecureServer(tls());
  server.on('session', (session) => closers.push(() => session.destroy()));
  server.on('stream', (stream, headers) => {
    seen.push(String(headers['authorization']));
    stream.respond({ ':status': headers['authorization'] === 'Bearer new' ? 200 : 401 });
    stream.end('done');
  });
  const credentials = { get: () => Promise.resolve({ token: tokens[0] ?? '' }), invalidate: () => void tokens.shift() };
  const client = transportTo(await listening(server as unknown as Server), { credentials });
  expect(await client.get('/')).toBe('200 done');
  expect(seen).toEqual(['Bearer old', 'Bearer new']);
});

test('a proxy is asked to connect, with its user; a refusal names it', async () => {
  const port = await http2Server((stream) => answerOk(stream, 'behind'));
  const asked: string[] = [];
  const proxy = createHttpServer();
  proxy.on('connect', (request, socket) => {
    asked.push(`${request.url ?? ''} ${request.headers['proxy-authorization'] ?? ''}`);
    if (!request.headers['proxy-authorization']) return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    const upstream = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(upstream).pipe(socket);
    });
    socket.on('error', () => upstream.destroy());
    upstream.on('error', () => socket.destroy());
  });
  const proxyPort = await listening(proxy);
  const basic = `Basic ${Buffer.from('me:p w').toString('base64')}`;
  expect(await transportTo(port, { proxyUrl: `http://me:p%20w@127.0.0.1:${proxyPort}` }).get('/')).toBe('200 behind');
  expect(asked).toEqual([`127.0.0.1:${port} ${basic}`]);
  await expect(transportTo(port, { proxyUrl: `http://127.0.0.1:${proxyPort}` }).get('/')).rejects.toThrow(
    `proxy 127.0.0.1:${proxyPort}: CONNECT 127.0.0.1:${port} answered 407`,
  );
});

test('a tunnel carries the connection instead of TCP', async () => {
  const port = await http2Server((stream) => answerOk(stream, 'through'));
  let opened = 0;
  const client = transportTo(1, {
    connect: () => {
      opened += 1;
      return Promise.resolve(connect(port, '127.0.0.1'));
    },
  });
  expect(await client.get('/')).toBe('200 through');
  expect(opened).toBe(1);
});

test('a server with another certificate is not talked to', async () => {
  const port = await http2Server((stream) => answerOk(stream, 'never'));
  const client = createHttpTransport({ server: `https://127.0.0.1:${port}` });
  closers.push(() => client.close());
  await expect(client.request({ method: 'GET', path: '/', headers: {} })).rejects.toThrow(`connect to 127.0.0.1:${port}: `);
});
