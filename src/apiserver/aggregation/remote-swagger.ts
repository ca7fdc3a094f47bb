import { createHash } from 'node:crypto';
import type { APIService } from '../../api/apiregistration/types.gen.ts';
import { parseJson } from '../../apimachinery/json/exact-json.ts';
import { selectPaths, type SwaggerPart } from '../openapi/merge-swagger.ts';
import { encodeSwagger } from '../openapi/v2-protobuf.ts';
import { encodeSwaggerJson, type SwaggerDocument } from '../openapi/v2-document.ts';
import { aggregatorHeaders } from './availability.ts';
import { documentPath } from './remote-openapi.ts';
import { readUpstreamBody, sendUpstream, type Upstreams } from './upstream.ts';

const maxBytes = 32 * 2 ** 20;
const timeoutMilliseconds = 10_000;

/** What a server said last. */
export interface RemoteSwagger {
  readonly etag: string | undefined;
  readonly part: SwaggerPart;
}

const emptyDocument: SwaggerDocument = {
  swagger: '2.0',
  info: { title: '', version: '' },
  paths: {},
  definitions: {},
  parameters: {},
  securityDefinitions: {},
  security: [],
};

/**
 * The part of an aggregated API server's /openapi/v2 that is about this group version; undefined when it has none, or none that can be shown.
 * Never rejects.
 */
export const findRemoteSwagger = async (
  service: APIService,
  upstreams: Upstreams,
  { signal, known }: { readonly signal: AbortSignal; readonly known: RemoteSwagger | undefined },
): Promise<RemoteSwagger | undefined> => {
  try {
    const incoming = await sendUpstream(await upstreams.resolve(service), {
      method: 'GET',
      path: '/openapi/v2',
      headers: { ...aggregatorHeaders, ...(known?.etag === undefined ? {} : { 'if-none-match': known.etag }) },
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMilliseconds)]),
    });
    const body = await readUpstreamBody(incoming, maxBytes);
    if (incoming.statusCode === 304) return known;
    if (incoming.statusCode !== 200) return undefined;
    const document = parseJson(body.toString()) as unknown as SwaggerDocument;
    const selected = selectPaths(document, `/${documentPath(service)}/`);
    const merged = { ...emptyDocument, ...selected };
    const bytes = encodeSwaggerJson(merged);
    // What cannot be shown in one form or the other would take the whole document with it.
    encodeSwagger(merged);
    return { etag: incoming.headers.etag, part: { ...selected, hash: createHash('sha256').update(bytes).digest('hex') } };
  } catch {
    return undefined;
  }
};
