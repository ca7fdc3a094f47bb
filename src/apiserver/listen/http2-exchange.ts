import type { Duplex } from 'node:stream';
import type { ApiHandler, ApiRequest } from '../http/exchange.ts';
import type { ThreadTurns } from '../scheduling/thread-turns.ts';
import { answerKey, type AnswerPlaces } from './answer-places.ts';
import { BodyPieces } from './http2/body-pieces.ts';
import { Http2Connection } from './http2/connection.ts';
import { errorCode } from './http2/frames.ts';
import type { Http2Stream } from './http2/stream.ts';
import { lazySignal } from './lazy-signal.ts';
import type { PeerCertificate } from './peer-certificate.ts';
import { clientWentAway, tooLarge } from './read-body.ts';
import { writeBody } from './write-response.ts';

export interface Http2Options {
  readonly handler: ApiHandler;
  readonly idleMilliseconds: number;
  readonly places: AnswerPlaces;
  /** Requests are looked at in turn, connection by connection. */
  readonly turns: ThreadTurns;
  /** Hears of what went wrong outside of the handler. */
  readonly failed: (error: unknown) => void;
}

/** Who is at the other end. */
export interface Http2Peer {
  readonly certificate: PeerCertificate;
  readonly remoteAddress: string;
}

const emptyBody = (): Promise<Uint8Array> => Promise.resolve(new Uint8Array());

/** Reads a stream's body once. @throws StatusError RequestEntityTooLarge, BadRequest when the client goes away */
const bodyReader = (stream: Http2Stream): (() => Promise<Uint8Array>) => {
  let reading: Promise<Uint8Array> | undefined;
  const read = (): Promise<Uint8Array> =>
    new Promise((resolve, reject) => {
      const { head } = stream;
      const declared = tooLarge(head.length);
      if (declared) return reject(declared);
      const pieces = new BodyPieces();
      let isSettled = false;
      // Called for each piece, and when the stream is closed.
      const take = (): void => {
        const chunks = stream.readBody();
        if (isSettled) return;
        for (const chunk of chunks) pieces.push(chunk);
        const error = tooLarge(pieces.bytes);
        isSettled = error !== undefined || stream.destroyed || stream.remoteEnded;
        if (error) reject(error);
        else if (stream.destroyed) reject(clientWentAway());
        else if (stream.remoteEnded) {
          const all = pieces.take();
          resolve(all.length === 1 ? all[0]! : Buffer.concat(all));
        }
      };
      stream.onBody(take);
      if (head.headers['expect'] === '100-continue') stream.respond(100, {});
      take();
    });
  return () => (reading ??= read());
};

/** The body as it comes: the client sends no more than a window ahead of who reads. */
const piecesOf = async function* (stream: Http2Stream): AsyncGenerator<Uint8Array> {
  let wake = (): void => {};
  stream.onBody(() => wake());
  if (stream.head.headers['expect'] === '100-continue') stream.respond(100, {});
  for (;;) {
    const pieces = stream.readBody();
    if (pieces.length > 0) yield* pieces;
    else if (stream.remoteEnded) return;
    else if (stream.destroyed) throw clientWentAway();
    else await new Promise<void>((resolve) => (wake = resolve));
  }
};

/** Serves one HTTP/2 stream. */
const serveStream = async ({ handler, places }: Http2Options, stream: Http2Stream, peer: Http2Peer): Promise<void> => {
  const { method, path, headers } = stream.head;
  const gone = lazySignal();
  stream.on('close', gone.abort);
  const place = places.place(stream.connection);
  const request: ApiRequest = {
    method,
    url: path,
    headers,
    room: (reader) => place.enter(answerKey(request), reader, () => !stream.destroyed),
    body: stream.remoteEnded && stream.received === 0 ? emptyBody : bodyReader(stream),
    pieces: () => piecesOf(stream),
    get signal() {
      return gone.signal;
    },
    ...peer.certificate,
    remoteAddress: peer.remoteAddress,
  };
  const made = await handler(request);
  if (stream.destroyed) return place.leave();
  const response = place.admit(made, stream);
  const isLast = method === 'HEAD';
  stream.respond(response.status, response.headers, isLast);
  if (!isLast) await writeBody(stream, response.body);
};

/** Serves the streams of a connection that has agreed upon HTTP/2. */
export const serveHttp2 = (socket: Duplex, peer: Http2Peer, options: Http2Options): Http2Connection => {
  const { turns } = options;
  const connection = new Http2Connection(socket, {
    failed: options.failed,
    idleMilliseconds: options.idleMilliseconds,
    serve: (stream) => {
      const serve = (): void => {
        if (stream.destroyed) return;
        serveStream(options, stream, peer).catch((error: unknown) => {
          options.failed(error);
          stream.destroy(errorCode.internal);
        });
      };
      if (!connection.isSuspicious && turns.isFree()) serve();
      else turns.wait(serve, connection);
    },
  });
  return connection;
};
