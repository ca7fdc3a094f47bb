import { methodNotAllowed } from '../../apimachinery/errors/api-errors.ts';
import { StatusError } from '../../apimachinery/errors/status-error.ts';
import type { ServerExtensionFactory } from '../extension.ts';
import type { ApiRequest, ApiResponse } from '../http/exchange.ts';
import { json, jsonBytes, pageNotFound, serviceUnavailable } from '../http/respond.ts';
import type { PlainRoute, RoutedRequest } from '../http/route.ts';
import type { DiscoveryDocument } from './documents.ts';
import { requireRoute } from '../http/negotiate.ts';
import { inPlainForm } from './plain-form.ts';
import { createDiscoveryDocuments } from './documents.ts';
import { apiVersions } from './legacy-discovery.ts';
import { negotiateDiscovery } from './negotiate.ts';
import type { RemoteGroups } from './remote-groups.ts';
import { rootPaths } from './root-paths.ts';
import { versionInfo } from './version-info.ts';

const requireGet = ({ method }: ApiRequest): void => {
  if (method === 'GET' || method === 'HEAD') return;
  throw new StatusError('MethodNotAllowed', 'the server does not allow this method on the requested resource', { details: {} });
};

const notServed = (): never => {
  throw new StatusError('NotFound', 'the server could not find the requested resource', { details: {} });
};

/** Aggregated documents carry an ETag: a client that has the bytes gets 304. */
const aggregatedResponse = ({ headers }: ApiRequest, { bytes, etag }: DiscoveryDocument, type: string): ApiResponse => {
  const shared = { 'cache-control': 'public', vary: 'Accept', etag };
  if (headers['if-none-match'] === etag) return { status: 304, headers: shared, body: new Uint8Array() };
  const contentType = `${type};g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList`;
  return { status: 200, headers: { ...shared, 'content-type': contentType }, body: bytes };
};

/** Serves /api, /apis and what is below them, /version, and the index at /. Unknown plain paths end here too: 404. */
export const discoveryExtension =
  (remote: RemoteGroups, onAggregated: () => void = () => {}): ServerExtensionFactory =>
  ({ catalog, checks }) => {
    const documents = createDiscoveryDocuments(catalog, remote, onAggregated);

    const root =
      (name: 'api' | 'apis', plain: (request: ApiRequest) => ApiResponse) =>
      (routed: RoutedRequest): ApiResponse => {
        const { request } = routed;
        if (name === 'api' && request.method === 'HEAD') throw methodNotAllowed();
        if (name === 'api') requireGet(request);
        const { aggregated, format } = negotiateDiscovery(request.headers['accept'], { aggregated: true, routed: name === 'api' });
        if (!aggregated) return inPlainForm(routed, plain(request), format);
        const isBinary = format === 'protobuf';
        const type = isBinary ? 'application/vnd.kubernetes.protobuf' : 'application/json';
        return aggregatedResponse(request, documents.aggregated(name, isBinary ? 'protobuf' : 'json'), type);
      };
    const api = root('api', ({ headers }) => json(200, apiVersions(headers['host'] ?? headers[':authority'] ?? '')));
    const apis = root('apis', () => jsonBytes(200, documents.groupList().bytes));

    const below = (routed: RoutedRequest): ApiResponse => {
      const [, first, ...names] = routed.path.replace(/\/+$/, '').split('/');
      if (first === 'apis' && routed.path.startsWith('/apis//')) return pageNotFound();
      if (names.length === 0) return first === 'api' ? api(routed) : apis(routed);
      const [group = '', version, beyond] = first === 'api' ? ['', ...names] : names;
      const found = documents.groups().find(({ name }) => name === group);
      const isVersion = version === undefined || first !== 'api' || found?.versions.some((each) => each.version === version);
      if (!found || !isVersion || beyond !== undefined) return first === 'api' ? notServed() : pageNotFound();
      if (version !== undefined && routed.request.method === 'HEAD') throw methodNotAllowed();
      // A group's document is served whatever the method.
      if (version !== undefined) requireGet(routed.request);
      const { format } = negotiateDiscovery(routed.request.headers['accept'], { aggregated: false, routed: version !== undefined });
      if (version !== undefined && documents.isStale(group, version)) return serviceUnavailable();
      const document = version === undefined ? documents.group(group) : documents.resources(group, version);
      return document ? inPlainForm(routed, jsonBytes(200, document.bytes), format) : notServed();
    };

    // A page that people look at: indented, as it always was.
    const version = ({ request }: RoutedRequest): ApiResponse => {
      if (request.method === 'HEAD') throw methodNotAllowed();
      requireGet(request);
      requireRoute(request.headers['accept'], ['application/json']);
      return jsonBytes(200, Buffer.from(JSON.stringify(versionInfo, undefined, 2)));
    };

    const index = (): ApiResponse => jsonBytes(200, Buffer.from(JSON.stringify(rootPaths(documents.groups(), checks()), undefined, 2)));

    const routes: readonly PlainRoute[] = [
      { path: '/api', handle: api },
      { path: '/apis', handle: apis },
      { path: '/api/', handle: below },
      { path: '/apis/', handle: below },
      { path: '/version', handle: version },
      { path: '/version/', handle: (routed) => (routed.path === '/version/' ? version(routed) : notServed()) },
      { path: '/', handle: ({ path }) => (path === '/' ? index() : pageNotFound()) },
      { path: '/index.html', handle: index },
    ];
    return { name: 'discovery', routes };
  };
