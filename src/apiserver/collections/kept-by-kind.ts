import type { KindDefinition } from '../../api/kind-definition.ts';
import type { Revision, Store } from '../../storage/contract.ts';
import { resourcePrefix } from '../registry/keys.ts';
import type { HubListener } from '../watch/hub.ts';
import type { WatchCache } from '../watch/watch-cache.ts';

/** What is made of all objects of one kind, and follows their changes. */
export interface Content {
  readonly definition: KindDefinition;
  /** Of memory, near enough. */
  readonly bytes: number;
  /** A value undefined removes the key. */
  apply(key: string, value: Uint8Array | undefined): void;
}

/** A content that shows every write up to `revision`, and none after. */
export interface Current<C> {
  readonly content: C;
  readonly revision: Revision;
  /** Of the last change to it: what it shows is what it showed at every revision since. */
  readonly changed: Revision;
}

export interface KeptByKindOptions {
  readonly store: Store;
  readonly watchCache: WatchCache;
  readonly onError: (error: unknown) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Larger ones are not kept. */
  readonly maxBytes: number;
}

interface Kept<C> {
  readonly content: C;
  changed: Revision;
  usedAt: number;
  isLoaded: boolean;
  leave: () => void;
}

/** One of those kept, for whoever shares out the memory. */
export interface KeptEntry {
  readonly usedAt: number;
  readonly bytes: number;
  /** `refused`: it had no room, and is not kept again at once. */
  drop(refused: boolean): void;
}

/** Contents of kinds, each kept current by the watch of the store from when it was first wanted. */
export interface KeptByKind<C> {
  /**
   * The content, once it shows the wanted revision, which is asked for only when it is kept; undefined when it is not, or not in time. Use
   * it before anything else is awaited.
   */
  at(definition: KindDefinition, wanted: () => Revision | Promise<Revision>): Promise<Current<C> | undefined>;
  has(definition: KindDefinition): boolean;
  /** There was no room for it, not long ago. */
  isRefused(definition: KindDefinition): boolean;
  keep(definition: KindDefinition): void;
  entries(): KeptEntry[];
  /** Those refused before may be kept again. */
  forgetRefused(before: number): void;
  close(): void;
}

const pageSize = 1000;

const keyOf = (definition: KindDefinition): string => `${resourcePrefix(definition)} ${definition.version}`;

export const createKeptByKind = <C extends Content>(make: (definition: KindDefinition) => C, options: KeptByKindOptions): KeptByKind<C> => {
  const { store, watchCache, now, maxBytes, onError } = options;
  const kept = new Map<string, Kept<C>>();
  const refusedAt = new Map<string, number>();

  const drop = (key: string, entry: Kept<C>): void => {
    entry.leave();
    if (kept.get(key) === entry) kept.delete(key);
  };
  const refuse = (key: string, entry: Kept<C>): void => {
    drop(key, entry);
    refusedAt.set(key, now());
  };

  /** Reads all there is, in pages so that others get their turn, then what has happened meanwhile. */
  const load = async (key: string, entry: Kept<C>): Promise<void> => {
    const { content } = entry;
    const prefix = resourcePrefix(content.definition);
    const hub = watchCache.hub(prefix);
    const early: Parameters<HubListener['event']>[0][] = [];
    const apply: HubListener['event'] = ({ key: changedKey, value, deleted, revision }) => {
      content.apply(changedKey, deleted ? undefined : value);
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
      for (const { key: found, value } of page.items) content.apply(found, value);
      if (content.bytes > maxBytes) return refuse(key, entry);
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

  return {
    async at(definition, wanted) {
      const key = keyOf(definition);
      const entry = kept.get(key);
      if (!entry?.isLoaded) return undefined;
      if (entry.content.definition !== definition) {
        drop(key, entry);
        return undefined;
      }
      entry.usedAt = now();
      if (!(await watchCache.reached(await wanted())) || kept.get(key) !== entry) return undefined;
      return { content: entry.content, revision: watchCache.hub(resourcePrefix(definition)).revision, changed: entry.changed };
    },
    has: (definition) => kept.has(keyOf(definition)),
    isRefused: (definition) => refusedAt.has(keyOf(definition)),
    keep(definition) {
      const key = keyOf(definition);
      const entry: Kept<C> = { content: make(definition), changed: 0n, usedAt: now(), isLoaded: false, leave: () => {} };
      kept.set(key, entry);
      load(key, entry).catch((error: unknown) => {
        drop(key, entry);
        onError(error);
      });
    },
    entries: () =>
      [...kept].map(([key, entry]) => ({
        usedAt: entry.usedAt,
        bytes: entry.content.bytes,
        drop: (refused) => (refused ? refuse(key, entry) : drop(key, entry)),
      })),
    forgetRefused(before) {
      for (const [key, at] of refusedAt) if (at < before) refusedAt.delete(key);
    },
    close() {
      for (const [key, entry] of kept) drop(key, entry);
    },
  };
};
