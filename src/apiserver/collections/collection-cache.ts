import type { KindDefinition } from '../../api/kind-definition.ts';
import type { Revision, Store } from '../../storage/contract.ts';
import { resourcePrefix } from '../registry/keys.ts';
import type { HubListener } from '../watch/hub.ts';
import type { WatchCache } from '../watch/watch-cache.ts';
import { createCollection, type Collection } from './collection.ts';

/** A collection in memory that shows every write up to `revision`, and none after. */
export interface CurrentCollection {
  readonly collection: Collection;
  readonly revision: Revision;
  /** Of the last change to it: what it shows is what it showed at every revision since. */
  readonly changed: Revision;
}

/** Collections that are listed again and again, kept in memory and current by the watch of the store. */
export interface CollectionCache {
  /**
   * The collection, once it shows `revision`; undefined when it is not kept, or does not get there in time: read the store. To be used
   * before anything else is awaited, for it goes on with every event.
   */
  at(definition: KindDefinition, revision: Revision): Promise<CurrentCollection | undefined>;
  /** Takes note of a list that the store had to answer: the second large one of a kind makes its collection be kept. */
  missed(definition: KindDefinition, read: number): void;
  close(): void;
}

export interface CollectionCacheOptions {
  readonly store: Store;
  readonly watchCache: WatchCache;
  readonly onError: (error: unknown) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** All collections together; those listed longest ago go first. 0 keeps none. */
  readonly maxBytes: number;
}

interface Kept {
  readonly collection: Collection;
  changed: Revision;
  usedAt: number;
  isLoaded: boolean;
  leave: () => void;
}

/** Fewer objects than these are read from the store fast enough. */
const worthwhileItems = 100;
const idleMilliseconds = 5 * 60_000;
const sweepMilliseconds = 30_000;
const pageSize = 1000;

const keyOf = (definition: KindDefinition): string => `${resourcePrefix(definition)} ${definition.version}`;

export const createCollectionCache = (options: CollectionCacheOptions): CollectionCache => {
  const { store, watchCache, now, maxBytes, onError } = options;
  const kept = new Map<string, Kept>();
  const missedAt = new Map<string, number>();
  /** Found no room, and when: not tried again at once. */
  const refusedAt = new Map<string, number>();

  const drop = (key: string, entry: Kept): void => {
    entry.leave();
    if (kept.get(key) === entry) kept.delete(key);
  };
  const refuse = (key: string, entry: Kept): void => {
    drop(key, entry);
    refusedAt.set(key, now());
  };

  const sweep = (): void => {
    let bytes = 0;
    for (const [key, entry] of [...kept].toSorted(([, a], [, b]) => b.usedAt - a.usedAt)) {
      bytes += entry.collection.bytes;
      if (bytes > maxBytes) refuse(key, entry);
      else if (entry.usedAt + idleMilliseconds < now()) drop(key, entry);
    }
    for (const times of [missedAt, refusedAt]) for (const [key, at] of times) if (at + idleMilliseconds < now()) times.delete(key);
  };
  const sweeper = setInterval(sweep, sweepMilliseconds).unref();

  /** Reads all there is, in pages so that others get their turn, then what has happened meanwhile. */
  const load = async (key: string, entry: Kept): Promise<void> => {
    const { collection } = entry;
    const prefix = resourcePrefix(collection.definition);
    const hub = watchCache.hub(prefix);
    const early: Parameters<HubListener['event']>[0][] = [];
    const apply: HubListener['event'] = ({ key: changedKey, value, deleted, revision }) => {
      collection.apply(changedKey, deleted ? undefined : value);
      entry.changed = revision;
    };
    let take: HubListener['event'] = (event) => void early.push(event);
    const leave = hub.listen(hub.revision, { event: (event) => take(event), gone: () => drop(key, entry) });
    if (!leave) return drop(key, entry);
    entry.leave = leave;
    let revision: Revision | undefined;
    let after: string | undefined;
    do {
      const page = await store.list(prefix, { limit: pageSize, ...(after === undefined ? {} : { after, revision: revision as Revision }) });
      revision ??= page.revision;
      for (const { key: found, value } of page.items) collection.apply(found, value);
      if (collection.bytes > maxBytes) return refuse(key, entry);
      if (kept.get(key) !== entry) return leave();
      after = page.remaining > 0 ? page.items.at(-1)?.key : undefined;
      await new Promise((resolve) => setImmediate(resolve));
    } while (after !== undefined);
    entry.changed = revision;
    for (const event of early) if (event.revision > revision) apply(event);
    take = apply;
    entry.isLoaded = await watchCache.reached(revision);
    if (!entry.isLoaded) drop(key, entry);
  };

  const keep = (key: string, definition: KindDefinition): void => {
    const entry: Kept = { collection: createCollection(definition), changed: 0n, usedAt: now(), isLoaded: false, leave: () => {} };
    kept.set(key, entry);
    load(key, entry).catch((error: unknown) => {
      drop(key, entry);
      onError(error);
    });
  };

  return {
    async at(definition, revision) {
      const key = keyOf(definition);
      const entry = kept.get(key);
      if (!entry?.isLoaded) return undefined;
      if (entry.collection.definition !== definition) {
        drop(key, entry);
        return undefined;
      }
      entry.usedAt = now();
      if (!(await watchCache.reached(revision)) || kept.get(key) !== entry) return undefined;
      return { collection: entry.collection, revision: watchCache.hub(resourcePrefix(definition)).revision, changed: entry.changed };
    },
    missed(definition, read) {
      const key = keyOf(definition);
      if (maxBytes === 0 || read < worthwhileItems || definition.conversion || kept.has(key) || refusedAt.has(key)) return;
      if (missedAt.delete(key)) keep(key, definition);
      else missedAt.set(key, now());
    },
    close() {
      clearInterval(sweeper);
      for (const [key, entry] of kept) drop(key, entry);
    },
  };
};
