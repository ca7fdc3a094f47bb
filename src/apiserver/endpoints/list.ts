import { expired } from '../../apimachinery/errors/api-errors.ts';
import { CompactedError, FutureRevisionError } from '../../storage/errors.ts';
import type { ApiResponse } from '../http/exchange.ts';
import type { OutputForm } from '../http/negotiate.ts';
import { toPartialObjectList } from '../table/partial-object.ts';
import { encodedResponse, type Encodable } from '../http/encode-body.ts';
import { json, jsonBytes } from '../http/respond.ts';
import { readCollection, type CollectionPage } from '../registry/list.ts';
import { storeOf, type Registry } from '../registry/registry.ts';
import { readObject } from '../registry/stored-object.ts';
import { encodeContinueToken } from './continue-token.ts';
import { parseListQuery, type ListQuery } from './list-options.ts';
import { apiVersionOf, isPlain, isServable, outputForm, prefixOf, tableOf } from './output.ts';
import { requireRevision } from './resource-version.ts';
import type { ResourceRequest } from './resource-request.ts';
import { parseSelection, type Selection } from './selection.ts';

const tooOld =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue ' +
  'parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided ' +
  'token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was ' +
  'returned and now may show up in the list.';

/** The exact revision to read at; undefined for the newest. */
const exactRevision = ({ token, match, revision, limit }: ListQuery): bigint | undefined => {
  if (token) return token.revision > 0n ? token.revision : undefined;
  if (match === 'Exact') return revision;
  // A paged list from a version is exact unless it says otherwise.
  return match === '' && limit !== undefined && revision !== undefined && revision !== 0n ? revision : undefined;
};

export const readPage = async (registry: Registry, resource: ResourceRequest, options: { query: ListQuery; selection: Selection }) => {
  const { query, selection } = options;
  const { definition, info } = resource;
  if (query.resourceVersion) await requireRevision(registry.store, query.resourceVersion);
  return readCollection(storeOf(registry, definition), {
    definition,
    namespace: info.namespace || selection.namespace,
    name: selection.name,
    matches: selection.matches,
    mayMatch: selection.mayMatch,
    limit: query.resourceVersion === '0' && !query.token ? undefined : query.limit,
    after: query.token?.after,
    revision: exactRevision(query),
  });
};

interface ListMeta {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

const listMeta = ({ revision, next, remaining }: CollectionPage): ListMeta => ({
  resourceVersion: String(revision),
  ...(next === undefined ? {} : { continue: encodeContinueToken({ revision, after: next }) }),
  ...(next === undefined || !remaining ? {} : { remainingItemCount: remaining }),
});

const chunkBytes = 256 * 1024;
const comma = Buffer.from(',');
const brace = Buffer.from('{');

/** The list's JSON by copying stored values; items of built-in kinds go without kind and apiVersion, as in the original. */
const copyItems = (resource: ResourceRequest, page: CollectionPage): Uint8Array[] => {
  const { definition } = resource;
  const skip = definition.custom ? 0 : prefixOf(definition).length;
  const head = { kind: definition.listKind, apiVersion: apiVersionOf(definition), metadata: listMeta(page) };
  const chunks: Uint8Array[] = [];
  let pieces: Uint8Array[] = [Buffer.from(`${JSON.stringify(head).slice(0, -1)},"items":[`)];
  let size = 0;
  for (const [index, { value }] of page.items.entries()) {
    if (index > 0) pieces.push(comma);
    if (!isServable(definition, value)) pieces.push(Buffer.from(JSON.stringify(readObject(definition, value))));
    else if (skip > 0) pieces.push(brace, value.subarray(skip));
    else pieces.push(value);
    size += value.length;
    if (size < chunkBytes) continue;
    chunks.push(Buffer.concat(pieces));
    pieces = [];
    size = 0;
  }
  pieces.push(Buffer.from(']}\n'));
  chunks.push(Buffer.concat(pieces));
  return chunks;
};

const transformList = (resource: ResourceRequest, page: CollectionPage, { form, now }: { form: OutputForm; now: number }): Encodable => {
  const { definition, query } = resource;
  const objects = page.items.map((item) => readObject(definition, item.value));
  const metadata = listMeta(page);
  if (form.as === 'Table') return tableOf(definition, objects, { query, now, metadata });
  if (form.as !== undefined) return toPartialObjectList(objects, metadata);
  const items = definition.custom ? objects : objects.map(({ kind: _kind, apiVersion: _version, ...rest }) => rest);
  const list = { kind: definition.listKind, apiVersion: apiVersionOf(definition), metadata, items };
  return list;
};

export const pageResponse = (registry: Registry, resource: ResourceRequest, page: CollectionPage): ApiResponse => {
  const form = outputForm(resource);
  if (isPlain(form)) return jsonBytes(200, copyItems(resource, page));
  return encodedResponse(200, transformList(resource, page, { form, now: registry.now() }), form);
};

/** A continue token outlived its revision: 410, with a token that goes on inconsistently. */
const expiredResponse = (query: ListQuery): ApiResponse => {
  const token = query.token;
  const error = expired(token ? tooOld : 'The resourceVersion for the provided list is too old.');
  const metadata = token ? { continue: encodeContinueToken({ revision: -1n, after: token.after }) } : {};
  return json(error.code, { ...error.toStatus(), metadata });
};

/** GET of a collection: exact pages, continue tokens, selectors. */
export const listEndpoint = async (registry: Registry, resource: ResourceRequest): Promise<ApiResponse> => {
  const query = parseListQuery(resource.query, { isWatch: false });
  const selection = parseSelection(resource.definition, resource.query);
  try {
    return pageResponse(registry, resource, await readPage(registry, resource, { query, selection }));
  } catch (error) {
    if (error instanceof CompactedError || (error instanceof FutureRevisionError && query.token)) return expiredResponse(query);
    throw error;
  }
};
