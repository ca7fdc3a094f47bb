import type { MaintainableStore, Revision, Stamp, WriteResult } from '../contract.ts';
import { type AutoCompactOptions, startAutoCompaction } from '../embedded/auto-compaction.ts';
import { Expirer } from '../embedded/expirer.ts';
import { assertKey } from '../embedded/key-order.ts';
import { WatchHub, type WatchHubOptions } from '../embedded/watch-hub.ts';
import { ClosedError } from '../errors.ts';
import { Deadlines } from './deadlines.ts';
import { VersionedMap } from './versioned-map.ts';

export interface MemoryStoreOptions extends WatchHubOptions {
  readonly stamp?: Stamp | undefined;
  /** The clock for ttl, in milliseconds since the epoch. Default Date.now. */
  readonly now?: (() => number) | undefined;
  /** Default: history of the last five minutes is kept. False: only compact() forgets. */
  readonly autoCompact?: AutoCompactOptions | false | undefined;
}

/** A store that lives and dies with the process: for tests, trials and simulated members. */
export function openMemoryStore(options: MemoryStoreOptions = {}): MaintainableStore {
  const { stamp, now = Date.now, autoCompact } = options;
  const map = new VersionedMap();
  const deadlines = new Deadlines();
  const hub = new WatchHub(
    {
      revision: () => map.revision,
      compactedRevision: () => map.compacted,
      eventsAfter: (prefix, after, limit) => map.eventsAfter(prefix, after, limit),
    },
    options,
  );
  let closed = false;

  const assertOpen = (): void => {
    if (closed) throw new ClosedError('the memory store is closed');
  };
  const write = (key: string, value: Uint8Array | undefined): Revision => {
    const event = map.write(key, value, (revision) => value && stamp?.(value, revision));
    hub.publish([event]);
    return event.revision;
  };
  const put = (key: string, value: Uint8Array, ttlSeconds: number | undefined): WriteResult => {
    if (ttlSeconds !== undefined) deadlines.set(key, now() + ttlSeconds * 1000);
    const revision = write(key, value);
    if (ttlSeconds !== undefined) expirer.schedule();
    return { applied: true, revision, value };
  };
  const expirer = new Expirer(
    {
      nextDeadline: () => deadlines.first()?.at,
      expire: async (at) => {
        for (let due = deadlines.first(); due && due.at <= at; due = deadlines.first()) {
          deadlines.delete(due.key);
          write(due.key, undefined);
        }
      },
    },
    now,
  );

  const store: MaintainableStore = {
    driver: 'memory',
    async revision() {
      assertOpen();
      hub.requestProgress();
      return map.revision;
    },
    async compactedRevision() {
      assertOpen();
      return map.compacted;
    },
    async get(key, { revision } = {}) {
      assertOpen();
      return revision === undefined ? map.current(key) : map.at(key, revision);
    },
    async getAll(keys) {
      assertOpen();
      return keys.map((key) => map.current(key));
    },
    async list(prefix, listOptions = {}) {
      assertOpen();
      return map.list(prefix, listOptions);
    },
    async count(prefix) {
      assertOpen();
      return map.list(prefix, { limit: 0 }).remaining;
    },
    async create(key, value, { ttlSeconds } = {}) {
      assertOpen();
      assertKey(key);
      const current = map.current(key);
      return current ? { applied: false, current } : put(key, value, ttlSeconds);
    },
    async update(key, value, { expected, ttlSeconds }) {
      assertOpen();
      const current = map.current(key);
      return current?.modRevision === expected ? put(key, value, ttlSeconds) : { applied: false, current };
    },
    async delete(key, { expected }) {
      assertOpen();
      const previous = map.current(key);
      if (previous?.modRevision !== expected) return { applied: false, current: previous };
      deadlines.delete(key);
      return { applied: true, revision: write(key, undefined), previous };
    },
    watch: (prefix, watchOptions) => hub.watch(prefix, watchOptions),
    async compact(revision) {
      assertOpen();
      map.compact(revision);
    },
    async sizeBytes() {
      assertOpen();
      return map.bytes;
    },
    async remainingTtlSeconds(keys) {
      assertOpen();
      return keys.map((key) => {
        const at = deadlines.get(key);
        return at === undefined ? undefined : Math.max(0, (at - now()) / 1000);
      });
    },
    async advance(revision) {
      assertOpen();
      map.advance(revision);
      hub.requestProgress();
    },
    async close() {
      closed = true;
      stopCompaction?.();
      expirer.close();
      hub.close();
    },
  };
  const stopCompaction = autoCompact === false ? undefined : startAutoCompaction(store, autoCompact);
  return store;
}
