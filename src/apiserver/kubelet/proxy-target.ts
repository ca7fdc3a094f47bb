import type { ApiRequest, ApiResponse } from '../http/exchange.ts';
import { type Block, containsAddress, parseAddress, parseBlock } from '../../apimachinery/net/ip-address.ts';
import { forward } from './forward.ts';

/** What a proxy subresource's NAME says: `name`, `name:port` or `scheme:name:port`; the port may be a name, or empty. */
export interface ProxyName {
  readonly scheme: string;
  readonly name: string;
  readonly port: string;
}

/** Undefined when it is none of the three forms. */
export const parseProxyName = (id: string): ProxyName | undefined => {
  const parts = id.split(':');
  if (parts.length > 3) return undefined;
  const [scheme = '', name = '', port = ''] = parts.length === 3 ? parts : ['', ...parts];
  return name !== '' && ['', 'http', 'https'].includes(scheme) ? { scheme, name, port } : undefined;
};

/** `scheme` and `port` may be empty: plain HTTP, and its own port. */
export const proxyUrl = ({ scheme, port }: Pick<ProxyName, 'scheme' | 'port'>, address: string): URL =>
  new URL(`${scheme || 'http'}://${address.includes(':') ? `[${address}]` : address}${port === '' ? '' : `:${port}`}`);

const notGlobal = [
  '0.0.0.0/32',
  '255.255.255.255/32',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/4',
  '::/128',
  '::1/128',
  'fe80::/10',
  'ff00::/8',
]
  .map(parseBlock)
  .filter((block): block is Block => block !== undefined);

/** Whether requests may be sent there: not to this machine itself, nor to whoever is on its link. */
export const mayProxyTo = (text: string): boolean => {
  const address = parseAddress(text);
  return address !== undefined && !notGlobal.some((block) => containsAddress(block, address));
};

/** Sends a request for …/proxy/PATH on to PATH there. A page without a path is looked for one level below, so that its links fit. */
export const proxyRequest = (
  request: ApiRequest,
  { path, base, target }: { readonly path: string; readonly base: string; readonly target: URL },
): Promise<ApiResponse> | ApiResponse => {
  const rest = path.slice(path.indexOf(base) + base.length);
  const question = request.url.indexOf('?');
  const query = question < 0 ? '' : request.url.slice(question);
  if (rest === '' && (request.method === 'GET' || request.method === 'HEAD'))
    return { status: 301, headers: { location: `${path}/${query}` }, body: new Uint8Array() };
  const escaped = rest.split('/').map(encodeURIComponent).join('/') || '/';
  return forward(request, { target: new URL(escaped + query, target) });
};
