import type { ApiRequest, ApiResponse, UserInfo } from '../http/exchange.ts';
import { text } from '../http/respond.ts';
import type { Backend } from '../proxy/backend.ts';
import { passUpgrade } from '../proxy/dial-upgrade.ts';
import { passRequest } from '../proxy/pass-request.ts';
import type { Upstream } from './upstream.ts';

/** Who asks: only we may say that. */
const saysWho = (name: string): boolean => name.startsWith('x-remote-') || name === 'http2-settings';

const escapeExtraKey = (key: string): string => encodeURIComponent(key.toLowerCase());

/** The caller as request headers, as an aggregated server reads them behind the front-proxy certificate. */
export const userHeaders = ({ username, uid, groups, extra = {} }: UserInfo): Record<string, string | string[]> => ({
  'x-remote-user': username,
  ...(uid === undefined ? {} : { 'x-remote-uid': uid }),
  ...(groups.length > 0 ? { 'x-remote-group': [...groups] } : {}),
  ...Object.fromEntries(Object.entries(extra).map(([key, values]) => [`x-remote-extra-${escapeExtraKey(key)}`, [...values]])),
});

const backendOf = ({ host, port, agent }: Upstream, url: string): Backend => ({
  target: new URL(`https://${host.includes(':') ? `[${host}]` : host}:${port}`),
  path: url,
  agent,
});

/**
 * Hands a request on to an aggregated API server, in the caller's name; one for another protocol too. A server that cannot be reached, or
 * does not switch, is 503.
 */
export const proxyRequest = async (upstream: Upstream, request: ApiRequest, user: UserInfo): Promise<ApiResponse> => {
  const backend = backendOf(upstream, request.url);
  const { host } = backend.target;
  const headers = { ...userHeaders(user), host };
  try {
    if (request.upgrade !== undefined) return await passUpgrade(request, { backend, headers, isDropped: saysWho });
    const forwarded = { 'x-forwarded-host': host, 'x-forwarded-proto': 'https' };
    return await passRequest(request, { backend, headers: { ...headers, ...forwarded }, isDropped: saysWho, prefix: '' });
  } catch (error) {
    return text(503, `${error instanceof Error ? error.message : String(error)}\n`);
  }
};
