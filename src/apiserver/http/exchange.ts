import type { Duplex } from 'node:stream';

/** Who asks: the result of authentication (authentication/v1 UserInfo). */
export interface UserInfo {
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** A request, free of any HTTP library. Header names are lower-case. */
export interface ApiRequest {
  readonly method: string;
  /** Path and query as sent, still percent-encoded: `/api/v1/pods?limit=5`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Reads the whole body. @throws StatusError RequestEntityTooLarge above the limit */
  readonly body: () => Promise<Uint8Array>;
  /** The body as it comes, of any size, instead of `body`: for those who pass it on. Absent in process. */
  readonly pieces?: () => AsyncIterable<Uint8Array>;
  /** What the client wants to switch to, in lower case, where the connection can be taken over: `websocket`, `spdy/3.1`. Answer 101 to take it. */
  readonly upgrade?: string;
  /** What the body's JSON says, when the caller is in this process; the caller's own, so copy it. */
  readonly content?: unknown;
  /** Aborts when the client goes away or the server stops. */
  readonly signal: AbortSignal;
  /** In-process callers are authenticated by construction; sockets leave this out. */
  readonly user?: UserInfo;
  /** The verified client certificate's subject, when TLS gave one, and the SHA-256 of its DER in hexadecimal. */
  readonly certificate?: {
    readonly commonName: string;
    readonly organizations: readonly string[];
    readonly uid?: string;
    readonly fingerprint?: string;
    /** Milliseconds since the epoch. */
    readonly expiresAt?: number;
  };
  /** A client certificate was shown that TLS could not verify: expired, or of another authority. */
  readonly untrustedCertificate?: boolean;
  /** Waits until there is room to make a large answer, and to hold it until it is read. @throws StatusError TooManyRequests */
  readonly room?: (reader: string) => Promise<void>;
  /** Peer address for audit and flow control; `inProcess` without a socket. */
  readonly remoteAddress: string;
}

/** The remoteAddress of callers in this process. */
export const inProcess = 'in-process';

export type Trailers = Readonly<Record<string, string | string[]>>;

/** Where a streaming answer writes to. `write` returns false when the peer is slow; the writer then waits for `drained` or gives up. */
export interface ResponseSink {
  write(chunk: Uint8Array): boolean;
  /** Of a response that `passes`, when the reader wants it: takes what a line of JSON would say. All share it, nobody changes it. */
  readonly pass?: (value: unknown) => void;
  drained(): Promise<void>;
  /** Trailers are what an answer says after its body (RFC 9110, 6.5), as far as the client's protocol takes them. */
  end(trailers?: Trailers): void;
  /** Nobody reads any more. Absent where the reader is in this process. */
  readonly isGone?: boolean;
  /** Ends at once, and drops what was not read. Absent where the reader is in this process. */
  cut?(): void;
  /** Of an answer 101 (switching protocols): the connection, which belongs to whoever writes the body from now on. */
  readonly connection?: Duplex;
  /** Bytes accepted but not yet taken by the peer. */
  readonly buffered: number;
  /** Bytes accepted so far, where somebody counts. */
  readonly written?: number;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Record<string, string | string[]>;
  /** Whole bytes, several pieces written corked, or a stream that owns the sink until the request's signal aborts or it ends it. */
  readonly body: Uint8Array | readonly Uint8Array[] | ((sink: ResponseSink) => void | Promise<void>);
  /** What the body's JSON says, when it is at hand and nobody else holds it: a caller in this process need not parse. */
  readonly object?: unknown;
  /** Whose answer it is: what waits to be read is divided among users. */
  reader?: string;
  /** Who would not serve the request, to protect itself or because whom it needs is not there: too many, shutting down, unreachable. */
  terminatedBy?: 'aggregator' | 'apiserver';
  /** The stream is lines of JSON, and can pass values instead. */
  readonly passes?: boolean;
}

/** Bytes of an answer's body; 0 of a stream, which nobody knows before. */
export const sizeOf = (body: ApiResponse['body']): number =>
  typeof body === 'function' ? 0 : body instanceof Uint8Array ? body.length : body.reduce((sum, piece) => sum + piece.length, 0);

/** The API server as one function. Never rejects: every failure is a Status response. */
export type ApiHandler = (request: ApiRequest) => Promise<ApiResponse>;
