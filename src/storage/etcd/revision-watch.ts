import { setTimeout as delay } from 'node:timers/promises';
import { StoreUnavailableError } from '../errors.ts';
import type { Cluster, OpenedWatch } from './cluster.ts';
import type { GrpcStream } from './grpc/grpc-channel.ts';
import { decodeWatchResponse, encodeWatchCreate, encodeWatchProgress, type EtcdEvent } from './watch-messages.ts';

export interface KeyInterval {
  readonly key: Buffer;
  /** Exclusive; absent means the one key. */
  readonly rangeEnd?: Buffer;
}

/** What a watch yields, in etcd's own revisions; `revision` is how far everything has been seen. */
export interface EtcdBatch {
  readonly events: readonly EtcdEvent[];
  readonly revision: bigint;
}

/** The watch's start is compacted; `revision` is the oldest that can be read. */
export class EtcdCompacted extends Error {
  override readonly name = 'EtcdCompacted';
  readonly revision: bigint;
  constructor(revision: bigint) {
    super(`compacted to ${revision}`);
    this.revision = revision;
  }
}

export interface RevisionWatchOptions {
  readonly interval: Required<KeyInterval>;
  readonly after: bigint;
  /** For an etcd whose answers about progress come too early. */
  readonly barrier: Barrier;
}

/** A write that tells watches of `everything` how far they are. */
export interface Barrier {
  readonly everything: Required<KeyInterval>;
  readonly write: () => Promise<void>;
}

const firstPauseMilliseconds = 20;
const longestPauseMilliseconds = 1000;
/** etcd drops a request for progress while a watch is still catching up, so it is repeated. */
const pokeMilliseconds = 50;
/** A token that expires as a watch is opened looks like a permission that is missing. */
const refusalsBelieved = 3;

/**
 * Watches an interval of keys after a revision, through lost connections and leader changes: events of whole revisions, in order,
 * none twice. Reading slowly slows the server's sending. @throws EtcdCompacted, StoreUnavailableError
 */
export class RevisionWatch {
  readonly #cluster: Cluster;
  readonly #interval: Required<KeyInterval>;
  readonly #barrier: Barrier;
  #cursor: bigint;
  /** Progress was asked for up to here. */
  #wanted = 0n;
  #stream: GrpcStream | undefined;
  #ordered = true;
  #refusals = 0;
  #poke: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(cluster: Cluster, { interval, after, barrier }: RevisionWatchOptions) {
    this.#cluster = cluster;
    this.#interval = interval;
    this.#barrier = barrier;
    this.#cursor = after;
  }

  /** Asks for a batch that reaches `revision`. */
  requestProgress(revision: bigint): void {
    if (revision > this.#wanted) this.#wanted = revision;
    if (this.#cursor >= this.#wanted || this.#poke) return;
    // A write is worth waiting for: most often events come by themselves.
    if (this.#ordered) this.#askProgress();
    else this.#poke = setTimeout(() => this.#askProgress(), pokeMilliseconds).unref();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#poke);
    this.#stream?.cancel();
  }

  async *batches(): AsyncGenerator<EtcdBatch, void> {
    let pause = firstPauseMilliseconds;
    try {
      while (!this.#closed) {
        let failed: (() => void) | undefined;
        try {
          const opened = await this.#cluster.openWatch();
          failed = opened.failed;
          for await (const batch of this.#read(opened)) {
            pause = firstPauseMilliseconds;
            yield batch;
          }
        } catch (error) {
          if (this.#closed) return;
          if (error instanceof EtcdCompacted || error instanceof StoreUnavailableError) throw error;
        }
        failed?.();
        await delay(pause);
        pause = Math.min(pause * 2, longestPauseMilliseconds);
      }
    } finally {
      this.close();
    }
  }

  async *#read({ stream, ordered }: OpenedWatch): AsyncGenerator<EtcdBatch, void> {
    this.#stream = stream;
    this.#ordered = ordered;
    if (this.#closed) stream.cancel();
    stream.write(encodeWatchCreate({ ...(ordered ? this.#interval : this.#barrier.everything), startRevision: this.#cursor + 1n }));
    let fragments: EtcdEvent[] = [];
    try {
      for await (const message of stream.messages()) {
        const response = decodeWatchResponse(message);
        if (response.canceled) {
          if (response.compactRevision > 0n) throw new EtcdCompacted(response.compactRevision);
          if (++this.#refusals < refusalsBelieved) return;
          throw new StoreUnavailableError(`etcd watch: ${response.cancelReason}: check the user's permissions`);
        }
        this.#refusals = 0;
        if (response.created) {
          this.requestProgress(response.revision);
          continue;
        }
        fragments.push(...response.events);
        if (response.fragment) continue;
        const events = fragments;
        fragments = [];
        if (!ordered && events.length === 0) continue;
        const reached = events.at(-1)?.kv.modRevision ?? response.revision;
        if (reached <= this.#cursor) continue;
        const wanted = ordered ? events : events.filter(({ kv }) => isWithin(kv.key, this.#interval));
        const torn = wanted.findLast(({ isPreviousLost }) => isPreviousLost);
        if (torn) throw new EtcdCompacted(torn.kv.modRevision);
        this.#cursor = reached;
        yield { events: wanted, revision: reached };
      }
    } finally {
      stream.cancel();
    }
  }

  #askProgress(): void {
    this.#poke = undefined;
    if (this.#closed || this.#cursor >= this.#wanted) return;
    if (this.#ordered) this.#stream?.write(encodeWatchProgress());
    else this.#barrier.write().catch(() => undefined);
    this.#poke = setTimeout(() => this.#askProgress(), this.#ordered ? pokeMilliseconds : longestPauseMilliseconds).unref();
  }
}

function isWithin(key: string, interval: Required<KeyInterval>): boolean {
  const bytes = Buffer.from(key);
  // A range end of one NUL byte means "to the last key" (etcd API).
  const isBelowEnd = (interval.rangeEnd.length === 1 && interval.rangeEnd[0] === 0) || bytes.compare(interval.rangeEnd) < 0;
  return isBelowEnd && bytes.compare(interval.key) >= 0;
}
