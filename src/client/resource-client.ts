import { isStatusError } from '../apimachinery/errors/status-error.ts';
import { formatGroupVersion } from '../apimachinery/meta/group-version.ts';
import type { ResourceRef } from '../apimachinery/meta/group-version.ts';
import type { KubeList, KubeObject } from '../apimachinery/meta/object.ts';
import type { DeleteOptions, ListOptions, PatchType, ResourceClient, WatchEvent, WriteOptions } from './contract.ts';
import { watchFrame } from './exchange.ts';
import type { JsonExchange } from './exchange.ts';
import { queryString, resourcePath } from './paths.ts';
import type { ResourcePath } from './paths.ts';

const patchContentTypes: Readonly<Record<PatchType, string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
};

const asMetadata = (kind: string): string => `application/json;as=${kind};g=meta.k8s.io;v=v1`;
const metadataAccept = asMetadata('PartialObjectMetadata');
const metadataListAccept = asMetadata('PartialObjectMetadataList');

const deleteBody = (options: DeleteOptions) => ({
  apiVersion: 'v1',
  kind: 'DeleteOptions',
  ...(options.gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds: options.gracePeriodSeconds }),
  ...(options.propagationPolicy === undefined ? {} : { propagationPolicy: options.propagationPolicy }),
  ...(options.preconditions === undefined ? {} : { preconditions: options.preconditions }),
  ...(options.dryRun ? { dryRun: ['All'] } : {}),
});

/** The client of one resource over an exchange. */
export const createResourceClient = <T extends KubeObject>(
  exchange: JsonExchange,
  ref: ResourceRef,
  defaults: { readonly fieldManager?: string | undefined },
): ResourceClient<T> => {
  const apiVersion = formatGroupVersion(ref.group, ref.version);
  /** Items of built-in lists and metadata-only answers do not say what they are. */
  const typed = (object: T): T => {
    object.apiVersion = apiVersion;
    object.kind = ref.kind;
    return object;
  };

  const writeQuery = (options: WriteOptions & { readonly force?: boolean }): string =>
    queryString({
      fieldManager: options.fieldManager ?? defaults.fieldManager,
      fieldValidation: options.fieldValidation,
      dryRun: options.dryRun ? 'All' : undefined,
      force: options.force,
    });
  const selection = (options: ListOptions) => ({
    labelSelector: options.labelSelector,
    fieldSelector: options.fieldSelector,
    resourceVersion: options.resourceVersion,
  });
  const send = (
    method: string,
    at: ResourcePath,
    options: WriteOptions & { readonly force?: boolean },
    body: unknown,
    contentType?: string,
  ) =>
    exchange.send({
      method,
      path: resourcePath(ref, at) + writeQuery(options),
      body,
      ...(contentType === undefined ? {} : { contentType }),
      signal: options.signal,
    });
  const at = (object: KubeObject) => ({ namespace: object.metadata.namespace, name: object.metadata.name });

  const get: ResourceClient<T>['get'] = async (name, namespace, options = {}) => {
    const answer = (await exchange.send({
      method: 'GET',
      path: resourcePath(ref, { namespace, name }) + queryString({ resourceVersion: options.resourceVersion }),
      accept: options.metadataOnly ? metadataAccept : undefined,
      signal: options.signal,
    })) as T;
    return options.metadataOnly ? typed(answer) : answer;
  };

  async function* watch(options: Parameters<ResourceClient<T>['watch']>[0] = {}): AsyncGenerator<WatchEvent<T>, void, void> {
    const query = queryString({
      watch: true,
      ...selection(options),
      resourceVersionMatch: options.sendInitialEvents === undefined ? undefined : 'NotOlderThan',
      allowWatchBookmarks: options.allowBookmarks,
      sendInitialEvents: options.sendInitialEvents,
      timeoutSeconds: options.timeoutSeconds,
    });
    const path = resourcePath(ref, { namespace: options.namespace }) + query;
    const accept = options.metadataOnly ? metadataAccept : undefined;
    try {
      for await (const value of exchange.stream({ method: 'GET', path, accept, signal: options.signal })) {
        const { type, object } = watchFrame(value);
        yield { type: type as WatchEvent['type'], object: options.metadataOnly ? typed(object as T) : (object as T) };
      }
    } catch (error) {
      if (!options.signal?.aborted) throw error;
    }
  }

  return {
    ref,
    get,
    find: async (name, namespace, options) => {
      try {
        return await get(name, namespace, options);
      } catch (error) {
        if (isStatusError(error, 'NotFound')) return undefined;
        throw error;
      }
    },
    list: async (options = {}) => {
      const list = (await exchange.send({
        method: 'GET',
        path:
          resourcePath(ref, { namespace: options.namespace }) +
          queryString({
            ...selection(options),
            resourceVersionMatch: options.resourceVersionMatch,
            limit: options.limit,
            continue: options.continue,
          }),
        accept: options.metadataOnly ? metadataListAccept : undefined,
        signal: options.signal,
      })) as KubeList<T>;
      list.items ??= [];
      for (const item of list.items) typed(item);
      return list;
    },
    watch,
    create: async (object, options = {}) => (await send('POST', { namespace: object.metadata.namespace }, options, object)) as T,
    update: async (object, options = {}) => (await send('PUT', at(object), options, object)) as T,
    updateStatus: async (object, options = {}) => (await send('PUT', { ...at(object), subresource: 'status' }, options, object)) as T,
    patch: async (name, namespace, body, options) => {
      const target = { namespace, name, ...(options.subresource === undefined ? {} : { subresource: options.subresource }) };
      return (await send('PATCH', target, options, body, patchContentTypes[options.type])) as T;
    },
    apply: async (object, options) => {
      const target = { ...at(object), ...(options.subresource === undefined ? {} : { subresource: options.subresource }) };
      return (await send('PATCH', target, options, object, 'application/apply-patch+yaml')) as T;
    },
    delete: async (name, namespace, options = {}) => {
      await exchange.send({
        method: 'DELETE',
        path: resourcePath(ref, { namespace, name }),
        body: deleteBody(options),
        signal: options.signal,
      });
    },
    deleteCollection: async (options = {}) => {
      const query = queryString({ ...selection(options), limit: options.limit, continue: options.continue });
      const path = resourcePath(ref, { namespace: options.namespace }) + query;
      await exchange.send({ method: 'DELETE', path, body: deleteBody(options), signal: options.signal });
    },
    createSubresource: async <R extends KubeObject>(
      name: string,
      namespace: string | undefined,
      subresource: string,
      body: R,
      options: WriteOptions = {},
    ) => (await send('POST', { namespace, name, subresource }, options, body)) as R,
    updateSubresource: async <R extends KubeObject>(
      name: string,
      namespace: string | undefined,
      subresource: string,
      body: R,
      options: WriteOptions = {},
    ) => (await send('PUT', { namespace, name, subresource }, options, body)) as R,
  };
};
