import { Agent, request as sendRequest } from 'node:http';
import type { Duplex } from 'node:stream';
import type { TransportRequest, TransportStream } from '../transport.ts';
import { startDeadline, translated } from './deadline.ts';

/** A keep-alive agent over connections that somebody else opens (TLS, tunnels, proxies). */
export const createHttp1Agent = (open: () => Promise<Duplex>): Agent => {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  agent.createConnection = (_options, callback) => {
    open().then(
      (socket) => callback?.(null, socket),
      (error: Error) => callback?.(error, undefined as never),
    );
    return undefined;
  };
  return agent;
};

/** Sends one request; resolves with the headers. @throws TransportError, or the signal's reason */
export const exchangeOverHttp1 = (
  agent: Agent,
  request: TransportRequest,
  options: {
    readonly path: string;
    readonly host: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly timeoutMilliseconds: number;
    readonly untilHeaders: boolean;
  },
): Promise<TransportStream> =>
  new Promise((resolve, reject) => {
    const outgoing = sendRequest({
      agent,
      method: request.method,
      path: options.path,
      headers: {
        ...options.headers,
        host: options.host,
        ...(request.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(request.body)) }),
      },
    });
    const cancel = (): void => void outgoing.destroy(new Error('canceled'));
    const deadline = startDeadline(`${request.method} ${options.path}`, cancel, { ...options, signal: request.signal });
    outgoing.on('error', (cause) => {
      const error = deadline.errorOf(cause);
      deadline.clear();
      reject(error);
    });
    outgoing.once('response', (response) => {
      deadline.headersArrived();
      resolve({ status: response.statusCode ?? 0, headers: response.headers, chunks: translated(response, deadline) });
    });
    outgoing.end(request.body);
  });
