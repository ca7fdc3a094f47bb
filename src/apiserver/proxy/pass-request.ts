import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { serviceUnavailable } from '../../apimachinery/errors/api-errors.ts';
import type { ApiRequest, ApiResponse } from '../http/exchange.ts';
import { type Backend, beginRequest, headersOf, type Outgoing } from './backend.ts';
import { endToEnd } from './end-to-end.ts';
import { forwardedFor } from './dial-upgrade.ts';
import { relayBody } from './relay-body.ts';
import { rewriteLocation } from './rewrite-location.ts';

export interface PassOptions {
  readonly backend: Backend;
  /** What is said besides, instead of what the client said. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** Headers that are nobody's business there. */
  readonly isDropped?: (name: string) => boolean;
  /** The path that stands for the backend's `/` here: `/api/v1/namespaces/default/services/web/proxy`. */
  readonly prefix: string;
}

/** Answers of pages that scripts of other sites could read. */
const crossOrigin = [
  'access-control-allow-credentials',
  'access-control-allow-headers',
  'access-control-allow-methods',
  'access-control-allow-origin',
];

const credentials = (name: string): boolean => name === 'authorization' || name.startsWith('impersonate-');

const requestHeaders = (
  request: ApiRequest,
  { backend, headers = {}, isDropped, prefix }: PassOptions,
): Record<string, string | string[]> => {
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(endToEnd(request.headers)))
    if (!credentials(name) && !isDropped?.(name) && name !== 'expect') kept[name] = value;
  if (request.headers['te']?.includes('trailers')) kept['te'] = 'trailers';
  return {
    ...kept,
    'x-forwarded-for': forwardedFor(request),
    'x-forwarded-uri': prefix === '' ? request.url.split('?')[0]! : `${prefix}${backend.target.pathname}`,
    ...headers,
  };
};

/** What has no body has none to be announced; without a length, only a method tells. */
const hasBody = ({ method, headers }: ApiRequest): boolean =>
  headers['content-length'] === undefined
    ? headers['transfer-encoding'] !== undefined || !['GET', 'HEAD', 'OPTIONS'].includes(method)
    : Number(headers['content-length']) > 0;

/** Sends it, with its body as it comes; resolves with the answer's head. */
const send = (request: ApiRequest, backend: Backend, outgoing: Outgoing): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const sent = beginRequest(backend, outgoing);
    sent.on('response', resolve);
    sent.on('error', reject);
    // A switch of protocols is neither an answer nor an error.
    sent.on('upgrade', (_answer, socket) => {
      socket.destroy();
      reject(new Error('EOF'));
    });
    if (!hasBody(request)) return void sent.end();
    if (!request.pieces) return void request.body().then((body) => sent.end(body), reject);
    // An answer may come before all of the body was taken.
    pipeline(request.pieces(), sent).catch(reject);
  });

/** Passes a request on to a backend and streams its answer back, both of any size. @throws StatusError ServiceUnavailable when it cannot be reached */
export const passRequest = async (request: ApiRequest, options: PassOptions): Promise<ApiResponse> => {
  const { backend, prefix } = options;
  const headers = requestHeaders(request, options);
  let incoming: IncomingMessage;
  try {
    incoming = await send(request, backend, { method: request.method, headers, signal: request.signal });
  } catch (error) {
    throw serviceUnavailable(`error trying to reach service: ${error instanceof Error ? error.message : String(error)}`);
  }
  const answered = headersOf(incoming);
  for (const name of crossOrigin) delete answered[name];
  if (typeof answered['location'] === 'string')
    answered['location'] = rewriteLocation(answered['location'], { target: backend.target, host: request.headers['host'], prefix });
  return { status: incoming.statusCode ?? 502, headers: answered, body: (sink) => relayBody(incoming, sink) };
};
