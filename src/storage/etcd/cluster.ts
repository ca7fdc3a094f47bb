import { setTimeout as delay } from 'node:timers/promises';
import type { OutgoingHttpHeaders } from 'node:http2';
import { ClosedError, StoreUnavailableError } from '../errors.ts';
import { GrpcChannel, type GrpcStream } from './grpc/grpc-channel.ts';
import { GrpcError, grpcStatus } from './grpc/grpc-error.ts';
import type { TlsFiles } from './grpc/grpc-session.ts';
import { decodeToken, encodeAuthenticate } from './messages.ts';

export interface ClusterOptions extends TlsFiles {
  /** `https://HOST:PORT` or `http://HOST:PORT`, one per member. */
  readonly endpoints: readonly string[];
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** How long a call goes on trying through lost connections and leader changes. Default 15. */
  readonly patienceSeconds?: number | undefined;
}

/** The answer to a call, and whether an earlier attempt of it may have been applied though its answer was lost. */
export interface Answer {
  readonly message: Buffer;
  readonly ambiguous: boolean;
}

const attemptMilliseconds = 5000;
const firstPauseMilliseconds = 20;
const longestPauseMilliseconds = 1000;

/** Connections to the members of an etcd cluster. Calls move on to the next member when one does not answer. */
export class Cluster {
  readonly #options: ClusterOptions;
  readonly #channels: readonly GrpcChannel[];
  #current = 0;
  #token: Promise<string> | undefined;
  #closed = false;

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.#channels = options.endpoints.map((endpoint) => new GrpcChannel(endpoint, options));
  }

  /**
   * Calls a method such as `KV/Range` until it is answered. @throws GrpcError for answers that a retry cannot change,
   * StoreUnavailableError when patience runs out, ClosedError
   */
  async call(method: string, request: Buffer): Promise<Answer> {
    const deadline = performance.now() + (this.#options.patienceSeconds ?? 15) * 1000;
    let ambiguous = false;
    for (let pause = firstPauseMilliseconds; ; pause = Math.min(pause * 2, longestPauseMilliseconds)) {
      if (this.#closed) throw new ClosedError('the etcd store is closed');
      const member = this.#current;
      try {
        return { message: await this.#attempt(member, method, request), ambiguous };
      } catch (error) {
        if (this.#closed) throw new ClosedError('the etcd store is closed');
        if (!(error instanceof GrpcError) || !mayRetry(error)) throw error;
        ambiguous ||= mayHaveBeenApplied(error);
        if (error.code === grpcStatus.unauthenticated) this.#token = undefined;
        else this.#leave(member);
        if (performance.now() + pause > deadline) {
          const tried = this.#options.endpoints.join(', ');
          throw new StoreUnavailableError(`etcd ${method} at ${tried}: ${error.details}: check that most members are up and reachable`, {
            cause: error,
          });
        }
      }
      await delay(pause);
    }
  }

  /** Opens a watch stream on the member in use; call `failed` with what ended it before opening the next. */
  async openWatch(): Promise<{ readonly stream: GrpcStream; readonly failed: () => void }> {
    const member = this.#current;
    const failed = (): void => {
      this.#token = undefined;
      this.#leave(member);
    };
    try {
      // A member cut off from the majority then ends the stream instead of keeping silent.
      const metadata = { ...(await this.#metadata(member)), hasleader: 'true' };
      return { stream: await this.#channel(member).stream('etcdserverpb.Watch/Watch', { metadata }), failed };
    } catch (error) {
      failed();
      throw error;
    }
  }

  close(): void {
    this.#closed = true;
    for (const channel of this.#channels) channel.close();
  }

  #channel(member: number): GrpcChannel {
    const channel = this.#channels[member];
    if (!channel) throw new RangeError('etcd: no endpoints');
    return channel;
  }

  #leave(member: number): void {
    if (this.#current === member) this.#current = (member + 1) % this.#channels.length;
  }

  async #attempt(member: number, method: string, request: Buffer): Promise<Buffer> {
    return this.#unary(member, { method, request, metadata: await this.#metadata(member) });
  }

  #unary(member: number, { method, request, metadata }: { method: string; request: Buffer; metadata: OutgoingHttpHeaders }) {
    return this.#channel(member).unary(`etcdserverpb.${method}`, request, { metadata, timeoutMilliseconds: attemptMilliseconds });
  }

  async #metadata(member: number): Promise<OutgoingHttpHeaders> {
    const { username, password = '' } = this.#options;
    if (username === undefined) return {};
    this.#token ??= this.#unary(member, {
      method: 'Auth/Authenticate',
      request: encodeAuthenticate(username, password),
      metadata: {},
    }).then(decodeToken);
    try {
      return { token: await this.#token };
    } catch (error) {
      this.#token = undefined;
      throw error;
    }
  }
}

/** Lost connections, unavailable members, leader changes and expired tokens pass; everything else is an answer. */
function mayRetry({ code, details }: GrpcError): boolean {
  switch (code) {
    // Nobody cancels a call here but a connection that breaks.
    case grpcStatus.cancelled:
    case grpcStatus.unavailable:
    case grpcStatus.deadlineExceeded:
      return true;
    case grpcStatus.unknown:
      return /context canceled|stopp|dropped/.test(details);
    case grpcStatus.unauthenticated:
      return details.includes('invalid auth token');
    case grpcStatus.resourceExhausted:
      return details.includes('too many requests');
    default:
      return false;
  }
}

/** Only these say that the request never reached the log. */
function mayHaveBeenApplied({ code, details, sent }: GrpcError): boolean {
  if (!sent || code === grpcStatus.unauthenticated || code === grpcStatus.resourceExhausted) return false;
  return !/no leader|not capable/i.test(details);
}
