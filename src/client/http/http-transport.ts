import type { Agent } from 'node:http';
import type { ClientHttp2Session } from 'node:http2';
import { TransportError } from '../transport.ts';
import type { Transport, TransportRequest, TransportStream } from '../transport.ts';
import { dial } from './dial.ts';
import { createHttp1Agent, exchangeOverHttp1 } from './http1-agent.ts';
import { createHttp2Pool, exchangeOverHttp2 } from './http2-pool.ts';
import type { Credentials, HttpTransportOptions } from './options.ts';

const defaultTimeoutMilliseconds = 60_000;

/** HTTPS to one API server: HTTP/2 when the server agrees, HTTP/1.1 otherwise; connects on first use and again after a break. */
export const createHttpTransport = (options: HttpTransportOptions): Transport => {
  const url = new URL(options.server);
  const prefix = url.pathname === '/' ? '' : url.pathname.replace(/\/$/, '');
  const timeoutMilliseconds = options.timeoutMilliseconds ?? defaultTimeoutMilliseconds;
  const pool = createHttp2Pool(url.origin);
  const dialing = new Map<string, Promise<ClientHttp2Session | Agent>>();
  let agent: Agent | undefined;
  let closed = false;

  const credentialsNow = async (): Promise<Credentials> => (await options.credentials?.get()) ?? {};

  const connectAnew = async (credentials: Credentials, identity: string): Promise<ClientHttp2Session | Agent> => {
    const { socket, protocol } = await dial(options, credentials, ['h2', 'http/1.1']);
    if (closed) {
      socket.destroy();
      throw new TransportError(`connect to ${url.host}: the transport is closed`);
    }
    if (protocol === 'h2') return pool.adopt(socket, identity);
    socket.destroy();
    agent ??= createHttp1Agent(async () => (await dial(options, await credentialsNow(), ['http/1.1'])).socket);
    return agent;
  };

  /** One connection attempt at a time for callers with the same credentials. */
  const connection = (credentials: Credentials): Promise<ClientHttp2Session | Agent> | ClientHttp2Session | Agent => {
    if (closed) throw new TransportError(`connect to ${url.host}: the transport is closed`);
    if (agent) return agent;
    const identity = credentials.certificate ?? '';
    const ready = pool.pick(identity);
    if (ready) return ready;
    let pending = dialing.get(identity);
    if (!pending) {
      pending = connectAnew(credentials, identity).finally(() => dialing.delete(identity));
      dialing.set(identity, pending);
    }
    return pending;
  };

  const attempt = async (request: TransportRequest, untilHeaders: boolean): Promise<TransportStream> => {
    request.signal?.throwIfAborted();
    const credentials = await credentialsNow();
    const headers = { ...request.headers, ...options.headers, ...authorization(credentials) };
    const over = await connection(credentials);
    request.signal?.throwIfAborted();
    const sending = { path: prefix + request.path, headers, timeoutMilliseconds, untilHeaders };
    return 'request' in over ? exchangeOverHttp2(over, request, sending) : exchangeOverHttp1(over, request, { ...sending, host: url.host });
  };

  const exchange = async (request: TransportRequest, untilHeaders: boolean): Promise<TransportStream> => {
    let answer: TransportStream;
    try {
      answer = await attempt(request, untilHeaders);
    } catch (error) {
      if (!neverSent(error)) throw error;
      answer = await attempt(request, untilHeaders);
    }
    if (answer.status === 401 && options.credentials?.invalidate) {
      options.credentials.invalidate();
      await drain(answer.chunks);
      answer = await attempt(request, untilHeaders);
    }
    return answer;
  };

  return {
    stream: (request) => exchange(request, true),
    request: async (request) => {
      const { status, headers, chunks } = await exchange(request, false);
      return { status, headers, body: await drain(chunks) };
    },
    close: () => {
      closed = true;
      pool.close();
      agent?.destroy();
      return Promise.resolve();
    },
  };
};

function authorization(credentials: Credentials): Record<string, string> {
  if (credentials.token) return { authorization: `Bearer ${credentials.token}` };
  if (credentials.username === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${credentials.username}:${credentials.password ?? ''}`).toString('base64')}` };
}

/** The session ended between choosing and using it, or the server refused the stream unprocessed: safe to send again. */
const neverSent = (error: unknown): boolean => {
  const cause: unknown = error instanceof TransportError ? error.cause : error;
  const { code, message } = (cause ?? {}) as { code?: string; message?: string };
  return code === 'ERR_HTTP2_INVALID_SESSION' || code === 'ERR_HTTP2_GOAWAY_SESSION' || /NGHTTP2_REFUSED_STREAM/.test(message ?? '');
};

async function drain(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const chunk of chunks) pieces.push(chunk);
  return pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces);
}
