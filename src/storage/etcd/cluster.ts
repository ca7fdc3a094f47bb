import { setTimeout as delay } from 'node:timers/promises';
import { type ChannelCredentials, Client, type ClientDuplexStream, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { ClosedError, StoreUnavailableError } from '../errors.ts';
import { decodeToken, encodeAuthenticate } from './messages.ts';

export interface ClusterOptions {
  /** `https://HOST:PORT` or `http://HOST:PORT`, one per member. */
  readonly endpoints: readonly string[];
  /** PEM; absent: the system's authorities. */
  readonly ca?: string | Buffer | undefined;
  /** PEM of the client certificate and its key. */
  readonly cert?: string | Buffer | undefined;
  readonly key?: string | Buffer | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** How long a call goes on trying through lost connections and leader changes. Default 15. */
  readonly patienceSeconds?: number | undefined;
}

export type WatchStream = ClientDuplexStream<Buffer, Buffer>;

/** The answer to a call, and whether an earlier attempt of it may have been applied though its answer was lost. */
export interface Answer {
  readonly message: Buffer;
  readonly ambiguous: boolean;
}

const attemptMilliseconds = 5000;
const firstPauseMilliseconds = 20;
const longestPauseMilliseconds = 1000;

const channelOptions = {
  'grpc.max_receive_message_length': -1,
  'grpc.max_send_message_length': -1,
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5000,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1000,
  'grpc.enable_http_proxy': 0,
};

const identity = (message: Buffer): Buffer => message;

/** Connections to the members of an etcd cluster. Calls move on to the next member when one does not answer. */
export class Cluster {
  readonly #options: ClusterOptions;
  readonly #clients: readonly Client[];
  #current = 0;
  #token: Promise<string> | undefined;
  #closed = false;

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.#clients = options.endpoints.map(
      (endpoint) => new Client(new URL(endpoint).host, channelCredentials(endpoint, options), channelOptions),
    );
  }

  /**
   * Calls a method such as `KV/Range` until it is answered. @throws ServiceError for answers that a retry cannot change,
   * StoreUnavailableError when patience runs out, ClosedError
   */
  async call(method: string, request: Buffer): Promise<Answer> {
    const deadline = performance.now() + (this.#options.patienceSeconds ?? 15) * 1000;
    let ambiguous = false;
    for (let pause = firstPauseMilliseconds; ; pause = Math.min(pause * 2, longestPauseMilliseconds)) {
      if (this.#closed) throw new ClosedError('the etcd store is closed');
      const client = this.#current;
      try {
        return { message: await this.#attempt(client, method, request), ambiguous };
      } catch (error) {
        if (this.#closed) throw new ClosedError('the etcd store is closed');
        if (!isServiceError(error) || !mayRetry(error)) throw error;
        ambiguous ||= mayHaveBeenApplied(error);
        if (error.code === status.UNAUTHENTICATED) this.#token = undefined;
        else this.#leave(client);
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
  async openWatch(): Promise<{ readonly stream: WatchStream; readonly failed: () => void }> {
    const index = this.#current;
    const metadata = await this.#metadata(index);
    // A member cut off from the majority then ends the stream instead of keeping silent.
    metadata.set('hasleader', 'true');
    const stream = this.#client(index).makeBidiStreamRequest('/etcdserverpb.Watch/Watch', identity, identity, metadata);
    return {
      stream,
      failed: () => {
        this.#token = undefined;
        this.#leave(index);
      },
    };
  }

  close(): void {
    this.#closed = true;
    for (const client of this.#clients) client.close();
  }

  #client(index: number): Client {
    const client = this.#clients[index];
    if (!client) throw new RangeError('etcd: no endpoints');
    return client;
  }

  #leave(index: number): void {
    if (this.#current === index) this.#current = (index + 1) % this.#clients.length;
  }

  async #attempt(index: number, method: string, request: Buffer): Promise<Buffer> {
    return this.#unary(index, { method, request, metadata: await this.#metadata(index) });
  }

  #unary(index: number, { method, request, metadata }: { method: string; request: Buffer; metadata: Metadata }): Promise<Buffer> {
    const client = this.#client(index);
    return new Promise((resolve, reject) => {
      const options = { deadline: Date.now() + attemptMilliseconds };
      client.makeUnaryRequest(`/etcdserverpb.${method}`, identity, identity, request, metadata, options, (error, answer) => {
        if (error) reject(error);
        else resolve(answer ?? Buffer.alloc(0));
      });
    });
  }

  async #metadata(index: number): Promise<Metadata> {
    const metadata = new Metadata();
    const { username, password = '' } = this.#options;
    if (username === undefined) return metadata;
    this.#token ??= this.#unary(index, {
      method: 'Auth/Authenticate',
      request: encodeAuthenticate(username, password),
      metadata: new Metadata(),
    }).then(decodeToken);
    try {
      metadata.set('token', await this.#token);
    } catch (error) {
      this.#token = undefined;
      throw error;
    }
    return metadata;
  }
}

export function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && 'code' in error && 'details' in error && typeof error.code === 'number';
}

/** Lost connections, unavailable members, leader changes and expired tokens pass; everything else is an answer. */
function mayRetry({ code, details }: ServiceError): boolean {
  switch (code) {
    // Nobody cancels a call here but a connection that breaks.
    case status.CANCELLED:
    case status.UNAVAILABLE:
    case status.DEADLINE_EXCEEDED:
      return true;
    case status.INTERNAL:
      return /RST_STREAM|ECONN|socket/.test(details);
    case status.UNKNOWN:
      return /context canceled|stopp|dropped/.test(details);
    case status.UNAUTHENTICATED:
      return details.includes('invalid auth token');
    case status.RESOURCE_EXHAUSTED:
      return details.includes('too many requests');
    default:
      return false;
  }
}

/** Only these say that the request never reached the log. */
function mayHaveBeenApplied({ code, details }: ServiceError): boolean {
  if (code === status.UNAUTHENTICATED || code === status.RESOURCE_EXHAUSTED) return false;
  return !/no leader|not capable|No connection established|failed to connect|ECONNREFUSED/i.test(details);
}

function channelCredentials(endpoint: string, { ca, cert, key }: ClusterOptions): ChannelCredentials {
  if (endpoint.startsWith('http:')) return credentials.createInsecure();
  return credentials.createSsl(pem(ca), pem(key), pem(cert));
}

const pem = (text: string | Buffer | undefined): Buffer | null => (text === undefined ? null : Buffer.from(text));
