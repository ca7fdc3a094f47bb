import { type Agent as HttpAgent, type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { type Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { ConnectionOptions } from 'node:tls';
import { endToEnd } from './end-to-end.ts';

/** Whom a request is passed on to. */
export interface Backend {
  /** Path and query too, unless `path` says them as they were sent. */
  readonly target: URL;
  readonly path?: string;
  /** Whom it must be, and who we are to it. */
  readonly tls?: Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'servername' | 'rejectUnauthorized' | 'allowPartialTrustChain'>;
  /** Keeps connections between requests; without it each has its own. */
  readonly agent?: HttpAgent | HttpsAgent;
}

export interface Outgoing {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly signal: AbortSignal;
}

/** Begins a request; `end` it. Errors are told by its events. */
export const beginRequest = ({ target, path, tls = {}, agent }: Backend, outgoing: Outgoing): ClientRequest => {
  const { method, headers, signal } = outgoing;
  const options = { method, headers, signal, agent: agent ?? false, maxHeaderSize: 64 * 1024, ...(path === undefined ? {} : { path }) };
  // A name that is an address is no server name (RFC 6066, 3): Node.js leaves it out by itself, and verifies the address.
  return target.protocol === 'http:'
    ? httpRequest(target, options)
    : httpsRequest(target, { ...options, ...tls, ALPNProtocols: ['http/1.1'] } as Parameters<typeof httpsRequest>[1] & object);
};

/** Several values of a header stay apart only where they must. */
export const headersOf = ({ headers }: IncomingMessage): Record<string, string | string[]> => ({
  ...endToEnd(headers),
  // Trailers that are announced may come; without chunks there is no place for them.
  ...(headers.trailer !== undefined && headers['transfer-encoding'] === 'chunked' ? { trailer: headers.trailer } : {}),
});
