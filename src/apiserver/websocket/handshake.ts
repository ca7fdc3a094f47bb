import { createHash } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { ApiRequest, ApiResponse } from '../http/exchange.ts';

/** Of RFC 6455, 1.3. */
const acceptSuffix = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

export interface HandshakeOptions {
  /** Subprotocols that are spoken; '' when none need be said. Undefined: any one is, as nobody looks at it. */
  readonly protocols?: readonly string[];
  /** Whether the client must say where it comes from, as browsers do. */
  readonly needsOrigin?: boolean;
}

/** Whether the client wants a WebSocket, and can have it. */
export const wantsWebSocket = ({ upgrade }: Pick<ApiRequest, 'upgrade'>): boolean => upgrade === 'websocket';

const tokenPrefix = 'base64url.bearer.authorization.k8s.io.';

const listed = ({ headers }: Pick<ApiRequest, 'headers'>): readonly string[] => {
  const text = headers['sec-websocket-protocol']?.trim();
  return text ? text.split(',').map((each) => each.trim()) : [];
};

/** The subprotocols that a client offers, in its order. */
export const offeredProtocols = (request: Pick<ApiRequest, 'headers'>): readonly string[] =>
  listed(request).filter((each) => !each.startsWith(tokenPrefix));

/** What it says there besides: credentials, as they are encoded. */
export const tokenProtocols = (request: Pick<ApiRequest, 'headers'>): readonly string[] =>
  listed(request).flatMap((each) => (each.startsWith(tokenPrefix) ? [each.slice(tokenPrefix.length)] : []));

const refusal = (status: number, message = '', headers: Record<string, string> = {}): ApiResponse => ({
  status,
  headers: { ...headers },
  body: Buffer.from(message),
});

const isOrigin = (text: string | undefined): boolean => text !== undefined && (text.startsWith('/') || URL.canParse(text));

/** The subprotocol that is spoken: '' none. Undefined: none that both speak; with several to choose from, nobody chooses. */
const chosenProtocol = (offered: readonly string[], spoken: readonly string[] | undefined): string | undefined => {
  if (spoken === undefined) return offered.length > 1 ? undefined : (offered[0] ?? '');
  return (offered.length > 0 ? offered : ['']).find((each) => spoken.includes(each));
};

/**
 * Switches to a WebSocket, as kube-apiserver's server does (the same codes and words where a request is not one for it). `serve` owns the
 * connection from then on; what it returns ends when the exchange has.
 */
export const acceptWebSocket = (
  request: ApiRequest,
  serve: (connection: Duplex, protocol: string) => Promise<void>,
  { protocols, needsOrigin = false }: HandshakeOptions = {},
): ApiResponse => {
  const { headers, method } = request;
  const key = headers['sec-websocket-key'];
  if (method !== 'GET') return refusal(405, 'bad method');
  if (!key) return refusal(400, 'mismatch challenge/response');
  if (headers['sec-websocket-version'] !== '13') return refusal(400, 'missing or bad WebSocket Version', { 'sec-websocket-version': '13' });
  if (needsOrigin && !isOrigin(headers['origin'])) return refusal(403);
  const protocol = chosenProtocol(offeredProtocols(request), protocols);
  if (protocol === undefined) return refusal(protocols === undefined ? 400 : 403);
  return {
    status: 101,
    headers: {
      upgrade: 'websocket',
      connection: 'Upgrade',
      'sec-websocket-accept': createHash('sha1').update(`${key}${acceptSuffix}`).digest('base64'),
      ...(protocol === '' ? {} : { 'sec-websocket-protocol': protocol }),
    },
    body: async ({ connection }) => {
      if (connection) await serve(connection, protocol);
    },
  };
};
