import { StatusError } from '../../apimachinery/errors/status-error.ts';
import type { ServerExtensionFactory } from '../extension.ts';
import type { ApiRequest, ApiResponse } from '../http/exchange.ts';
import { json, jsonBytes, pageNotFound } from '../http/respond.ts';
import type { PlainRoute, RoutedRequest } from '../http/route.ts';
import type { DiscoveryDocument } from './documents.ts';
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
const aggregatedResponse = ({ headers }: ApiRequest, { bytes, etag }: DiscoveryDocument, version: string): ApiResponse => {
  const shared = { 'cache-control': 'public', vary: 'Accept', etag };
  if (headers['if-none-match'] === etag) return { status: 304, headers: shared, body: new Uint8Array() };
  const contentType = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
  return { status: 200, headers: { ...shared, 'content-type': contentType }, body: bytes };
};

/** Serves /api, /apis and what is below them, /version, and the index at /. Unknown plain paths end here too: 404. */
export const discoveryExtension =
  (remote: RemoteGroups): ServerExtensionFactory =>
  ({ catalog, checks }) => {
    const documents = createDiscoveryDocuments(catalog, remote);

    const root =
      (name: 'api' | 'apis', plain: (request: ApiRequest) => ApiResponse) =>
      (routed: RoutedRequest): ApiResponse => {
        const { request } = routed;
        requireGet(request);
        const { aggregated } = negotiateDiscovery(request.headers['accept'], { aggregated: true });
        if (aggregated === undefined) return inPlainForm(routed, plain(request));
        return aggregatedResponse(request, documents.aggregated(name, aggregated), aggregated);
      };
    const api = root('api', ({ headers }) => json(200, apiVersions(headers['host'] ?? headers[':authority'] ?? '')));
    const apis = root('apis', () => jsonBytes(200, documents.groupList().bytes));

    const below = (routed: RoutedRequest): ApiResponse => {
      const [, first, ...names] = routed.path.replace(/\/$/, '').split('/');
      if (names.length === 0) return first === 'api' ? api(routed) : apis(routed);
      const [group = '', version, beyond] = first === 'api' ? ['', ...names] : names;
      const served = documents.groups().some(({ name }) => name === group);
      if (!served || beyond !== undefined) return first === 'api' ? notServed() : pageNotFound();
      requireGet(routed.request);
      negotiateDiscovery(routed.request.headers['accept'], { aggregated: false });
      const document = version === undefined ? documents.group(group) : documents.resources(group, version);
      return document ? inPlainForm(routed, jsonBytes(200, document.bytes)) : notServed();
    };

    const routes: readonly PlainRoute[] = [
      { path: '/api', handle: api },
      { path: '/apis', handle: apis },
      { path: '/api/', handle: below },
      { path: '/apis/', handle: below },
      {
        path: '/version',
        handle: ({ request }) => {
          requireGet(request);
          return json(200, versionInfo);
        },
      },
      {
        path: '/',
        handle: ({ path }) => {
          if (path !== '/') return pageNotFound();
          return json(200, rootPaths(documents.groups(), checks()));
        },
      },
    ];
    return { name: 'discovery', routes };
  };
