import { StatusError } from '../../apimachinery/errors/status-error.ts';
import type { ServerExtensionFactory } from '../extension.ts';
import type { ApiRequest, ApiResponse } from '../http/exchange.ts';
import { json, pageNotFound } from '../http/respond.ts';
import type { RoutedRequest } from '../http/route.ts';
import type { KindCatalog } from '../registry/contract.ts';
import { createOpenApiPublisher } from './publisher.ts';
import { openApiDocument } from './v3-document.ts';
import type { RemoteDocuments } from './remote-documents.ts';
import { encodeSwaggerJson, toSwagger } from './v2-document.ts';
import type { SwaggerDocument } from './v2-document.ts';
import { encodeSwagger } from './v2-protobuf.ts';

const swaggerProtobuf = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
const jsonTypes = new Set(['application/json', 'application/*', '*/*', 'application/openapi+json']);

/** The first media type of an Accept header that can be served; undefined is 406. */
const negotiate = (accept: string | undefined, protobuf: string | undefined): 'json' | 'protobuf' | undefined => {
  if (!accept) return 'json';
  for (const clause of accept.split(',')) {
    const type = clause.split(';')[0]?.trim() ?? '';
    if (jsonTypes.has(type)) return 'json';
    if (type === protobuf || (protobuf !== undefined && type === protobuf.replace('@', '.'))) return 'protobuf';
  }
  return undefined;
};

const document = ({ headers }: ApiRequest, bytes: () => Uint8Array, about: { etag: string; contentType: string }): ApiResponse => {
  const shared = { etag: about.etag, vary: 'Accept' };
  if (headers['if-none-match'] === about.etag) return { status: 304, headers: shared, body: new Uint8Array() };
  return { status: 200, headers: { ...shared, 'content-type': about.contentType }, body: bytes() };
};

const requireGet = ({ method }: ApiRequest): void => {
  if (method === 'GET' || method === 'HEAD') return;
  throw new StatusError('MethodNotAllowed', 'the server does not allow this method on the requested resource', { details: {} });
};

const notAcceptable = (): ApiResponse => ({ status: 406, headers: { vary: 'Accept' }, body: new Uint8Array() });

/** The whole API as one v2 document, kept until the catalog changes; each encoding is made when it is first asked for. */
const createSwagger = (catalog: KindCatalog, publisher: ReturnType<typeof createOpenApiPublisher>) => {
  let current: { generation: number; hash: string; document: SwaggerDocument; json?: Buffer; protobuf?: Buffer } | undefined;
  return () => {
    if (current?.generation !== catalog.generation) {
      const { paths, definitions, hash } = publisher.everything();
      current = { generation: catalog.generation, hash, document: toSwagger(openApiDocument(paths, definitions)) };
    }
    const state = current;
    return {
      hash: state.hash,
      json: () => (state.json ??= encodeSwaggerJson(state.document)),
      protobuf: () => (state.protobuf ??= encodeSwagger(state.document)),
    };
  };
};

/** /openapi/v2 and /openapi/v3: current with the very request that follows a change of the catalog. */
export const openApiExtension =
  (remote: RemoteDocuments = new Map()): ServerExtensionFactory =>
  ({ catalog, options }) => {
    const publisher = createOpenApiPublisher(catalog);
    const swagger = createSwagger(catalog, publisher);

    const v2 = ({ request }: RoutedRequest): ApiResponse => {
      requireGet(request);
      const form = negotiate(request.headers['accept'], swaggerProtobuf);
      if (!form) return notAcceptable();
      const { hash, json: asJson, protobuf } = swagger();
      return form === 'json'
        ? document(request, asJson, { etag: `"${hash}"`, contentType: 'application/json' })
        : document(request, protobuf, { etag: `"${hash}-pb"`, contentType: swaggerProtobuf.replace('@', '.') });
    };

    const v3Index = ({ request }: RoutedRequest): ApiResponse => {
      requireGet(request);
      const own = [...publisher.documents()].map(([path, { hash }]) => [path, `/openapi/v3/${path}?hash=${hash}`] as const);
      const others = [...remote].map(([path, { serverRelativeURL }]) => [path, serverRelativeURL] as const);
      const paths = [...own, ...others].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([path, url]) => [path, { serverRelativeURL: url }]);
      return json(200, { paths: Object.fromEntries(paths) as unknown });
    };

    const v3 = ({ request, user, path, query }: RoutedRequest): ApiResponse | Promise<ApiResponse> => {
      requireGet(request);
      const name = path.slice('/openapi/v3/'.length);
      const found = publisher.documents().get(name);
      if (!found) return remote.get(name)?.fetch(request, user) ?? pageNotFound();
      if (!negotiate(request.headers['accept'], undefined)) return notAcceptable();
      const asked = query.get('hash');
      if (asked !== null && asked !== found.hash)
        return { status: 301, headers: { location: `/openapi/v3/${name}?hash=${found.hash}` }, body: new Uint8Array() };
      const response = document(request, found.bytes, { etag: `"${found.hash}"`, contentType: 'application/json' });
      if (asked !== null) {
        response.headers['cache-control'] = 'public, immutable';
        response.headers['expires'] = new Date(options.now() + 365 * 24 * 3600 * 1000).toUTCString();
      }
      return response;
    };

    return {
      name: 'openapi',
      routes: [
        { path: '/openapi/v2', handle: v2 },
        { path: '/openapi/v3', handle: v3Index },
        { path: '/openapi/v3/', handle: (routed) => (routed.path === '/openapi/v3/' ? v3Index(routed) : v3(routed)) },
      ],
    };
  };
