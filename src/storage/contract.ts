/**
 * The storage port: versioned bytes, compare-and-swap, watch. It knows no Kubernetes words. Drivers: memory, lmdb, etcd; one
 * contract suite runs on all of them.
 *
 * Durability: a write resolves only after it would survive kill -9 (and, for lmdb and etcd, power loss), and only then do
 * get, list and watch show it.
 */

/** Store-wide, grows by at least one with every applied write, never repeats, survives restarts. 0n means "none". */
export type Revision = bigint;

/**
 * Writes the revision into a value's reserved slot, in place. The driver calls it exactly once for every value before any reader
 * sees the value (embedded stores: at commit; etcd: on read). Must be cheap and must not change the length.
 */
export type Stamp = (value: Uint8Array, revision: Revision) => void;

export interface KeyValue {
  readonly key: string;
  /** Never changed after it is handed out; readers must copy before they write to it. */
  readonly value: Uint8Array;
  readonly modRevision: Revision;
}

/** A lost compare-and-swap is a value, not an exception. `current` is what is there now, undefined when the key is absent. */
export type WriteResult =
  | { readonly applied: true; readonly revision: Revision; readonly value: Uint8Array }
  | { readonly applied: false; readonly current: KeyValue | undefined };

export type DeleteResult =
  | { readonly applied: true; readonly revision: Revision; readonly previous: KeyValue }
  | { readonly applied: false; readonly current: KeyValue | undefined };

export interface ListOptions {
  /** At most this many items; absent means all. */
  readonly limit?: number;
  /** Start after this key (exclusive), for paging. */
  readonly after?: string;
  /** Read the state at this past revision. @throws CompactedError, FutureRevisionError */
  readonly revision?: Revision;
}

export interface ListResult {
  /** In ascending key order (bytes of UTF-8). */
  readonly items: readonly KeyValue[];
  /** The revision the list shows: options.revision, or the newest committed one. */
  readonly revision: Revision;
  /** How many more keys follow below the prefix; 0 when the list is complete. */
  readonly remaining: number;
}

export interface WatchEvent {
  readonly type: 'put' | 'delete';
  readonly key: string;
  readonly revision: Revision;
  /** put: the new value. delete: the last value, stamped with its own (older) revision. */
  readonly value: Uint8Array;
  /** The value before this event; absent when the event created the key. */
  readonly previous?: KeyValue;
}

/** Events of one or more whole revisions, in order; `revision` is how far the watcher has seen everything (also sent without events). */
export interface WatchBatch {
  readonly events: readonly WatchEvent[];
  readonly revision: Revision;
}

export interface WatchOptions {
  /** Deliver every event after this revision, without gap or duplicate. @throws CompactedError on the first next() */
  readonly after: Revision;
  readonly signal?: AbortSignal;
}

export interface Store {
  /** memory, lmdb or etcd; used in messages and metrics. */
  readonly driver: string;
  /** Newest committed revision (etcd: linearizable). Also asks for progress: every watch soon yields a batch that reaches it. */
  revision(): Promise<Revision>;
  /** Oldest revision that can still be read or watched from; everything before is compacted. */
  compactedRevision(): Promise<Revision>;
  get(key: string, options?: { readonly revision?: Revision }): Promise<KeyValue | undefined>;
  /**
   * What this store was last told of a key, without asking: it may be old, and another may have been there since. Undefined when nothing is
   * remembered; absent where reading costs no more.
   */
  readonly remembered?: (key: string) => KeyValue | undefined;
  /** What is there now for each of the keys, in their order; one may be read a little later than another. */
  getAll(keys: readonly string[]): Promise<readonly (KeyValue | undefined)[]>;
  list(prefix: string, options?: ListOptions): Promise<ListResult>;
  count(prefix: string): Promise<number>;
  /**
   * Applied only when the key is absent. The store owns `value` from here on and stamps it in place.
   * `ttlSeconds`: the key is deleted (with a delete event) after that time, restarts included.
   */
  create(key: string, value: Uint8Array, options?: { readonly ttlSeconds?: number }): Promise<WriteResult>;
  /** Applied only when the key's modRevision equals `expected`. A ttl of the key is kept unless given anew. */
  update(key: string, value: Uint8Array, options: { readonly expected: Revision; readonly ttlSeconds?: number }): Promise<WriteResult>;
  delete(key: string, options: { readonly expected: Revision }): Promise<DeleteResult>;
  /** Ends when the signal aborts or the store closes; throws CompactedError, or SlowWatcherError when compaction has passed what a slow reader had yet to see. */
  watch(prefix: string, options: WatchOptions): AsyncIterable<WatchBatch>;
  /** Forgets history before `revision`; current values stay. */
  compact(revision: Revision): Promise<void>;
  /** Bytes on disk (or in memory). */
  sizeBytes(): Promise<number>;
  /** Flushes and releases; later calls reject with ClosedError. */
  close(): Promise<void>;
}

/** What snapshots and migration need beyond the port; every driver has it. */
export interface MaintainableStore extends Store {
  /** For each key the seconds it has left to live; undefined when it has no ttl or is absent. */
  remainingTtlSeconds(keys: readonly string[]): Promise<readonly (number | undefined)[]>;
  /** Skips revisions: the next write gets one above `revision`, and everything up to it counts as compacted. Never goes back. */
  advance(revision: Revision): Promise<void>;
}
