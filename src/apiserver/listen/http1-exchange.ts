import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import { type ApiHandler, type ApiRequest, sizeOf } from '../http/exchange.ts';
import { lazySignal } from './lazy-signal.ts';
import { peerCertificate } from './peer-certificate.ts';
import { bodyReader } from './read-body.ts';
import { type AnswerStream, writeBody } from './write-response.ts';
import type { ThreadTurns } from '../scheduling/thread-turns.ts';
import { answerKey, type AnswerPlace, type AnswerPlaces } from './answer-places.ts';

const plainHeaders = (message: IncomingMessage): Record<string, string | undefined> => {
  const plain: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(message.headers)) plain[name] = Array.isArray(value) ? value.join(', ') : value;
  return plain;
};

/** Path and query of a request's target; clients of a forward proxy name the server there too (RFC 9112, 3.2.2). */
const requestTarget = (target: string): string => {
  const found = /^https?:\/\/[^/?]*/i.exec(target);
  if (!found) return target;
  const rest = target.slice(found[0].length);
  return rest.startsWith('/') ? rest : `/${rest}`;
};

/** How long a client may go on sending what nobody reads. */
const lingerMilliseconds = 1000;

/** Reads and forgets the rest of a body: closing under a client that still sends would reset the connection, and the answer with it. */
const forgetRest = (message: IncomingMessage): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, lingerMilliseconds);
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    message.once('end', done).once('close', done).resume();
  });

export interface Http1Options {
  readonly handler: ApiHandler;
  readonly places: AnswerPlaces;
  /** Requests are looked at in turn, connection by connection. */
  readonly turns: ThreadTurns;
  /** Hears of what went wrong outside of the handler. */
  readonly failed: (error: unknown) => void;
}

/** Where an answer goes to. */
type Answer = AnswerStream & { on(event: 'close', listener: () => void): unknown };

/** A message as the API server sees it. `body` is where its content comes from. */
export const requestOf = (
  message: IncomingMessage,
  { places, answer, body = message, upgrade }: { places: AnswerPlaces; answer: Answer; body?: Readable; upgrade?: string | undefined },
): { readonly request: ApiRequest; readonly place: AnswerPlace } => {
  const gone = lazySignal();
  answer.on('close', gone.abort);
  const place = places.place(message.socket);
  const request: ApiRequest = {
    method: message.method ?? 'GET',
    url: requestTarget(message.url ?? '/'),
    headers: plainHeaders(message),
    room: (reader) => place.enter(answerKey(request), reader, () => !answer.destroyed),
    body: bodyReader(body, message.headers['content-length']),
    pieces: () => body,
    ...(upgrade === undefined ? {} : { upgrade }),
    get signal() {
      return gone.signal;
    },
    ...peerCertificate(message.socket as TLSSocket),
    remoteAddress: message.socket.remoteAddress ?? '',
  };
  return { request, place };
};

/** Says who else is meant (RFC 9112, 3.2): of two hosts, nobody knows which. */
const hasTwoHosts = ({ headersDistinct }: IncomingMessage): boolean => (headersDistinct['host']?.length ?? 0) > 1;

/** What is answered without a look at the API; false when that is nothing. */
const answeredAtOnce = (message: IncomingMessage, answer: ServerResponse): boolean => {
  if (hasTwoHosts(message)) {
    const body = '400 Bad Request';
    answer.writeHead(400, { 'content-type': 'text/plain; charset=utf-8', connection: 'close', 'content-length': body.length }).end(body);
    return true;
  }
  // About the server as a whole (RFC 9110, 9.3.7).
  if (message.method !== 'OPTIONS' || message.url !== '*') return false;
  answer.writeHead(200, { 'content-length': 0 }).end();
  return true;
};

/** Serves one HTTP/1.1 request. */
export const serveHttp1 =
  ({ handler, places, turns, failed }: Http1Options) =>
  (message: IncomingMessage, answer: ServerResponse): void => {
    if (answeredAtOnce(message, answer)) return;
    const { request, place } = requestOf(message, { places, answer });
    const run = async (): Promise<void> => {
      const made = await handler(request);
      if (answer.destroyed) return place.leave();
      const response = place.admit(made, answer);
      const { body } = response;
      if (typeof body !== 'function') response.headers['content-length'] = String(sizeOf(body));
      // What is left of a body that nobody read would be taken for the next request.
      const hasRest = !message.complete && message.headers['content-length'] !== '0' && message.method !== 'GET';
      if (hasRest) response.headers['connection'] = 'close';
      // Without chunks there is no place for them.
      if (message.httpVersion === '1.0' || request.method === 'HEAD') delete response.headers['trailer'];
      answer.writeHead(response.status, response.headers);
      // A watch of something quiet has begun, although nothing is there to send: clients wait for the headers.
      if (typeof body === 'function') answer.flushHeaders();
      if (hasRest && body instanceof Uint8Array) {
        answer.write(body);
        await forgetRest(message);
        answer.end();
      } else if (request.method === 'HEAD') answer.end();
      else await writeBody(answer, body);
    };
    const serve = (): void => {
      if (answer.destroyed) return;
      run().catch((error: unknown) => {
        failed(error);
        answer.destroy();
      });
    };
    if (turns.isFree()) serve();
    else turns.wait(serve, message.socket);
  };
