import {
  type ApiHandler,
  type ApiRequest,
  type ApiResponse,
  inProcess,
  type ResponseSink,
  type UserInfo,
} from '../apiserver/http/exchange.ts';
import { TransportError } from '../client/transport.ts';
import type { Transport, TransportRequest } from '../client/transport.ts';
import { encodeJson } from '../apimachinery/json/exact-json.ts';
import { createChunkQueue, createValueQueue, type StreamQueue } from './stream-queue.ts';

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
    const { content } = request;
    const body = content === undefined ? bytesOf(request.body) : undefined;
    const incoming: ApiRequest = {
      method: request.method,
      url: request.path,
      headers: body ? { ...request.headers, 'content-length': String(body.length) } : (request.headers ?? {}),
      body: () => Promise.resolve(body ?? encoder.encode(encodeJson(content))),
      ...(content === undefined ? {} : { content }),
      signal,
      user: options.user,
      remoteAddress: inProcess,
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
    passesObjects: true,
    request: async (request) => {
      const { status, headers, body, object, signal } = await call(request);
      if (request.takesObjects && object !== undefined) return { status, headers, body: empty, object };
      const bytes = await whole(body, signal);
      if (status === 403) tellDenial(request, bytes);
      return { status, headers, body: bytes };
    },
    stream: async (request) => {
      const { status, headers, body, passes, signal } = await call(request);
      if (status === 403 && body instanceof Uint8Array) tellDenial(request, body);
      const values = request.takesObjects && passes && typeof body === 'function' ? streamed(body, signal, createValueQueue()) : undefined;
      return values ? { status, headers, chunks: chunksOf(empty, signal), values } : { status, headers, chunks: chunksOf(body, signal) };
    },
    close: () => {
      closing.abort(new TransportError('the transport is closed'));
      return Promise.resolve();
    },
  };
};

const bytesOf = (body: Uint8Array | string | undefined): Uint8Array => (typeof body === 'string' ? encoder.encode(body) : (body ?? empty));

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
    yield* streamed(body, signal, createChunkQueue());
  } else {
    yield* body;
  }
}

async function* streamed<T>(
  write: (sink: ResponseSink) => void | Promise<void>,
  signal: AbortSignal,
  queue: StreamQueue<T>,
): AsyncGenerator<T, void, void> {
  const onAbort = (): void => queue.end();
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) queue.end();
  Promise.resolve()
    .then(() => write(queue.sink))
    .catch((cause: unknown) => queue.fail(new TransportError('the answer broke off', { cause })));
  try {
    yield* queue.items();
  } finally {
    signal.removeEventListener('abort', onAbort);
    queue.end();
  }
}
