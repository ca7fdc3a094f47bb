import { pipeline } from 'node:stream/promises';
import type { IncomingMessage } from 'node:http';
import type { ApiRequest, ApiResponse, ResponseSink, UserInfo } from '../http/exchange.ts';
import { text } from '../http/respond.ts';
import { sendUpstream } from './upstream.ts';
import type { Upstream } from './upstream.ts';

/** Headers of one connection (RFC 9110 §7.6.1), and those that say who asks: only we may say that, and whom the caller stands for is settled. */
const dropped =
  /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|host|content-length|authorization|impersonate-.*|x-remote-.*|:.*|http2-settings)$/;

const escapeExtraKey = (key: string): string => encodeURIComponent(key.toLowerCase());

/** The caller as request headers, as an aggregated server reads them behind the front-proxy certificate. */
export const userHeaders = ({ username, uid, groups, extra = {} }: UserInfo): Record<string, string | string[]> => ({
  'x-remote-user': username,
  ...(uid === undefined ? {} : { 'x-remote-uid': uid }),
  ...(groups.length > 0 ? { 'x-remote-group': [...groups] } : {}),
  ...Object.fromEntries(Object.entries(extra).map(([key, values]) => [`x-remote-extra-${escapeExtraKey(key)}`, [...values]])),
});

const forwardedHeaders = (request: ApiRequest, user: UserInfo): Record<string, string | string[]> => {
  const kept = Object.entries(request.headers).flatMap(([name, value]) =>
    value === undefined || dropped.test(name) ? [] : [[name, value] as const],
  );
  return { ...Object.fromEntries(kept), 'x-forwarded-for': request.remoteAddress, ...userHeaders(user) };
};

const answeredHeaders = (incoming: IncomingMessage): Record<string, string | string[]> =>
  Object.fromEntries(
    Object.entries(incoming.headers).flatMap(([name, value]) => (value === undefined || dropped.test(name) ? [] : [[name, value]])),
  );

/** Writes an answer as it comes, no faster than the reader takes it. */
const relay = async (incoming: IncomingMessage, sink: ResponseSink): Promise<void> => {
  try {
    await pipeline(incoming, async (source: AsyncIterable<Buffer>) => {
      for await (const chunk of source) if (!sink.write(chunk)) await sink.drained();
    });
  } finally {
    sink.end();
  }
};

/** Hands a request on to an aggregated API server, in the caller's name. A server that cannot be reached is 503. */
export const proxyRequest = async (upstream: Upstream, request: ApiRequest, user: UserInfo): Promise<ApiResponse> => {
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
  try {
    const incoming = await sendUpstream(upstream, {
      method: request.method,
      path: request.url,
      headers: forwardedHeaders(request, user),
      ...(hasBody ? { body: await request.body() } : {}),
      signal: request.signal,
    });
    return { status: incoming.statusCode ?? 502, headers: answeredHeaders(incoming), body: (sink) => relay(incoming, sink) };
  } catch (error) {
    const response = text(503, `error trying to reach service: ${error instanceof Error ? error.message : String(error)}\n`);
    return { ...response, terminatedBy: 'aggregator' };
  }
};
