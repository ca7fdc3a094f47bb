import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { TransportRequest, TransportStream } from '../transport.ts';
import { startDeadline, translated } from './deadline.ts';

/** Loaded by the first who needs it: most servers start without a client of another. */
const http2 = () => process.getBuiltinModule('node:http2');

const windowBytes = 16 * 1024 * 1024;
/** As client-go: a silent connection with open streams is pinged, and dropped when the ping is not answered. */
const pingEveryMilliseconds = 30_000;
const pingTimeoutMilliseconds = 15_000;

interface PooledSession {
  readonly session: ClientHttp2Session;
  /** Connections made with other credentials are not used for new requests. */
  readonly identity: string;
  streams: number;
}

/** HTTP/2 sessions of one server: watches hold streams for long, so a session that is full is joined by another. */
export interface Http2Pool {
  /** A session with room, or undefined. */
  pick(identity: string): ClientHttp2Session | undefined;
  adopt(socket: Duplex, identity: string): ClientHttp2Session;
  close(): void;
}

export const createHttp2Pool = (origin: string): Http2Pool => {
  const pool = new Set<PooledSession>();

  const adopt = (socket: Duplex, identity: string): ClientHttp2Session => {
    const session = http2().connect(origin, {
      createConnection: () => socket,
      settings: { enablePush: false, initialWindowSize: windowBytes },
    });
    const pooled: PooledSession = { session, identity, streams: 0 };
    pool.add(pooled);
    const remove = (): void => void pool.delete(pooled);
    session.once('connect', () => session.setLocalWindowSize(windowBytes));
    session.on('stream', (stream) => stream.close());
    session.once('goaway', remove);
    session.once('close', remove);
    session.on('error', remove);
    keepAlive(session);
    return session;
  };

  return {
    adopt,
    pick: (identity) => {
      for (const pooled of pool) {
        const { session } = pooled;
        if (pooled.identity !== identity || session.closed || session.destroyed) continue;
        const limit = Math.min(session.remoteSettings?.maxConcurrentStreams ?? 100, 1000);
        if (openStreams(session) < limit) return session;
      }
      return undefined;
    },
    close: () => {
      for (const { session } of pool) session.destroy();
      pool.clear();
    },
  };
};

const counts = new WeakMap<ClientHttp2Session, number>();
const openStreams = (session: ClientHttp2Session): number => counts.get(session) ?? 0;
const count = (session: ClientHttp2Session, by: number): void => void counts.set(session, openStreams(session) + by);

function keepAlive(session: ClientHttp2Session): void {
  const timer = setInterval(() => {
    if (openStreams(session) === 0 || session.destroyed) return;
    const timeout = setTimeout(() => session.destroy(new Error('ping was not answered')), pingTimeoutMilliseconds);
    timeout.unref();
    session.ping(() => clearTimeout(timeout));
  }, pingEveryMilliseconds);
  timer.unref();
  session.once('close', () => clearInterval(timer));
}

/** Sends one request on the session; resolves with the headers. @throws TransportError, or the signal's reason */
export const exchangeOverHttp2 = (
  session: ClientHttp2Session,
  request: TransportRequest,
  options: {
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly timeoutMilliseconds: number;
    readonly untilHeaders: boolean;
  },
): Promise<TransportStream> => {
  const stream: ClientHttp2Stream = session.request(
    { ':method': request.method, ':path': options.path, ...options.headers },
    { endStream: request.body === undefined },
  );
  count(session, 1);
  stream.once('close', () => count(session, -1));
  const cancel = (): void => {
    stream.close(http2().constants.NGHTTP2_CANCEL);
    stream.destroy(new Error('canceled'));
  };
  const deadline = startDeadline(`${request.method} ${options.path}`, cancel, { ...options, signal: request.signal });
  return new Promise((resolve, reject) => {
    const fail = (cause?: Error): void => {
      const error = deadline.errorOf(cause);
      deadline.clear();
      reject(error);
    };
    stream.on('error', fail);
    stream.once('close', () => fail());
    stream.once('response', (headers) => {
      deadline.headersArrived();
      resolve({ status: Number(headers[':status']), headers, chunks: translated(stream, deadline) });
    });
    if (request.body !== undefined) stream.end(request.body);
  });
};
