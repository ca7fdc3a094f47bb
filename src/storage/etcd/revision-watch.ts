import { setTimeout as delay } from 'node:timers/promises';
import { StoreUnavailableError } from '../errors.ts';
import type { Cluster } from './cluster.ts';
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

const firstPauseMilliseconds = 20;
const longestPauseMilliseconds = 1000;
/** etcd drops a request for progress while a watch is still catching up, so it is repeated. */
const pokeMilliseconds = 50;

/**
 * Watches an interval of keys after a revision, through lost connections and leader changes: events of whole revisions, in order,
 * none twice. Reading slowly slows the server's sending. @throws EtcdCompacted, StoreUnavailableError
 */
export class RevisionWatch {
  readonly #cluster: Cluster;
  readonly #interval: KeyInterval;
  #cursor: bigint;
  /** Progress was asked for up to here. */
  #wanted = 0n;
  #stream: GrpcStream | undefined;
  #poke: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(cluster: Cluster, interval: KeyInterval, after: bigint) {
    this.#cluster = cluster;
    this.#interval = interval;
    this.#cursor = after;
  }

  /** Asks for a batch that reaches `revision`. */
  requestProgress(revision: bigint): void {
    if (revision > this.#wanted) this.#wanted = revision;
    if (this.#cursor < this.#wanted && !this.#poke) this.#askProgress();
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
          for await (const batch of this.#read(opened.stream)) {
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

  async *#read(stream: GrpcStream): AsyncGenerator<EtcdBatch, void> {
    this.#stream = stream;
    if (this.#closed) stream.cancel();
    stream.write(encodeWatchCreate({ ...this.#interval, startRevision: this.#cursor + 1n }));
    let fragments: EtcdEvent[] = [];
    try {
      for await (const message of stream.messages()) {
        const response = decodeWatchResponse(message);
        if (response.canceled) {
          if (response.compactRevision > 0n) throw new EtcdCompacted(response.compactRevision);
          throw new StoreUnavailableError(`etcd watch: ${response.cancelReason}: check the user's permissions`);
        }
        if (response.created) {
          this.requestProgress(response.revision);
          continue;
        }
        fragments.push(...response.events);
        if (response.fragment) continue;
        const events = fragments;
        fragments = [];
        const reached = events.at(-1)?.kv.modRevision ?? response.revision;
        if (reached <= this.#cursor) continue;
        this.#cursor = reached;
        yield { events, revision: reached };
      }
    } finally {
      stream.cancel();
    }
  }

  #askProgress(): void {
    this.#poke = undefined;
    if (this.#closed || this.#cursor >= this.#wanted) return;
    this.#stream?.write(encodeWatchProgress());
    this.#poke = setTimeout(() => this.#askProgress(), pokeMilliseconds).unref();
  }
}

/** Asks etcd for the oldest revision it can still read; 0n when nothing is compacted. `key` should be one that rarely changes. */
export async function probeCompactedRevision(cluster: Cluster, key: Buffer): Promise<bigint> {
  const watch = new RevisionWatch(cluster, { key }, 0n);
  try {
    for await (const batch of watch.batches()) if (batch.revision > 0n) return 0n;
    return 0n;
  } catch (error) {
    if (error instanceof EtcdCompacted) return error.revision;
    throw error;
  } finally {
    watch.close();
  }
}
