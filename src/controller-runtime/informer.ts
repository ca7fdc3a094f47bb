import type { KubeObject } from '../apimachinery/meta/object.ts';
import { withoutManagedFields } from '../apimachinery/meta/without-managed-fields.ts';
import type { ResourceClient } from '../client/contract.ts';
import type { Informer, InformerEvent, ObjectKey } from './contract.ts';
import { createObjectCache } from './object-cache.ts';
import { keyOf } from './object-key.ts';
import { runReflector } from './reflector.ts';
import type { ReflectorOptions } from './reflector.ts';

/** An informer and its engine. */
export interface RunnableInformer<T extends KubeObject> extends Informer<T> {
  /** Lists and watches until the signal aborts. Call it once. */
  run(signal: AbortSignal): Promise<void>;
  /** Takes the answer to a write at once, so that whoever wrote reads it. Ignored when the watch is already past it. */
  absorb(object: T): void;
}

export interface UnsharedInformerOptions<T extends KubeObject = KubeObject> extends ReflectorOptions<T> {
  /**
   * Objects for which it is false are not cached. Of their events only `deleted` is told, and the `modified` by which an object stops being
   * kept; what is deleted while the watch is broken is not told at all.
   */
  readonly keep?: (object: T) => boolean;
  /** Called after each list but the first: objects that are not kept may have gone unseen. */
  readonly onRelist?: () => void;
}

/** Versions of one server are ordered, decimal and without leading zeros (KEP-5504). */
const isNewer = (a: string | undefined, b: string | undefined): boolean =>
  a !== undefined && (b === undefined || (a.length === b.length ? a > b : a.length > b.length));

/** An informer that nobody shares; `Manager.informer` gives the shared ones. Caches drop managedFields. */
export const createInformer = <T extends KubeObject>(
  client: ResourceClient<T>,
  options: UnsharedInformerOptions<T>,
): RunnableInformer<T> => {
  const cache = createObjectCache<T>();
  const handlers = new Set<(event: InformerEvent<T>) => void>();
  let markSynced = (): void => undefined;
  let giveUp: (error: Error) => void = () => undefined;
  const synced = new Promise<void>((resolve, reject) => {
    markSynced = resolve;
    giveUp = reject;
  });
  // Nobody may be waiting.
  synced.catch(() => undefined);
  let resourceVersion: string | undefined;

  const deliver = (handler: (event: InformerEvent<T>) => void, event: InformerEvent<T>): void => {
    try {
      handler(event);
    } catch (error) {
      options.log.error('event handler failed', { resource: client.ref.resource, error: String(error) });
    }
  };
  const emit = (event: InformerEvent<T>): void => {
    for (const handler of handlers) deliver(handler, event);
  };
  const put = (key: ObjectKey, object: T): void => {
    // The watch repeats what was absorbed before.
    const known = cache.byKey(key);
    if (known && known.metadata.uid === object.metadata.uid && !isNewer(object.metadata.resourceVersion, known.metadata.resourceVersion))
      return;
    if (options.keep?.(object) === false) {
      const old = cache.delete(key);
      if (old) emit({ type: 'modified', object, old });
      return;
    }
    const kept = withoutManagedFields(object);
    const old = cache.set(key, kept);
    if (!old) emit({ type: 'added', object: kept });
    else emit({ type: 'modified', object: kept, old });
  };
  const drop = (key: ObjectKey, last: T | undefined): void => {
    const old = cache.delete(key);
    if (old) emit({ type: 'deleted', object: last ?? old, old });
    else if (last && options.keep) emit({ type: 'deleted', object: last });
  };

  const target = {
    replace: (objects: readonly T[], version: string): void => {
      const gone = new Set(cache.keys());
      const isFirst = resourceVersion === undefined;
      resourceVersion = version;
      for (const object of objects) {
        const key = keyOf(object);
        // Deleted and created again while nobody watched: two objects, two events.
        if (cache.byKey(key) && cache.byKey(key)?.metadata.uid !== object.metadata.uid) drop(key, undefined);
        put(key, object);
        gone.delete(key);
      }
      for (const key of gone) drop(key, undefined);
      markSynced();
      if (!isFirst) options.onRelist?.();
    },
    apply: (type: 'ADDED' | 'MODIFIED' | 'DELETED', object: T): void => {
      resourceVersion = object.metadata.resourceVersion;
      if (type === 'DELETED') drop(keyOf(object), object);
      else put(keyOf(object), object);
    },
    progress: (version: string): void => {
      resourceVersion = version;
    },
  };

  return {
    ref: client.ref,
    get: cache.get,
    byKey: cache.byKey,
    list: cache.list,
    byIndex: cache.byIndex,
    addIndex: cache.addIndex,
    get size() {
      return cache.size;
    },
    get resourceVersion() {
      return resourceVersion;
    },
    onEvent: (handler) => {
      handlers.add(handler);
      for (const object of cache.values()) deliver(handler, { type: 'added', object });
      return () => void handlers.delete(handler);
    },
    synced: () => synced,
    absorb: (object) => {
      if (resourceVersion === undefined || !isNewer(object.metadata.resourceVersion, resourceVersion)) return;
      const { metadata } = object;
      // Its last finalizer went away: the DELETED event tells.
      if (metadata.deletionTimestamp && !metadata.finalizers?.length && !metadata.deletionGracePeriodSeconds) return;
      put(keyOf(object), object);
    },
    run: (signal) =>
      runReflector(client, target, { ...options, signal }).finally(() =>
        giveUp(new Error(`informer of ${client.ref.resource}: it was stopped before its first list`)),
      ),
  };
};
