import type { Duplex } from 'node:stream';

/** What proves the caller's identity on one connection or request. PEM certificates; the token goes into the Authorization header. */
export interface Credentials {
  readonly token?: string;
  readonly username?: string;
  readonly password?: string;
  readonly certificate?: string;
  readonly key?: string;
}

/** Where credentials come from. `get` is called for every request and must be cheap; `invalidate` follows a 401. */
export interface CredentialSource {
  get(): Promise<Credentials>;
  invalidate?(): void;
}

export interface HttpTransportOptions {
  /** `https://host:port` or `http://…`, with an optional path prefix. */
  readonly server: string;
  /** PEM; the system's authorities when absent. */
  readonly certificateAuthority?: string;
  readonly insecureSkipTlsVerify?: boolean;
  /** Name to verify, and to send as SNI, instead of the server's host. */
  readonly serverName?: string;
  /** `http://` or `https://` proxy, asked to CONNECT. */
  readonly proxyUrl?: string;
  readonly credentials?: CredentialSource;
  /** Sent with every request (impersonation). */
  readonly headers?: Readonly<Record<string, string>>;
  /** Longest wait for a whole answer, or for the headers of a stream. Default 60,000. */
  readonly timeoutMilliseconds?: number;
  /** Opens the byte stream to the server instead of TCP: a tunnel. */
  readonly connect?: (signal: AbortSignal | undefined) => Promise<Duplex>;
}

export const fixedCredentials = (credentials: Credentials): CredentialSource => ({ get: () => Promise.resolve(credentials) });
