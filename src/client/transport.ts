/** What a client needs of the wire: in process or HTTPS. Header names are lower-case. */
export interface TransportRequest {
  readonly method: string;
  /** Path and query, percent-encoded: `/apis/apps/v1/deployments?limit=500`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** What a JSON body would say, instead of one: for a transport that passes objects; the server copies it. */
  readonly content?: unknown;
  /** The caller takes `object` and `values` instead of bytes. */
  readonly takesObjects?: boolean;
  readonly signal?: AbortSignal;
}

export interface TransportResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
  /** Instead of a body, what its JSON would say, to a caller who takes objects; it is the caller's own. */
  readonly object?: unknown;
}

export interface TransportStream {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Chunks as they arrive, of any size; ends when the server ends, throws when the connection breaks. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Instead of chunks, what their lines of JSON would say, to a caller who takes objects. Shared: not to be changed. */
  readonly values?: AsyncIterable<unknown>;
}

/** Safe for concurrent use. Rejects with TransportError when the server cannot be reached or the time is over. */
export interface Transport {
  /** The server is in this process: requests may have `content`, and take objects. */
  readonly passesObjects?: boolean;
  request(request: TransportRequest): Promise<TransportResponse>;
  stream(request: TransportRequest): Promise<TransportStream>;
  close(): Promise<void>;
}

/** The server could not be reached, or the connection broke before an answer. Retrying may help. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
}
