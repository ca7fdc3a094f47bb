import type { ApiRequest, ApiResponse } from '../http/exchange.ts';
import { type Block, containsAddress, parseAddress, parseBlock } from '../../apimachinery/net/ip-address.ts';
import type { Backend } from '../proxy/backend.ts';
import { passUpgrade } from '../proxy/dial-upgrade.ts';
import { passRequest } from '../proxy/pass-request.ts';

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
  { path, base, backend }: { readonly path: string; readonly base: string; readonly backend: Backend },
): Promise<ApiResponse> | ApiResponse => {
  const end = path.indexOf(base) + base.length;
  const rest = path.slice(end);
  const question = request.url.indexOf('?');
  const query = question < 0 ? '' : request.url.slice(question);
  const escaped = rest.split('/').map(encodeURIComponent).join('/') || '/';
  const target = new URL(escaped + query, backend.target);
  if (request.upgrade !== undefined) return passUpgrade(request, { backend: { ...backend, target } });
  if (rest === '' && (request.method === 'GET' || request.method === 'HEAD'))
    return { status: 301, headers: { location: `${path}/${query}` }, body: new Uint8Array() };
  return passRequest(request, { backend: { ...backend, target }, prefix: path.slice(0, end) });
};
