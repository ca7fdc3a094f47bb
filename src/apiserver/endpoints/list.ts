import type { KindDefinition } from '../../api/kind-definition.ts';
import { encodeList } from '../../api/protobuf.ts';
import { expired, tooLargeResourceVersion } from '../../apimachinery/errors/api-errors.ts';
import { CompactedError, FutureRevisionError } from '../../storage/errors.ts';
import type { CollectionCache } from '../collections/collection-cache.ts';
import type { Current, KeptByKind } from '../collections/kept-by-kind.ts';
import { withoutType } from '../collections/list-text.ts';
import { itemsOfSlices, itemsOfValues, type PageItems } from '../collections/page-items.ts';
import { readSlices } from '../collections/read-slices.ts';
import type { ApiResponse } from '../http/exchange.ts';
import type { OutputForm } from '../http/negotiate.ts';
import { partialObjectText, toPartialObjectList } from '../table/partial-object.ts';
import { contentTypeOf, encodedResponse, type Encodable } from '../http/encode-body.ts';
import { json, jsonBytes } from '../http/respond.ts';
import type { ServerMeasures } from '../metrics/server-measures.ts';
import { valuesAt } from '../registry/values-at.ts';
import { namespacePrefix } from '../registry/keys.ts';
import { readCollection } from '../registry/list.ts';
import { storeOf, type Registry } from '../registry/registry.ts';
import { encodeContinueToken } from './continue-token.ts';
import { parseListQuery, type ListQuery } from './list-options.ts';
import { inChunks } from './in-chunks.ts';
import { apiVersionOf, isPlain, outputForm, requireListForm, tableOf } from './output.ts';
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

export interface ListContext {
  readonly collections: CollectionCache;
  readonly measures?: Pick<ServerMeasures, 'lists' | 'watches'> | undefined;
}

/** One page, of what is in the store or of what memory shows of it. */
export interface ListPage {
  readonly items: PageItems;
  readonly revision: bigint;
  /** Where the next page starts after; undefined when this is the last. */
  readonly next: string | undefined;
  /** How many keys follow; unknown under a selector. */
  readonly remaining: number | undefined;
}

interface PageRequest extends ListContext {
  readonly query: ListQuery;
  readonly selection: Selection;
}

/** Any state will do for version 0. */
const limitOf = ({ resourceVersion, token, limit }: ListQuery): number | undefined =>
  resourceVersion === '0' && !token ? undefined : limit;

/** What is kept, as recent as the query wants it, and unchanged since the past revision that it names. */
const currentOf = async <C>(
  { store }: Registry,
  definition: KindDefinition,
  { query, at }: { readonly query: ListQuery; readonly at: KeptByKind<C>['at'] },
): Promise<(Current<C> & { readonly waitedSeconds: number }) | undefined> => {
  const began = performance.now();
  const exact = exactRevision(query);
  const current = await at(definition, () => (query.resourceVersion === '0' ? 0n : (exact ?? store.revision())));
  if (!current || (exact !== undefined && exact < current.changed)) return undefined;
  return { ...current, revision: exact ?? current.revision, waitedSeconds: (performance.now() - began) / 1000 };
};

const isCompacted = async (revision: bigint | undefined, { store }: Registry): Promise<boolean> =>
  revision !== undefined && revision < (await store.compactedRevision());

const readKept = async (
  registry: Registry,
  resource: ResourceRequest,
  { query, selection, collections, measures }: PageRequest,
): Promise<ListPage | undefined> => {
  const { definition, info } = resource;
  if (selection.name !== undefined || (await isCompacted(exactRevision(query), registry))) return undefined;
  const current = await currentOf(registry, definition, { query, at: collections.at });
  if (!current) return undefined;
  const { content: collection, revision, waitedSeconds } = current;
  const { matchesLabels, matches, hasFields } = selection;
  const prefix = namespacePrefix(definition, info.namespace || selection.namespace);
  const after = query.token && prefix + query.token.after;
  const selects = { matchesLabels, matches: hasFields ? matches : undefined };
  const { slices, last } = readSlices(collection, { prefix, after, limit: limitOf(query), ...selects });
  const items = itemsOfSlices(definition, slices);
  measures?.lists(definition)?.fromCache(items.count, waitedSeconds);
  return {
    items,
    revision,
    next: last?.slice(prefix.length),
    remaining: last === undefined ? 0 : matches ? undefined : collection.count(prefix, last),
  };
};

/** More than so many, and a good part of all: reading all of them in order is as fast. */
const manyMatches = 10_000;

/** The objects whose labels match, each read by its key. */
const readLabelled = async (
  registry: Registry,
  resource: ResourceRequest,
  { query, selection, collections, measures }: PageRequest,
): Promise<ListPage | undefined> => {
  const { definition, info } = resource;
  const { matchesLabels, hasFields } = selection;
  if (!matchesLabels || hasFields || (await isCompacted(exactRevision(query), registry))) return undefined;
  const current = await currentOf(registry, definition, { query, at: collections.labelsAt });
  if (!current) return undefined;
  const { content, revision, waitedSeconds } = current;
  const prefix = namespacePrefix(definition, info.namespace || selection.namespace);
  const after = query.token && prefix + query.token.after;
  const all = content.matching({ prefix, after, matchesLabels });
  const keys = all.slice(0, limitOf(query));
  if (keys.length > manyMatches && keys.length > content.size / 4) return undefined;
  const found = await valuesAt(storeOf(registry, definition), keys, revision);
  if (!found) return undefined;
  measures?.lists(definition)?.fromCache(found.length, waitedSeconds);
  const next = keys.length < all.length ? keys.at(-1)?.slice(prefix.length) : undefined;
  return { items: itemsOfValues(definition, found), revision, next, remaining: next === undefined ? 0 : undefined };
};

const readStore = async (
  registry: Registry,
  resource: ResourceRequest,
  { query, selection, collections, measures }: PageRequest,
): Promise<ListPage> => {
  const { definition, info } = resource;
  const { name, matches, mayMatch } = selection;
  const page = await readCollection(storeOf(registry, definition), {
    definition,
    namespace: info.namespace || selection.namespace,
    name,
    matches,
    mayMatch,
    limit: limitOf(query),
    after: query.token?.after,
    revision: exactRevision(query),
  });
  // The pages of one list are one list, and for one name memory would not be asked.
  if (!query.token && name === undefined) collections.missed(definition, { ...page, byLabel: selection.matchesLabels !== undefined });
  measures?.lists(definition)?.fromStore(page.read, page.items.length);
  const values = page.items.map(({ value }) => value);
  return { ...page, items: itemsOfValues(definition, values) };
};

export const readPage = async (registry: Registry, resource: ResourceRequest, request: PageRequest): Promise<ListPage> => {
  const { resourceVersion } = request.query;
  if (resourceVersion) await requireRevision(registry.store, resourceVersion);
  return (
    (await readKept(registry, resource, request)) ??
    (await readLabelled(registry, resource, request)) ??
    (await readStore(registry, resource, request))
  );
};

interface ListMeta {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

const listMeta = ({ revision, next, remaining }: ListPage): ListMeta => ({
  resourceVersion: String(revision),
  ...(next === undefined ? {} : { continue: encodeContinueToken({ revision, after: next }) }),
  ...(next === undefined || !remaining ? {} : { remainingItemCount: remaining }),
});

/** The list of a custom kind always says where it goes on, if only by an empty text. */
const listMetaOf = ({ custom }: KindDefinition, page: ListPage): ListMeta =>
  custom ? { continue: '', ...listMeta(page) } : listMeta(page);

const comma = Buffer.from(',');

/** The list's JSON by copying stored values. */
const joinItems = (definition: KindDefinition, page: ListPage): Uint8Array[] => {
  const head = { kind: definition.listKind, apiVersion: apiVersionOf(definition), metadata: listMetaOf(definition, page) };
  return inChunks([Buffer.from(`${JSON.stringify(head).slice(0, -1)},"items":[`), ...page.items.joined(), Buffer.from(']}\n')]);
};

/** A PartialObjectMetadataList by copying the metadata out of stored values. */
const joinMetadata = (page: ListPage): Uint8Array[] => {
  const head = { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata: listMeta(page) };
  const items = page.items
    .metadata()
    .flatMap((metadata, index) => (index > 0 ? [comma, ...partialObjectText(metadata)] : partialObjectText(metadata)));
  return inChunks([Buffer.from(`${JSON.stringify(head).slice(0, -1)},"items":[`), ...items, Buffer.from(']}\n')]);
};

const transformList = (resource: ResourceRequest, page: ListPage, { form, now }: { form: OutputForm; now: number }): Encodable => {
  const { definition, query } = resource;
  const objects = page.items.objects();
  const metadata = listMeta(page);
  const { version } = form;
  if (form.as === 'Table') return tableOf(definition, objects, { query, now, metadata, version });
  if (form.as !== undefined) return toPartialObjectList(objects, metadata, version);
  const items = definition.custom ? objects : objects.map(withoutType);
  return { kind: definition.listKind, apiVersion: apiVersionOf(definition), metadata: listMetaOf(definition, page), items } as Encodable;
};

export const pageResponse = (registry: Registry, resource: ResourceRequest, page: ListPage): ApiResponse => {
  const form = outputForm(resource);
  requireListForm(resource.definition, form);
  if (isPlain(form)) return jsonBytes(200, joinItems(resource.definition, page));
  if (form.format === 'json' && !form.pretty && form.as === 'PartialObjectMetadataList' && form.version === 'v1')
    return jsonBytes(200, joinMetadata(page));
  if (form.format === 'protobuf' && form.as === undefined) {
    const { definition } = resource;
    const head = { apiVersion: apiVersionOf(definition), kind: definition.listKind, metadata: listMeta(page) };
    return { status: 200, headers: { 'content-type': contentTypeOf(form) }, body: inChunks(encodeList(head, page.items.elements())) };
  }
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
export const listEndpoint = async (registry: Registry, resource: ResourceRequest, context: ListContext): Promise<ApiResponse> => {
  const { definition, info } = resource;
  const selection = parseSelection(definition, resource.query);
  const asked = parseListQuery(resource.query, { isWatch: false });
  // One object is no page, nor is it asked for as it was.
  const isOne = selection.name !== undefined && (info.namespace !== '' || !definition.namespaced);
  const query = isOne && !asked.token ? { ...asked, limit: undefined } : asked;
  try {
    return pageResponse(registry, resource, await readPage(registry, resource, { ...context, query, selection }));
  } catch (error) {
    if (error instanceof CompactedError) return expiredResponse(query);
    if (error instanceof FutureRevisionError && query.token) throw tooLargeResourceVersion(query.token.revision, error.current);
    throw error;
  }
};
