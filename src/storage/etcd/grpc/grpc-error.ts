/** The status codes of gRPC that this driver tells apart. */
export const grpcStatus = {
  cancelled: 1,
  unknown: 2,
  deadlineExceeded: 4,
  resourceExhausted: 8,
  outOfRange: 11,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const;

export interface GrpcErrorOptions extends ErrorOptions {
  readonly code: number;
  /** The server's own words, or what became of the connection. */
  readonly details: string;
  /** False: the server cannot have seen the request. Default true. */
  readonly sent?: boolean | undefined;
}

/** A call that was not answered with status 0. */
export class GrpcError extends Error {
  override readonly name = 'GrpcError';
  readonly code: number;
  readonly details: string;
  readonly sent: boolean;

  constructor({ code, details, sent = true, ...options }: GrpcErrorOptions) {
    super(`${code}: ${details}`, options);
    this.code = code;
    this.details = details;
    this.sent = sent;
  }
}
