import type { ClientHttp2Stream, IncomingHttpHeaders, IncomingHttpStatusHeader, OutgoingHttpHeaders } from 'node:http2';
import { FrameReader, frame } from './frames.ts';
import { GrpcError, grpcStatus } from './grpc-error.ts';
import { GrpcSession, type TlsFiles } from './grpc-session.ts';

export interface CallOptions {
  /** What the call sends along: `token`, `hasleader`. */
  readonly metadata?: OutgoingHttpHeaders | undefined;
}

export interface UnaryOptions extends CallOptions {
  readonly timeoutMilliseconds: number;
}

/** A call that goes both ways for as long as it likes. */
export interface GrpcStream {
  /** Of no effect once the call has ended. */
  write(message: Uint8Array): void;
  /** What the server sends; reading slowly slows the server. @throws GrpcError when it ends with another status than 0 */
  messages(): AsyncGenerator<Buffer, void>;
  cancel(): void;
}

type Answer = IncomingHttpHeaders & IncomingHttpStatusHeader;

/** gRPC (its HTTP/2 protocol, uncompressed) to one server. Connects when it is first called, and again after a connection was lost. */
export class GrpcChannel {
  readonly #session: GrpcSession;

  /** `origin`: `https://HOST:PORT`, or `http://HOST:PORT` without TLS. `tls` is asked for each connection. */
  constructor(origin: string, tls: () => TlsFiles = () => ({})) {
    this.#session = new GrpcSession(origin, tls);
  }

  /** Sends one message to a method such as `etcdserverpb.KV/Range` and answers with the one that comes back. @throws GrpcError */
  async unary(method: string, message: Uint8Array, { metadata, timeoutMilliseconds }: UnaryOptions): Promise<Buffer> {
    const deadline = performance.now() + timeoutMilliseconds;
    const stream = await this.#open(method, { ...metadata, 'grpc-timeout': `${timeoutMilliseconds}m` }, timeoutMilliseconds);
    return new Promise((resolve, reject) => {
      const reader = new FrameReader();
      const answers: Buffer[] = [];
      let ended: Error | undefined;
      let status: Answer | undefined;
      const timer = setTimeout(() => {
        // Closing needs a connection that takes what is written, and this one may not: nobody waits for it.
        reject(new GrpcError({ code: grpcStatus.deadlineExceeded, details: `no answer within ${timeoutMilliseconds} ms` }));
        stream.close(cancelCode);
        this.#session.probe();
      }, deadline - performance.now());
      stream.on('response', (headers) => (status = headers));
      stream.on('trailers', (trailers) => (status = trailers));
      stream.on('data', (chunk: Buffer) => {
        try {
          answers.push(...reader.push(chunk));
        } catch (error) {
          stream.destroy(error as Error);
        }
      });
      stream.on('error', (error) => (ended ??= error));
      stream.on('close', () => {
        clearTimeout(timer);
        const error = failureOf(stream, { status, error: ended });
        if (error) reject(error);
        else resolve(answers[0] ?? Buffer.alloc(0));
      });
      stream.end(frame(message));
    });
  }

  async stream(method: string, { metadata }: CallOptions = {}): Promise<GrpcStream> {
    const stream = await this.#open(method, { ...metadata }, connectMilliseconds);
    // The iterator reports errors; one that comes after it has been left must not become an uncaught exception.
    stream.on('error', () => undefined);
    let status: Answer | undefined;
    stream.on('response', (headers) => (status = headers));
    stream.on('trailers', (trailers) => (status = trailers));
    return {
      write: (message) => void (stream.writable && stream.write(frame(message))),
      cancel: () => stream.close(cancelCode),
      async *messages() {
        const reader = new FrameReader();
        try {
          for await (const chunk of stream as AsyncIterable<Buffer>) yield* reader.push(chunk);
        } catch (error) {
          throw failureOf(stream, { status, error: error as Error }) ?? error;
        }
        const error = failureOf(stream, { status, error: undefined });
        if (error) throw error;
      },
    };
  }

  close(): void {
    this.#session.close();
  }

  #open(method: string, headers: OutgoingHttpHeaders, timeoutMilliseconds: number): Promise<ClientHttp2Stream> {
    const own = { ':method': 'POST', ':path': `/${method}`, 'content-type': 'application/grpc', te: 'trailers' };
    return this.#session.open({ ...own, ...headers }, timeoutMilliseconds);
  }
}

/** For a stream, whose call has no time limit of its own. */
const connectMilliseconds = 5000;
/** CANCEL and REFUSED_STREAM of RFC 9113, section 7. */
const cancelCode = 8;
const refusedCode = 7;

/** Why a call that has ended was not answered; undefined when it was. */
function failureOf(
  stream: ClientHttp2Stream,
  { status, error }: { readonly status: Answer | undefined; readonly error: Error | undefined },
): GrpcError | undefined {
  if (error instanceof GrpcError) return error;
  const code = status?.['grpc-status'];
  if (code === '0') return undefined;
  if (code !== undefined) {
    const details = percentDecoded(String(status?.['grpc-message'] ?? ''));
    return new GrpcError({ code: Number(code), details });
  }
  const http = status?.[':status'];
  if (http !== undefined && http !== 200)
    return new GrpcError({ code: grpcStatus.unavailable, details: `HTTP status ${http}: not a gRPC server`, sent: false });
  const sent = stream.rstCode !== refusedCode && stream.id !== undefined;
  const details = error ? `connection lost: ${error.message}` : 'connection lost';
  return new GrpcError({ code: grpcStatus.unavailable, details, sent, ...(error ? { cause: error } : {}) });
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
