import { createHash } from 'node:crypto';
import { encodeJson } from '../../apimachinery/json/exact-json.ts';
import type { ServerExtensionFactory } from '../extension.ts';
import type { ApiResponse } from '../http/exchange.ts';
import type { RoutedRequest } from '../http/route.ts';
import type { KindCatalog } from '../registry/contract.ts';
import { mergeSwagger, type SwaggerParts } from './merge-swagger.ts';
import { createOpenApiPublisher } from './publisher.ts';
import { modifiedAfter, servedDocument } from './served-document.ts';
import { openApiDocument } from './v3-document.ts';
import type { RemoteDocuments } from './remote-documents.ts';
import { encodeSwaggerJson, toSwagger } from './v2-document.ts';
import type { SwaggerDocument } from './v2-document.ts';
import { encodeSwagger } from './v2-protobuf.ts';

const swaggerProtobuf = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
/** What the v2 document depends on, compressed or not. */
const v2Vary = 'Accept-Encoding, Accept';
const jsonTypes = new Set(['application/json', 'application/*', '*/*', '*', 'application/openapi+json']);

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

const notAcceptable = (vary: string): ApiResponse => ({ status: 406, headers: { vary }, body: new Uint8Array() });

const absent = (): ApiResponse => ({ status: 404, headers: {}, body: new Uint8Array() });

/** The whole API as one v2 document, aggregated servers' included, kept until one of them changes; each encoding is made when it is first asked for. */
const createSwagger = (catalog: KindCatalog, publisher: ReturnType<typeof createOpenApiPublisher>, parts: SwaggerParts) => {
  let current: { state: string; hash: string; document: SwaggerDocument; json?: Buffer; protobuf?: Buffer } | undefined;
  return () => {
    const state = [catalog.generation, ...[...parts].map(([path, part]) => `${path}=${part.hash}`)].join(' ');
    if (current?.state !== state) {
      const { paths, definitions, hash } = publisher.everything();
      const own = toSwagger(openApiDocument(paths, definitions));
      if (parts.size === 0) current = { state, hash, document: own };
      else {
        const others = [...parts.values()];
        const digest = createHash('sha512').update([hash, ...others.map((part) => part.hash)].join(' '));
        current = { state, hash: digest.digest('hex').toUpperCase(), document: mergeSwagger(own, others) };
      }
    }
    const made = current;
    return {
      hash: made.hash,
      json: () => (made.json ??= encodeSwaggerJson(made.document)),
      protobuf: () => (made.protobuf ??= encodeSwagger(made.document)),
    };
  };
};

/** /openapi/v2 and /openapi/v3: current with the very request that follows a change of the catalog. */
export const openApiExtension =
  (remote: RemoteDocuments = new Map(), parts: SwaggerParts = new Map()): ServerExtensionFactory =>
  ({ catalog, options }) => {
    const publisher = createOpenApiPublisher(catalog);
    const swagger = createSwagger(catalog, publisher, parts);

    /** When each document became what it is. */
    const changes = new Map<string, { readonly hash: string; readonly modified: number }>();
    const modifiedOf = (name: string, hash: string): number => {
      const known = changes.get(name);
      if (known?.hash === hash) return known.modified;
      const modified = modifiedAfter(known?.modified, options.now());
      changes.set(name, { hash, modified });
      return modified;
    };

    const v2 = ({ request }: RoutedRequest): ApiResponse => {
      const form = negotiate(request.headers['accept'], swaggerProtobuf);
      if (!form) return notAcceptable(v2Vary);
      const { hash, json, protobuf } = swagger();
      const contentType = form === 'json' ? 'application/json' : swaggerProtobuf.replace('@', '.');
      const etag = form === 'json' ? `"${hash}"` : `"${hash}-pb"`;
      return servedDocument(request, form === 'json' ? json : protobuf, {
        etag,
        contentType,
        vary: v2Vary,
        modified: modifiedOf('openapi/v2', hash),
      });
    };

    const v3Index = ({ request }: RoutedRequest): ApiResponse => {
      const own = [...publisher.documents()].map(([path, { hash }]) => [path, `/openapi/v3/${path}?hash=${hash}`] as const);
      const others = [...remote].map(([path, { serverRelativeURL }]) => [path, serverRelativeURL] as const);
      const paths = [...new Map([...others, ...own])]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([path, url]) => [path, { serverRelativeURL: url }]);
      const text = encodeJson({ paths: Object.fromEntries(paths) as unknown });
      // Nobody says there that it is JSON.
      const contentType = 'text/plain; charset=utf-8';
      return servedDocument(request, () => Buffer.from(text), { contentType, modified: modifiedOf('', text) });
    };

    const v3 = ({ request, user, path, query }: RoutedRequest): ApiResponse | Promise<ApiResponse> => {
      const name = path.slice('/openapi/v3/'.length);
      const found = publisher.documents().get(name);
      if (!found) return remote.get(name)?.fetch(request, user) ?? absent();
      if (!negotiate(request.headers['accept'], undefined)) return notAcceptable('Accept');
      const asked = query.get('hash');
      if (asked !== null && asked !== found.hash)
        return {
          status: 301,
          headers: { location: `/openapi/v3/${name}?hash=${found.hash}`, vary: 'Accept', 'content-type': 'application/json' },
          body: new Uint8Array(),
        };
      const modified = modifiedOf(name, found.hash);
      const facts = { etag: `"${found.hash}"`, contentType: 'application/json', vary: 'Accept', modified };
      const response = servedDocument(request, found.bytes, facts);
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
        { path: '/openapi/v3/', handle: v3 },
      ],
    };
  };
