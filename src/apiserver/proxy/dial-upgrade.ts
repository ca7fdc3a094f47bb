import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { StatusError } from '../../apimachinery/errors/status-error.ts';
import type { ApiRequest, ApiResponse } from '../http/exchange.ts';
import { offeredProtocols } from '../websocket/handshake.ts';
import { type Backend, beginRequest, headersOf, type Outgoing } from './backend.ts';
import { joinStreams } from './join-streams.ts';
import { relayBody } from './relay-body.ts';

/** What a backend said to a request for another protocol: `connection` when it switched to it. */
export interface Dialed {
  readonly answer: IncomingMessage;
  readonly connection?: Duplex;
}

/** How long a backend may take to answer. */
const answerMilliseconds = 30_000;

/** An error of the server's own that clients see as it is. */
export const plainError = (message: string): StatusError => new StatusError('', message);

/** Lets go of a backend's connection when the client goes away before anybody has taken it; call what it returns to take it. */
export const untilTaken = (signal: AbortSignal, connection: Duplex): (() => void) => {
  const abandon = (): void => void connection.destroy();
  if (signal.aborted) abandon();
  else signal.addEventListener('abort', abandon, { once: true });
  return () => signal.removeEventListener('abort', abandon);
};

/** Asks a backend for another protocol, on a connection of its own. @throws StatusError when it does not answer */
export const dialUpgrade = (backend: Backend, outgoing: Outgoing): Promise<Dialed> =>
  new Promise((resolve, reject) => {
    const request = beginRequest(backend, outgoing);
    request.setTimeout(answerMilliseconds, () => request.destroy(new Error(`no answer within ${answerMilliseconds / 1000} s`)));
    request.on('upgrade', (answer, connection, head) => {
      (connection as Duplex & { setTimeout(milliseconds: number): void }).setTimeout(0);
      connection.on('error', () => connection.destroy());
      if (head.length > 0) connection.unshift(head);
      resolve({ answer, connection });
    });
    request.on('response', (answer) => {
      request.setTimeout(0);
      resolve({ answer });
    });
    request.on('error', (error) => reject(plainError(`error dialing backend: ${error.message}`)));
    request.end();
  });

/** What a request for another protocol says to the backend: all that it said to us, but for its credentials. */
export const upgradeHeaders = (request: ApiRequest, isDropped?: (name: string) => boolean): Record<string, string> => {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined && name !== 'authorization' && !name.startsWith('impersonate-') && !isDropped?.(name)) headers[name] = value;
  if (headers['sec-websocket-protocol'] !== undefined) headers['sec-websocket-protocol'] = offeredProtocols(request).join(', ');
  headers['x-forwarded-for'] = forwardedFor(request);
  return headers;
};

/** Whom the request came from, and by whom. */
export const forwardedFor = ({ headers, remoteAddress }: ApiRequest): string =>
  [headers['x-forwarded-for'], remoteAddress.replace(/^::ffff:/, '')].filter((each) => each !== undefined && each !== '').join(', ');

/** The answer of a backend that did not switch: its refusal as it is. @throws StatusError when it is none */
export const refusedUpgrade = ({ answer }: Dialed): ApiResponse => {
  const status = answer.statusCode ?? 502;
  if (status < 400) {
    answer.destroy();
    throw plainError(`invalid upgrade response: status code ${status}`);
  }
  return { status, headers: headersOf(answer), body: (sink) => relayBody(answer, sink) };
};

export interface PassUpgradeOptions {
  readonly backend: Backend;
  /** What is said besides, instead of what the client said. */
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** Headers that are nobody's business there. */
  readonly isDropped?: (name: string) => boolean;
}

/** Passes a request for another protocol on, and then the bytes of both sides. @throws StatusError */
export const passUpgrade = async (request: ApiRequest, { backend, headers, isDropped }: PassUpgradeOptions): Promise<ApiResponse> => {
  const { method, signal } = request;
  const dialed = await dialUpgrade(backend, { method, headers: { ...upgradeHeaders(request, isDropped), ...headers }, signal });
  const { answer, connection: theirs } = dialed;
  if (!theirs) return refusedUpgrade(dialed);
  const taken = untilTaken(signal, theirs);
  return {
    status: 101,
    headers: answer.headers as Record<string, string | string[]>,
    body: async ({ connection }) => {
      taken();
      if (connection) await joinStreams(connection, theirs);
      else theirs.destroy();
    },
  };
};
