import { formatGroupVersion, formatGroupResource, type GroupVersionResource } from '../../apimachinery/meta/group-version.ts';
import { deepClone } from '../../apimachinery/clone/deep-clone.ts';
import type { KindDefinition } from '../../api/kind-definition.ts';
import type { UserInfo } from '../http/exchange.ts';
import type { WatchCache } from '../watch/watch-cache.ts';
import type { InternalApi, KindCatalog, ObjectCache } from './contract.ts';
import { createObject } from './create.ts';
import { deleteObject } from './delete.ts';
import { objectKey, namespacePrefix, resourcePrefix } from './keys.ts';
import { createObjectCache } from './object-cache.ts';
import { storeOf, type Registry, type WriteRequest } from './registry.ts';
import { readObject } from './stored-object.ts';
import { updateObject } from './update.ts';

export interface InternalApiOptions {
  readonly registry: Registry;
  readonly catalog: KindCatalog;
  readonly watchCache: WatchCache;
  readonly onError: (error: unknown) => void;
}

/** The field manager of the server's own writes. */
const ownManager = 'kube-apiserver';

export const createInternalApi = ({ registry, catalog, watchCache, onError }: InternalApiOptions): InternalApi => {
  const caches = new Map<string, ObjectCache>();

  const definitionOf = (resource: GroupVersionResource): KindDefinition => {
    const definition = catalog.find(resource);
    if (!definition) {
      const name = formatGroupResource(resource.group, resource.resource);
      throw new Error(`look up ${name} in ${formatGroupVersion(resource.group, resource.version)}: not served`);
    }
    return definition;
  };

  const writeRequest = (
    definition: KindDefinition,
    user: UserInfo,
    place: { namespace?: string | undefined; name: string; subresource?: string | undefined },
  ): WriteRequest => ({
    definition,
    namespace: definition.namespaced ? (place.namespace ?? '') : '',
    name: place.name,
    subresource: place.subresource ?? '',
    user,
    dryRun: false,
    fieldManager: ownManager,
    options: {},
    warn: () => {},
  });

  return {
    catalog,
    cache(resource) {
      const definition = definitionOf(resource);
      const key = `${resourcePrefix(definition)}${definition.version}`;
      let cache = caches.get(key);
      if (!cache) caches.set(key, (cache = createObjectCache(definition, { store: registry.store, watchCache, onError })));
      return cache;
    },
    async get(resource, name, namespace = '') {
      const definition = definitionOf(resource);
      const found = await storeOf(registry, definition).get(objectKey(definition, namespace, name));
      return found && readObject(definition, found.value);
    },
    async list(resource, namespace) {
      const definition = definitionOf(resource);
      const { items } = await storeOf(registry, definition).list(namespacePrefix(definition, namespace));
      return items.map(({ value }) => readObject(definition, value));
    },
    async create(resource, object, { user }) {
      const definition = definitionOf(resource);
      const copy = deepClone(object);
      const request = writeRequest(definition, user, { namespace: copy.metadata.namespace, name: '' });
      const schema = registry.schemaOf(definition);
      schema.applyDefaults(copy);
      definition.strategy.applyDefaults?.(copy);
      return (await createObject(registry, request, copy)).object;
    },
    async modify(resource, name, { namespace, user, subresource, change }) {
      const definition = definitionOf(resource);
      const request = writeRequest(definition, user, { namespace, name, subresource });
      const outcome = await updateObject(registry, request, {
        unconditional: true,
        apply: (current) => {
          const next = deepClone(current);
          return change(next) === false ? deepClone(current) : next;
        },
      });
      return outcome.object;
    },
    async delete(resource, name, { namespace, user }) {
      await deleteObject(registry, writeRequest(definitionOf(resource), user, { namespace, name }), {});
    },
  };
};
