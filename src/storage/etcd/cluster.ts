import { setTimeout as delay } from 'node:timers/promises';
import type { OutgoingHttpHeaders } from 'node:http2';
import { ClosedError, StoreUnavailableError } from '../errors.ts';
import { GrpcChannel, type GrpcStream } from './grpc/grpc-channel.ts';
import { GrpcError, grpcStatus } from './grpc/grpc-error.ts';
import type { TlsFiles } from './grpc/grpc-session.ts';
import { answersProgressInOrder } from './member-version.ts';
import { decodeToken, decodeVersion, encodeAuthenticate } from './messages.ts';

export interface Credentials extends TlsFiles {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

export interface ClusterOptions extends Credentials {
  /** `https://HOST:PORT` or `http://HOST:PORT`, one per member. */
  readonly endpoints: readonly string[];
  /** Asked for each connection and each login, where files that are renewed hold the credentials; instead of those given here. */
  readonly current?: (() => Credentials) | undefined;
  /** How long a call goes on trying through lost connections and leader changes; it tries twice at least. Default 30. */
  readonly patienceSeconds?: number | undefined;
}

/** The answer to a call, and whether an earlier attempt of it may have been applied though its answer was lost. */
export interface Answer {
  readonly message: Buffer;
  readonly ambiguous: boolean;
}

export interface OpenedWatch {
  readonly stream: GrpcStream;
  /** It answers requests for progress only once everything up to there was sent. */
  readonly ordered: boolean;
  /** To be called with what ended it before the next is opened. */
  readonly failed: () => void;
}

/** What a dead leader was to do is never answered: the first attempts end soon. A cluster that is only slow gets more time with each. */
const firstAttemptMilliseconds = 3000;
const longestAttemptMilliseconds = 10_000;
/** As long a member that was silent is left alone, if there are others. */
const suspectMilliseconds = 5000;
const firstPauseMilliseconds = 20;
const longestPauseMilliseconds = 1000;

interface Attempt {
  readonly method: string;
  readonly request: Buffer;
  readonly timeoutMilliseconds?: number;
}

/** Connections to the members of an etcd cluster. Calls move on to the next member when one does not answer. */
export class Cluster {
  readonly #options: ClusterOptions;
  readonly #credentials: () => Credentials;
  readonly #channels: readonly GrpcChannel[];
  /** By member; asked again after it failed, for it may come back as another. */
  readonly #ordered = new Map<number, Promise<boolean>>();
  /** By member, when it could not be reached or did not answer (performance.now). */
  readonly #silent = new Map<number, number>();
  #current = 0;
  #token: Promise<string> | undefined;
  #closed = false;

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.#credentials = () => readCredentials(options);
    this.#channels = options.endpoints.map((endpoint) => new GrpcChannel(endpoint, this.#credentials));
  }

  /**
   * Calls a method such as `KV/Range` until it is answered. @throws GrpcError for answers that a retry cannot change,
   * StoreUnavailableError when patience runs out, ClosedError
   */
  async call(method: string, request: Buffer): Promise<Answer> {
    const deadline = performance.now() + (this.#options.patienceSeconds ?? 30) * 1000;
    let ambiguous = false;
    let timeoutMilliseconds = firstAttemptMilliseconds;
    let pause = firstPauseMilliseconds;
    for (let attempt = 1; ; attempt++) {
      if (this.#closed) throw new ClosedError('the etcd store is closed');
      const member = this.#current;
      try {
        return { message: await this.#attempt(member, { method, request, timeoutMilliseconds }), ambiguous };
      } catch (error) {
        if (this.#closed) throw new ClosedError('the etcd store is closed');
        if (!(error instanceof GrpcError) || !mayRetry(error) || (asksWho(error) && this.#options.username === undefined)) throw error;
        ambiguous ||= mayHaveBeenApplied(error);
        if (isTokenStale(error)) this.#token = undefined;
        else this.#leave(member, isSilence(error));
        if (error.code === grpcStatus.deadlineExceeded) timeoutMilliseconds = Math.min(timeoutMilliseconds * 2, longestAttemptMilliseconds);
        // A process that was stopped for a while finds its time gone though it has hardly tried.
        if (attempt > 1 && performance.now() + pause > deadline) {
          const tried = this.#options.endpoints.join(', ');
          throw new StoreUnavailableError(`etcd ${method} at ${tried}: ${error.details}: check that most members are up and reachable`, {
            cause: error,
          });
        }
      }
      await delay(pause);
      pause = Math.min(pause * 2, longestPauseMilliseconds);
    }
  }

  /** Opens a watch stream on the member in use. */
  async openWatch(): Promise<OpenedWatch> {
    const member = this.#current;
    const failed = (): void => {
      this.#token = undefined;
      this.#leave(member);
    };
    try {
      const ordered = await this.#answersInOrder(member);
      // A member cut off from the majority then ends the stream instead of keeping silent.
      const metadata = { ...(await this.#metadata(member)), hasleader: 'true' };
      return { stream: await this.#channel(member).stream('etcdserverpb.Watch/Watch', { metadata }), ordered, failed };
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

  #leave(member: number, silent = false): void {
    const now = performance.now();
    this.#ordered.delete(member);
    if (silent) this.#silent.set(member, now);
    if (this.#current !== member) return;
    const others = this.#channels.map((_, i) => (member + 1 + i) % this.#channels.length);
    const isSuspect = (other: number): boolean => now - (this.#silent.get(other) ?? -Infinity) < suspectMilliseconds;
    this.#current = others.find((other) => !isSuspect(other)) ?? others[0] ?? 0;
  }

  #answersInOrder(member: number): Promise<boolean> {
    let answer = this.#ordered.get(member);
    if (!answer) {
      answer = this.#attempt(member, { method: 'Maintenance/Status', request: Buffer.alloc(0) }).then((message) =>
        answersProgressInOrder(decodeVersion(message)),
      );
      answer.catch(() => this.#ordered.delete(member));
      this.#ordered.set(member, answer);
    }
    return answer;
  }

  async #attempt(member: number, attempt: Attempt): Promise<Buffer> {
    return this.#unary(member, attempt, await this.#metadata(member));
  }

  #unary(member: number, { method, request, timeoutMilliseconds = firstAttemptMilliseconds }: Attempt, metadata: OutgoingHttpHeaders) {
    return this.#channel(member).unary(`etcdserverpb.${method}`, request, { metadata, timeoutMilliseconds });
  }

  async #logIn(member: number): Promise<string> {
    const { username = '', password = '' } = this.#credentials();
    return decodeToken(await this.#unary(member, { method: 'Auth/Authenticate', request: encodeAuthenticate(username, password) }, {}));
  }

  async #metadata(member: number): Promise<OutgoingHttpHeaders> {
    if (this.#options.username === undefined) return {};
    this.#token ??= this.#logIn(member);
    const asked = this.#token;
    try {
      return { token: await asked };
    } catch (error) {
      if (this.#token === asked) this.#token = undefined;
      // A user was given, but nobody is asked for one.
      if (error instanceof GrpcError && error.details.includes('authentication is not enabled')) return {};
      throw error;
    }
  }
}

/** @throws GrpcError unavailable, for files that are not there at the moment */
function readCredentials(options: ClusterOptions): Credentials {
  try {
    return options.current?.() ?? options;
  } catch (error) {
    throw new GrpcError({ code: grpcStatus.unavailable, details: (error as Error).message, sent: false, cause: error });
  }
}

/** Lost connections, unavailable members, leader changes and expired tokens pass; everything else is an answer. */
function mayRetry(error: GrpcError): boolean {
  const { code, details } = error;
  if (isTokenStale(error)) return true;
  switch (code) {
    // Nobody cancels a call here but a connection that breaks.
    case grpcStatus.cancelled:
    case grpcStatus.unavailable:
    case grpcStatus.deadlineExceeded:
      return true;
    case grpcStatus.unknown:
      return /context canceled|stopp|dropped/.test(details);
    case grpcStatus.resourceExhausted:
      return details.includes('too many requests');
    default:
      return false;
  }
}

/** The member itself did not answer; one that says it has no leader is there. */
function isSilence({ details }: GrpcError): boolean {
  return !details.startsWith('etcdserver:');
}

/** A token is refused, or its user asked for: it has expired, its member has forgotten it, or passwords were only just asked for. */
function asksWho({ details }: GrpcError): boolean {
  return /invalid auth token|user name is empty/.test(details);
}

/** Also when users or roles were changed since the request came in, which happens to who is known by a certificate, too. */
function isTokenStale(error: GrpcError): boolean {
  return asksWho(error) || error.details.includes('revision of auth store is old');
}

/** Only these say that the request never reached the log. */
function mayHaveBeenApplied(error: GrpcError): boolean {
  const { code, details, sent } = error;
  if (!sent || isTokenStale(error) || code === grpcStatus.resourceExhausted) return false;
  return !/no leader|not capable/i.test(details);
}
