import type { ApiHandler, ApiRequest, ApiResponse, ResponseSink, UserInfo } from '../apiserver/http/exchange.ts';
import { TransportError } from '../client/transport.ts';
import type { Transport, TransportRequest } from '../client/transport.ts';
import { createChunkQueue } from './chunk-queue.ts';

const empty = new Uint8Array();
const encoder = new TextEncoder();

export interface InProcessOptions {
  readonly user: UserInfo;
  /** Called when the user was not authorized to do this. */
  readonly onDenied?: (user: UserInfo, request: TransportRequest, message: string) => void;
}

/** A transport that calls the API server as a function: no socket, no TLS, authenticated as `user` by construction. */
export const createInProcessTransport = (handle: ApiHandler, options: InProcessOptions): Transport => {
  const closing = new AbortController();

  const call = async (request: TransportRequest): Promise<ApiResponse & { signal: AbortSignal }> => {
    if (closing.signal.aborted) throw new TransportError(`${request.method} ${request.path}: the transport is closed`);
    request.signal?.throwIfAborted();
    const signal = request.signal ? AbortSignal.any([request.signal, closing.signal]) : closing.signal;
    const body = typeof request.body === 'string' ? encoder.encode(request.body) : (request.body ?? empty);
    const incoming: ApiRequest = {
      method: request.method,
      url: request.path,
      headers: { ...request.headers, 'content-length': String(body.length) },
      body: () => Promise.resolve(body),
      signal,
      user: options.user,
      remoteAddress: 'in-process',
    };
    return { ...(await handle(incoming)), signal };
  };

  /** Admission refuses by the same code, in words of its own. */
  const tellDenial = (request: TransportRequest, body: Uint8Array): void => {
    const text = Buffer.from(body).toString('utf8');
    const { username } = options.user;
    const isDenial = text.includes(`User \\"${username}\\" cannot `) || text.includes('RBAC permissions not currently held');
    if (isDenial) options.onDenied?.(options.user, request, text);
  };

  return {
    request: async (request) => {
      const { status, headers, body, object, signal } = await call(request);
      const bytes = await whole(body, signal);
      if (status === 403) tellDenial(request, bytes);
      return { status, headers, body: bytes, ...(object === undefined ? {} : { object }) };
    },
    stream: async (request) => {
      const { status, headers, body, signal } = await call(request);
      if (status === 403 && body instanceof Uint8Array) tellDenial(request, body);
      return { status, headers, chunks: chunksOf(body, signal) };
    },
    close: () => {
      closing.abort(new TransportError('the transport is closed'));
      return Promise.resolve();
    },
  };
};

type Body = ApiResponse['body'];

const whole = async (body: Body, signal: AbortSignal): Promise<Uint8Array> => {
  if (body instanceof Uint8Array) return body;
  const pieces: Uint8Array[] = [];
  for await (const chunk of chunksOf(body, signal)) pieces.push(chunk);
  return pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces);
};

async function* chunksOf(body: Body, signal: AbortSignal): AsyncGenerator<Uint8Array, void, void> {
  if (body instanceof Uint8Array) {
    if (body.length > 0) yield body;
  } else if (typeof body === 'function') {
    yield* streamed(body, signal);
  } else {
    yield* body;
  }
}

async function* streamed(write: (sink: ResponseSink) => void | Promise<void>, signal: AbortSignal): AsyncGenerator<Uint8Array, void, void> {
  const queue = createChunkQueue();
  const onAbort = (): void => queue.end();
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) queue.end();
  Promise.resolve()
    .then(() => write(queue.sink))
    .catch((cause: unknown) => queue.fail(new TransportError('the answer broke off', { cause })));
  try {
    yield* queue.chunks();
  } finally {
    signal.removeEventListener('abort', onAbort);
    queue.end();
  }
}
