import type { MaintainableStore, Revision, Stamp, WriteResult } from '../contract.ts';
import { type AutoCompactOptions, startAutoCompaction } from '../embedded/auto-compaction.ts';
import { Expirer } from '../embedded/expirer.ts';
import { assertKey } from '../embedded/key-order.ts';
import { WatchHub, type WatchHubOptions } from '../embedded/watch-hub.ts';
import { ClosedError, CompactedError, FutureRevisionError } from '../errors.ts';
import { Batch } from './batch.ts';
import { Capacity } from './capacity.ts';
import { CommitPipeline } from './commit-pipeline.ts';
import { forgetChunk } from './compaction.ts';
import { type Environment, openEnvironment } from './environment.ts';
import { GroupCommit } from './group-commit.ts';
import type { LayeredReader } from './layered-reader.ts';
import { storedRevisions } from './recover.ts';

export interface LmdbStoreOptions extends WatchHubOptions {
  /** The data directory; created with mode 0700 when absent. */
  readonly path: string;
  readonly stamp?: Stamp | undefined;
  /** The clock for ttl, in milliseconds since the epoch. Default Date.now. */
  readonly now?: (() => number) | undefined;
  /** Default: history of the last five minutes is kept. False: only compact() forgets. */
  readonly autoCompact?: AutoCompactOptions | false | undefined;
  /** Puts are refused beyond this much data and history; deletes and compaction still work. Default: the disk is the limit. */
  readonly maxSizeBytes?: number | undefined;
  /** Puts are refused while the disk has less free than this, so that deletes and compaction still can work. Default 16 MiB. */
  readonly minFreeBytes?: number | undefined;
  /** LMDB takes writes over from the log in transactions of about so many. Default 256. */
  readonly transactionWrites?: number | undefined;
}

/** Opens a durable single-node store; one process at a time may. @throws StoreUnavailableError */
export async function openLmdbStore(options: LmdbStoreOptions): Promise<MaintainableStore> {
  const environment = openEnvironment(options.path);
  try {
    const store = new LmdbStore(environment, options);
    await store.recover();
    return store;
  } catch (error) {
    await environment.close();
    throw error;
  }
}

const expiredAtOnce = 512;

class LmdbStore implements MaintainableStore {
  readonly driver = 'lmdb';
  readonly #environment: Environment;
  readonly #now: () => number;
  readonly #reader: LayeredReader;
  readonly #pipeline: CommitPipeline;
  readonly #hub: WatchHub;
  readonly #expirer: Expirer;
  readonly #writer: GroupCommit<Batch>;
  readonly #capacity: Capacity;
  readonly #options: LmdbStoreOptions;
  #stopCompaction: (() => void) | undefined;
  #compacted: Revision;
  /** The highest revision anybody has asked to compact to. */
  #asked: Revision;
  #closing: Promise<void> | undefined;

  constructor(environment: Environment, options: LmdbStoreOptions) {
    const { revision, compacted } = storedRevisions(environment);
    const pipeline = new CommitPipeline(environment, { revision, transactionWrites: options.transactionWrites });
    const { reader } = pipeline;
    this.#environment = environment;
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#compacted = compacted;
    this.#asked = compacted;
    this.#reader = reader;
    this.#pipeline = pipeline;
    this.#hub = new WatchHub(
      {
        revision: () => reader.revision,
        compactedRevision: () => this.#compacted,
        eventsAfter: (prefix, after, limit) => reader.eventsAfter(prefix, after, limit),
      },
      options,
    );
    this.#writer = new GroupCommit({
      begin: () => new Batch(reader, options.stamp),
      commit: (batch) => this.#commit(batch),
    });
    this.#capacity = new Capacity(environment, { ...options, pendingBytes: () => pipeline.pendingBytes });
    this.#expirer = new Expirer({ nextDeadline: () => reader.nextDeadline(), expire: (now) => this.#expire(now) }, this.#now);
  }

  /** Before anything else. @throws StoreUnavailableError */
  async recover(): Promise<void> {
    const { autoCompact } = this.#options;
    await this.#pipeline.recover();
    this.#expirer.schedule();
    this.#stopCompaction = autoCompact === false ? undefined : startAutoCompaction(this, autoCompact);
  }

  async revision(): Promise<Revision> {
    this.#assertOpen();
    this.#hub.requestProgress();
    return this.#reader.revision;
  }

  async compactedRevision(): Promise<Revision> {
    this.#assertOpen();
    return this.#compacted;
  }

  get: MaintainableStore['get'] = async (key, { revision } = {}) => {
    this.#assertOpen();
    if (revision === undefined) return this.#reader.get(key);
    this.#assertReadable(revision);
    return this.#reader.getAt(key, revision);
  };

  getAll: MaintainableStore['getAll'] = async (keys) => {
    this.#assertOpen();
    return keys.map((key) => this.#reader.get(key));
  };

  list: MaintainableStore['list'] = async (prefix, options = {}) => {
    this.#assertOpen();
    if (options.revision !== undefined) this.#assertReadable(options.revision);
    return this.#reader.list(prefix, options);
  };

  async count(prefix: string): Promise<number> {
    this.#assertOpen();
    return this.#reader.count(prefix);
  }

  create: MaintainableStore['create'] = (key, value, { ttlSeconds } = {}) =>
    this.#put((batch) => {
      assertKey(key);
      const current = batch.get(key);
      return current ? { applied: false, current } : batch.put(key, value, { deadline: this.#deadline(ttlSeconds) ?? 0 });
    });

  update: MaintainableStore['update'] = (key, value, { expected, ttlSeconds }) =>
    this.#put((batch) => {
      const current = batch.get(key);
      if (current?.modRevision !== expected) return { applied: false, current };
      return batch.put(key, value, { deadline: this.#deadline(ttlSeconds) ?? current.deadline });
    });

  delete: MaintainableStore['delete'] = (key, { expected }) =>
    this.#writer.submit((batch) => {
      const current = batch.get(key);
      return current?.modRevision === expected ? batch.delete(current) : { applied: false, current };
    });

  watch: MaintainableStore['watch'] = (prefix, options) => this.#hub.watch(prefix, options);

  async compact(revision: Revision): Promise<void> {
    this.#assertOpen();
    this.#assertReadable(revision);
    if (revision > this.#compacted) await this.#forget(revision);
  }

  async sizeBytes(): Promise<number> {
    this.#assertOpen();
    return this.#pipeline.sizeBytes;
  }

  async remainingTtlSeconds(keys: readonly string[]): Promise<readonly (number | undefined)[]> {
    this.#assertOpen();
    return keys.map((key) => {
      const deadline = this.#reader.get(key)?.deadline ?? 0;
      return deadline === 0 ? undefined : Math.max(0, (deadline - this.#now()) / 1000);
    });
  }

  async advance(revision: Revision): Promise<void> {
    this.#assertOpen();
    if (revision > this.#reader.revision) {
      await this.#writer.submit((batch) => batch.advance(revision));
      await this.#forget(revision);
    }
    this.#hub.requestProgress();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#stopCompaction?.();
    this.#expirer.close();
    this.#hub.close();
    await this.#writer.close();
    await this.#pipeline.close();
    await this.#environment.close();
  }

  /** Moves the compacted revision first, so that a crash on the way leaves nothing readable by halves. */
  async #forget(revision: Revision): Promise<void> {
    const target = later(this.#asked, revision);
    this.#asked = target;
    await this.#pipeline.applied(target);
    for (let more = true; more;) {
      more = await this.#pipeline.exclusively(async () => {
        const chunk = forgetChunk(this.#environment, target);
        await this.#environment.commit(chunk.writes);
        this.#environment.refresh();
        this.#compacted = later(this.#compacted, target);
        return chunk.more;
      });
    }
  }

  #put(decide: (batch: Batch) => WriteResult): Promise<WriteResult> {
    try {
      this.#assertOpen();
      this.#capacity.assertRoom();
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#writer.submit(decide);
  }

  async #commit(batch: Batch): Promise<void> {
    if (batch.revision === batch.base) return;
    await this.#pipeline.commit(batch, (events) => this.#hub.publish(events));
    this.#expirer.notice(batch.earliestDeadline);
  }

  async #expire(now: number): Promise<void> {
    for (let due = [''], first = true; first || due.length === expiredAtOnce; first = false) {
      due = this.#reader.dueKeys(now, expiredAtOnce);
      await this.#writer.submit((batch) => {
        for (const key of due) {
          const object = batch.get(key);
          if (object && object.deadline !== 0 && object.deadline <= now) batch.delete(object);
        }
      });
    }
  }

  #deadline(ttlSeconds: number | undefined): number | undefined {
    return ttlSeconds === undefined ? undefined : Math.ceil(this.#now() + ttlSeconds * 1000);
  }

  #assertOpen(): void {
    if (this.#closing) throw new ClosedError('the lmdb store is closed');
  }

  #assertReadable(revision: Revision): void {
    if (revision < this.#compacted) throw new CompactedError(revision, this.#compacted);
    if (revision > this.#reader.revision) throw new FutureRevisionError(revision, this.#reader.revision);
  }
}

const later = (a: Revision, b: Revision): Revision => (a > b ? a : b);
