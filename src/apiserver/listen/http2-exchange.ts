import type { Http2SecureServer, Http2Server, IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { ApiHandler, ApiRequest } from '../http/exchange.ts';
import { lazySignal } from './lazy-signal.ts';
import { peerCertificate, type PeerCertificate } from './peer-certificate.ts';
import { bodyReader } from './read-body.ts';
import { writeBody } from './write-response.ts';
import { answerKey, type AnswerPlaces } from './answer-places.ts';
import type { ThreadTurns } from '../scheduling/thread-turns.ts';
import { limitResets } from './reset-limit.ts';

const plainHeaders = (headers: IncomingHttpHeaders): Record<string, string | undefined> => {
  const plain: Record<string, string | undefined> = {};
  for (const name in headers) {
    if (name.startsWith(':')) continue;
    const value = headers[name];
    plain[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  const authority = headers[':authority'];
  if (authority !== undefined && plain['host'] === undefined) plain['host'] = authority;
  return plain;
};

const emptyBody = (): Promise<Uint8Array> => Promise.resolve(new Uint8Array());

export interface Http2Options {
  readonly handler: ApiHandler;
  readonly places: AnswerPlaces;
  /** Requests are looked at in turn, connection by connection. */
  readonly turns: ThreadTurns;
  /** Hears of what went wrong outside of the handler. */
  readonly failed: (error: unknown) => void;
}

/** Serves one HTTP/2 stream. */
const serveStream = async (
  { handler, places }: Http2Options,
  stream: ServerHttp2Stream,
  { headers, flags }: { headers: IncomingHttpHeaders; flags: number },
): Promise<void> => {
  const socket = stream.session?.socket as TLSSocket | undefined;
  const gone = lazySignal();
  stream.on('close', gone.abort);
  const endStream = 0x1;
  const place = places.place(stream.session);
  const request: ApiRequest = {
    method: headers[':method'] ?? 'GET',
    url: headers[':path'] ?? '/',
    headers: plainHeaders(headers),
    room: (reader) => place.enter(answerKey(request), reader, () => !stream.destroyed && !stream.closed),
    body: flags & endStream ? emptyBody : bodyReader(stream, headers['content-length']),
    get signal() {
      return gone.signal;
    },
    ...(socket && certificateOf(socket)),
    remoteAddress: socket?.remoteAddress ?? '',
  };
  const made = await handler(request);
  if (stream.destroyed || stream.closed) return place.leave();
  const response = place.admit(made, stream);
  stream.respond({ ':status': response.status, ...response.headers });
  if (request.method === 'HEAD') stream.end();
  else await writeBody(stream, response.body);
};

const certificates = new WeakMap<object, PeerCertificate>();
const certificateOf = (socket: TLSSocket): PeerCertificate => {
  let known = certificates.get(socket);
  if (!known) certificates.set(socket, (known = peerCertificate(socket)));
  return known;
};

/** Routes a server's streams to the handler. */
export const serveHttp2 = (server: Http2Server | Http2SecureServer, options: Http2Options): void => {
  const limit = limitResets(Date.now);
  const { turns } = options;
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, flags: number) => {
    // Who hangs up while the stream waits must not end the process.
    stream.on('error', () => {});
    const serve = (): void => {
      if (stream.destroyed || stream.closed) return;
      serveStream(options, stream, { headers, flags }).catch((error: unknown) => {
        options.failed(error);
        if (!stream.destroyed) stream.close(2);
      });
    };
    if (!limit(stream) && turns.isFree()) serve();
    else turns.wait(serve, stream.session);
  });
};
