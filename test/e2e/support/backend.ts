import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Socket } from 'node:net';
import { createAuthority, issueServing } from '../../../src/apiserver/certificates/key-pair.ts';

/** Answers one request as it likes. `body` is what was asked, as JSON says it; undefined without a body. */
export type Reply = (response: ServerResponse, asked: { readonly url: string; readonly body: unknown }) => void;

/** A webhook, or an aggregated API server, over TLS. */
export interface Backend {
  readonly port: number;
  /** Base64, as caBundle wants it. */
  readonly caBundle: string;
  /** From now on; those that still wait are cut off. */
  reply(next: Reply): void;
  close(): void;
}

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return chunks.length === 0 ? undefined : (JSON.parse(Buffer.concat(chunks).toString()) as unknown);
};

/** Listens on a free port; its certificate is for localhost and for `names`. */
export const startBackend = async (names: readonly string[] = []): Promise<Backend> => {
  const term = { now: Date.now(), days: 1 };
  const authority = createAuthority('backends', term);
  const { certificate, key } = issueServing({ commonName: 'backend', dnsNames: ['localhost', ...names] }, term, authority);
  const sockets = new Set<Socket>();
  let current: Reply = (response) => void response.end();
  const server = createServer({ cert: certificate, key }, (request, response) => {
    response.on('error', () => {});
    bodyOf(request).then(
      (body) => current(response, { url: request.url ?? '', body }),
      () => response.destroy(),
    );
  });
  server.on('secureConnection', (socket: Socket) => {
    socket.on('error', () => {});
    sockets.add(socket.once('close', () => sockets.delete(socket)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    caBundle: Buffer.from(authority.certificate).toString('base64'),
    reply(next) {
      cut();
      current = next;
    },
    close() {
      cut();
      server.close();
    },
  };
};

const says =
  (text: string | Buffer, status = 200): Reply =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(text);

/** Answers that are none, whatever was asked. */
export const badReplies: readonly [string, Reply][] = [
  ['no answer', () => {}],
  ['nothing', says('')],
  ['null', says('null')],
  ['a list', says('[]')],
  ['a number', says('7')],
  ['an empty object', says('{}')],
  ['half of an object', says('{"response": {"uid"')],
  ['no JSON', says('<html>')],
  ['an object 100,000 deep', says('{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000))],
  ['a list of a million lists', says(`[${'[],'.repeat(1_000_000)}[]]`)],
  ['an error without end', (response) => pour(response, 500)],
  ['an answer without end', (response) => pour(response, 200)],
  [
    'a byte now and then',
    (response) => {
      const timer = setInterval(() => response.write(' '), 100);
      response.on('close', () => clearInterval(timer));
    },
  ],
  ['a broken connection', (response) => void response.destroy()],
  ['half an answer', (response) => void response.write('{"response":', () => response.destroy())],
  ['a header of 100 KiB', (response) => void response.setHeader('x-large', 'x'.repeat(100_000)).end('{}')],
  ['another protocol', (response) => void response.socket?.end('SSH-2.0-x\r\n')],
  ['a switch of protocols', (response) => void response.writeHead(101, { connection: 'upgrade', upgrade: 'x' }).end()],
  ['no content', says('', 204)],
  ['a redirect to itself', (response) => void response.writeHead(302, { location: '/' }).end()],
  ['status 599', says('{}', 599)],
  ['status 999', says('{}', 999)],
  ['a wrong encoding', (response) => void response.setHeader('content-encoding', 'gzip').end('{}')],
];

const pour = (response: ServerResponse, status: number): void => {
  response.writeHead(status);
  const block = Buffer.alloc(65_536, ' ');
  const more = (): void => {
    while (!response.destroyed && response.write(block));
  };
  response.on('drain', more);
  more();
};
