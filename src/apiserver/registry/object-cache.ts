import type { KindDefinition } from '../../api/kind-definition.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { Store } from '../../storage/contract.ts';
import type { WatchCache } from '../watch/watch-cache.ts';
import type { ObjectCache } from './contract.ts';
import { resourcePrefix } from './keys.ts';
import { decodeObject } from './value-codec.ts';

type Listener = Parameters<ObjectCache['onChange']>[0];

export interface ObjectCacheOptions {
  readonly store: Store;
  readonly watchCache: WatchCache;
  /** Called with what a listener threw. */
  readonly onError: (error: unknown) => void;
}

/** Lists one resource and follows its hub. Objects are shared: callers must not change them. Objects are parsed when they arrive. */
export const createObjectCache = (definition: KindDefinition, { store, watchCache, onError }: ObjectCacheOptions): ObjectCache => {
  const prefix = resourcePrefix(definition);
  const namespaces = new Map<string, Map<string, UnstructuredObject>>();
  const listeners = new Set<Listener>();
  const read = definition.storage?.fromStored ?? ((object: UnstructuredObject) => object);

  const notify = (type: 'put' | 'delete', object: UnstructuredObject): void => {
    for (const listener of listeners) {
      try {
        listener({ type, object });
      } catch (error) {
        onError(error);
      }
    }
  };

  const apply = (object: UnstructuredObject, deleted: boolean): void => {
    const { namespace = '', name } = object.metadata;
    let byName = namespaces.get(namespace);
    if (!byName) namespaces.set(namespace, (byName = new Map()));
    if (deleted) byName.delete(name);
    else byName.set(name, object);
    if (byName.size === 0) namespaces.delete(namespace);
    notify(deleted ? 'delete' : 'put', object);
  };

  /** What a new list no longer shows was deleted in between. */
  const notifyLost = (before: ReadonlyMap<string, ReadonlyMap<string, UnstructuredObject>>): void => {
    for (const [namespace, byName] of before) {
      for (const [name, object] of byName) if (!namespaces.get(namespace)?.has(name)) notify('delete', object);
    }
  };

  const start = async (): Promise<void> => {
    for (;;) {
      const hub = watchCache.hub(prefix);
      const { items, revision } = await store.list(prefix);
      const before = new Map(namespaces);
      namespaces.clear();
      for (const item of items) apply(read(decodeObject(item.value)), false);
      notifyLost(before);
      const listener = {
        event: (event: { object: () => UnstructuredObject; deleted: boolean }) => apply(read(event.object()), event.deleted),
        gone: () => void start().catch(onError),
      };
      if (hub.listen(revision, listener)) return;
    }
  };
  const started = start();
  started.catch(onError);

  return {
    get: (name, namespace = '') => namespaces.get(namespace)?.get(name),
    list: (namespace) =>
      namespace === undefined
        ? [...namespaces.values()].flatMap((byName) => [...byName.values()])
        : [...(namespaces.get(namespace)?.values() ?? [])],
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    synced: () => started,
  };
};
