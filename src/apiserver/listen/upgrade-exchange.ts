import { type IncomingMessage, STATUS_CODES } from 'node:http';
import { Readable, type Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { badRequest } from '../../apimachinery/errors/api-errors.ts';
import { destroySoon } from '../http/destroy-soon.ts';
import { type ApiResponse, sizeOf } from '../http/exchange.ts';
import { type Http1Options, requestOf } from './http1-exchange.ts';
import { sinkOf, writeBody } from './write-response.ts';

/** The head of an answer as HTTP/1.1 writes it. */
const headOf = ({ status, headers }: ApiResponse): string => {
  const lines = Object.entries(headers).flatMap(([name, value]) => [value].flat().map((each) => `${name}: ${each}\r\n`));
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n`;
};

/** So many bytes of a connection that is no longer read as HTTP. */
const firstBytes = (connection: Duplex, length: number): Readable => {
  let left = length;
  const take = (chunk: Buffer): void => {
    const some = chunk.subarray(0, left);
    left -= some.length;
    if (!body.push(some)) connection.pause();
    if (left > 0) return;
    connection.off('data', take).pause();
    if (some.length < chunk.length) connection.unshift(chunk.subarray(some.length));
    body.push(null);
  };
  let begun = false;
  const body: Readable = new Readable({
    read: () => {
      if (left === 0) return void body.push(null);
      if (!begun) connection.on('data', take).once('close', () => body.destroy());
      begun = true;
      connection.resume();
    },
  });
  return body;
};

/** Where such a body ends is not known: its reader gets an error. */
const chunked = (): Readable =>
  new Readable({
    read() {
      this.destroy(badRequest('a request for another protocol must not have a chunked body'));
    },
  });

/** Closes once everything is written and the client has had time to read it. */
const finish = (socket: Duplex): void => {
  if (socket.destroyed) return;
  if (!socket.writableEnded) socket.end();
  socket.resume();
  destroySoon(socket);
};

/**
 * Serves a request for another protocol (RFC 9110, 7.8), or for a tunnel: Node.js has let go of the connection. Whoever answers 101 gets it;
 * after any other answer it is closed.
 */
export const serveUpgrade =
  (options: Http1Options) =>
  (message: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const { handler, places, turns, failed } = options;
    if (head.length > 0) socket.unshift(head);
    (socket as TLSSocket).setTimeout(0);
    const length = Number(message.headers['content-length'] ?? 0);
    const wanted = message.method === 'CONNECT' ? undefined : message.headers.upgrade?.toLowerCase();
    const body = message.headers['transfer-encoding'] ? chunked() : length > 0 ? firstBytes(socket, length) : Readable.from([]);
    const { request, place } = requestOf(message, { places, answer: socket, body, upgrade: wanted });
    const run = async (): Promise<void> => {
      const made = await handler(request);
      if (socket.destroyed) return place.leave();
      const response = place.admit(made, socket);
      if (response.status === 101 && typeof response.body === 'function') {
        socket.write(headOf(response));
        await response.body(Object.assign(sinkOf(socket), { connection: socket }));
        return;
      }
      if (typeof response.body !== 'function') response.headers['content-length'] = String(sizeOf(response.body));
      socket.write(headOf({ ...response, headers: { ...response.headers, date: new Date().toUTCString(), connection: 'close' } }));
      if (message.method !== 'HEAD') await writeBody(socket, response.body);
    };
    const serve = (): void => {
      if (socket.destroyed) return place.leave();
      run()
        .catch((error: unknown) => {
          failed(error);
          socket.destroy();
        })
        .finally(() => finish(socket));
    };
    if (turns.isFree()) serve();
    else turns.wait(serve, socket);
  };
