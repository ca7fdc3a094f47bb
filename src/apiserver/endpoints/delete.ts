import { badRequest, invalidObject } from '../../apimachinery/errors/api-errors.ts';
import { notSupported } from '../../apimachinery/validation/field-errors.ts';
import { isStatusError, StatusError } from '../../apimachinery/errors/status-error.ts';
import { schemaSource } from '../../api/definitions.ts';
import { compileSchema, type CompiledSchema } from '../../apimachinery/schema/compile.ts';
import type { ApiResponse } from '../http/exchange.ts';
import { decodeBody } from '../http/decode-body.ts';
import { queryInteger } from '../http/query-number.ts';
import { checkDeleteOptions, deletedStatus, deleteObject, propagationWarning, type DeleteOptions } from '../registry/delete.ts';
import type { Registry } from '../registry/registry.ts';
import { pageResponse, readPage, type ListContext } from './list.ts';
import { parseBoolean, parseListQuery } from './list-options.ts';
import { objectResponse, statusResponse } from './output.ts';
import type { ResourceRequest } from './resource-request.ts';
import { parseSelection } from './selection.ts';
import { parseWriteOptions } from './write-options.ts';

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

type DeleteRequestOptions = DeleteOptions & { readonly dryRun?: readonly string[] };

const fromQuery = (query: URLSearchParams): DeleteRequestOptions => {
  const grace = queryInteger(query, 'gracePeriodSeconds');
  const orphan = parseBoolean(query.get('orphanDependents'));
  const policy = query.get('propagationPolicy');
  const uid = query.get('uid');
  const resourceVersion = query.get('resourceVersion');
  const preconditions = { ...(uid ? { uid } : {}), ...(resourceVersion ? { resourceVersion } : {}) };
  return {
    ...(uid || resourceVersion ? { preconditions } : {}),
    ...(grace === undefined ? {} : { gracePeriodSeconds: grace }),
    ...(orphan === undefined ? {} : { orphanDependents: orphan }),
    ...(policy === null ? {} : { propagationPolicy: policy }),
  };
};

let optionsSchema: CompiledSchema | undefined;

/** @throws StatusError BadRequest, in the decoder's own words */
const checkOptionTypes = (value: Record<string, unknown>): void => {
  optionsSchema ??= compileSchema(schemaSource('io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions'));
  try {
    optionsSchema.checkTypes(value, { kind: 'DeleteOptions', version: 'v1' });
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    throw badRequest(error.message.slice(error.message.indexOf(': ') + 2));
  }
};

/** DeleteOptions of the body, or of the query when there is no body. */
const readOptions = async ({ request, query }: ResourceRequest): Promise<DeleteRequestOptions> => {
  const bytes = await request.body();
  if (bytes.length === 0) return fromQuery(query);
  const { value } = await decodeBody({ ...request, body: () => Promise.resolve(bytes) }, 'DeleteOptions', {
    duplicates: false,
  });
  // Null says nothing, which is not the same as no body: the query does not count.
  if (value === null) return {};
  if (!isRecord(value)) throw badRequest('decoding DeleteOptions: expected an object');
  checkOptionTypes(value);
  if (value['kind'] && value['kind'] !== 'DeleteOptions') {
    const version = String(value['apiVersion'] || 'meta.k8s.io/v1');
    throw badRequest(
      `no kind ${JSON.stringify(value['kind'])} is registered for version ${JSON.stringify(version)} in scheme "pkg/runtime/scheme.go:111"`,
    );
  }
  return value as DeleteRequestOptions;
};

const prepare = async (resource: ResourceRequest) => {
  const given = await readOptions(resource);
  const { preconditions, ...others } = given;
  const options = isRecord(preconditions) ? given : others;
  checkDeleteOptions(options);
  if (given.dryRun?.some((value) => value !== 'All'))
    throw invalidObject({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', [notSupported('dryRun', given.dryRun, ['All'])]);
  const { write } = parseWriteOptions(resource, 'DeleteOptions');
  const dryRun = write.dryRun || (given.dryRun?.includes('All') ?? false);
  const warning = propagationWarning(resource.definition, options);
  if (warning !== undefined) write.warn(warning);
  return { options, write: { ...write, dryRun, options: { ...given, ...write.options } } };
};

/** DELETE of one object. */
export const deleteEndpoint = async (registry: Registry, resource: ResourceRequest): Promise<ApiResponse> => {
  const { options, write } = await prepare(resource);
  const outcome = await deleteObject(registry, write, options);
  // Asking for dependents to go first, or at all, is answered 202 while the object is still there.
  const accepted = !outcome.deleted && options.orphanDependents === false;
  if (outcome.deleted && !resource.definition.strategy.answersDeletedObject)
    return statusResponse(resource, 200, deletedStatus(write, outcome.object));
  const value = outcome.deleted || write.dryRun ? undefined : outcome.value;
  return objectResponse(resource, accepted ? 202 : 200, { value, object: outcome.object, now: registry.now() });
};

/** Objects deleted side by side, so that a large collection does not take all the server. */
const deleteConcurrency = 16;

/** DELETE of a collection: what the selectors match. Answers the list of what was there. */
export const deleteCollectionEndpoint = async (
  registry: Registry,
  resource: ResourceRequest,
  { collections, measures }: ListContext,
): Promise<ApiResponse> => {
  const { options, write } = await prepare(resource);
  const { definition, query } = resource;
  const selection = parseSelection(definition, query);
  const listQuery = parseListQuery(query, { isWatch: false });
  const page = await readPage(registry, resource, {
    query: listQuery,
    selection,
    collections,
    measures,
  });
  const queue = page.items.objects();
  const deleteNext = async (): Promise<void> => {
    const item = queue.shift();
    if (!item) return;
    const { name, namespace = '' } = item.metadata;
    try {
      await deleteObject(registry, { ...write, name, namespace, isCollection: true }, options);
    } catch (error) {
      if (isStatusError(error, 'NotFound')) return;
      queue.length = 0;
      throw error;
    }
  };
  const work = async (): Promise<void> => {
    while (queue.length > 0) await deleteNext();
  };
  // Who refuses one mostly refuses them all: the first goes alone, so that a webhook is asked once then.
  await deleteNext();
  await Promise.all(Array.from({ length: deleteConcurrency }, work));
  return pageResponse(registry, resource, page);
};
