import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { serviceUnavailable } from '../../apimachinery/errors/api-errors.ts';
import type { ApiRequest, ApiResponse } from '../http/exchange.ts';

export interface ForwardOptions {
  readonly target: URL;
  /** Until the answer's head is there. Default 30 s. */
  readonly timeoutMilliseconds?: number;
  /** PEM by which the backend is verified; without it any certificate will do, as for kubelets without a configured authority. */
  readonly certificateAuthority?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const hopByHop = new Set([
  'connection',
  'host',
  'authorization',
  'keep-alive',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'content-length',
]);

const passedOn = (headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string | string[]> => {
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) if (value !== undefined && !hopByHop.has(name)) kept[name] = value;
  return kept;
};

const open = (original: ApiRequest, body: Uint8Array, options: ForwardOptions): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const { target, timeoutMilliseconds = 30_000, certificateAuthority, headers = {} } = options;
    const send = target.protocol === 'http:' ? httpRequest : httpsRequest;
    const verification =
      certificateAuthority === undefined ? { rejectUnauthorized: false } : { ca: certificateAuthority, allowPartialTrustChain: true };
    const outgoing = send(
      target,
      {
        method: original.method,
        headers: { ...passedOn(original.headers), ...headers, 'content-length': String(body.length) },
        signal: original.signal,
        ...(target.protocol === 'https:' ? verification : {}),
      },
      (incoming) => {
        outgoing.setTimeout(0);
        resolve(incoming);
      },
    );
    outgoing.setTimeout(timeoutMilliseconds, () => outgoing.destroy(new Error(`no answer within ${timeoutMilliseconds / 1000} s`)));
    outgoing.on('error', reject);
    outgoing.end(body);
  });

/**
 * Sends a request on to a backend and streams its answer back. The caller's credentials are not passed on.
 * @throws StatusError ServiceUnavailable when the backend cannot be reached
 */
export const forward = async (original: ApiRequest, options: ForwardOptions): Promise<ApiResponse> => {
  const body = original.method === 'GET' || original.method === 'HEAD' ? new Uint8Array() : await original.body();
  let incoming: IncomingMessage;
  try {
    incoming = await open(original, body, options);
  } catch (error) {
    throw serviceUnavailable(`error trying to reach service: ${error instanceof Error ? error.message : String(error)}`);
  }
  return {
    status: incoming.statusCode ?? 502,
    headers: passedOn(incoming.headers),
    async body(sink) {
      try {
        for await (const chunk of incoming) if (!sink.write(chunk as Uint8Array)) await sink.drained();
      } finally {
        sink.end();
      }
    },
  };
};
