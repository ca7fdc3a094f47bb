import type { Revision, WatchEvent } from '../contract.ts';
import { StoreUnavailableError } from '../errors.ts';
import { Applier } from './applier.ts';
import type { Batch } from './batch.ts';
import type { Environment } from './environment.ts';
import { LayeredReader } from './layered-reader.ts';
import { Overlay } from './overlay.ts';
import { Reader } from './reader.ts';
import { recoverChanges } from './recover.ts';
import { removeLog } from './write-ahead-log/replay.ts';
import { WriteAheadLog } from './write-ahead-log/write-ahead-log.ts';

export interface CommitPipelineOptions {
  /** What LMDB shows. */
  readonly revision: Revision;
  readonly transactionWrites: number | undefined;
}

/** The way of a batch: appended to the log (durable), put into the overlay (visible), and later taken over by LMDB. */
export class CommitPipeline {
  /** Everything that is durable. */
  readonly reader: LayeredReader;
  readonly #environment: Environment;
  readonly #base: Reader;
  readonly #overlay: Overlay;
  readonly #applier: Applier;
  readonly #log: WriteAheadLog;

  constructor(environment: Environment, { revision, transactionWrites }: CommitPipelineOptions) {
    const base = new Reader(environment, revision);
    const overlay = new Overlay(revision);
    this.#environment = environment;
    this.#base = base;
    this.#overlay = overlay;
    this.reader = new LayeredReader(base, overlay);
    this.#applier = new Applier({ environment, base, overlay, applied: (through) => this.#log.release(through) }, { transactionWrites });
    this.#log = new WriteAheadLog({
      path: environment.path,
      whileOwner: (work) => environment.whileOwned(work),
      drain: () => this.#applier.through(overlay.revision),
    });
  }

  /** About how much LMDB has yet to take over. */
  get pendingBytes(): number {
    return this.#overlay.bytes;
  }

  /** Bytes on disk. */
  get sizeBytes(): number {
    return this.#environment.fileBytes() + this.#log.sizeBytes;
  }

  /** Takes over what an earlier process has left in its log. Before anything else. @throws StoreUnavailableError */
  async recover(): Promise<void> {
    const { path } = this.#environment;
    const { changes, revision } = recoverChanges(path, this.#base);
    this.#overlay.add(changes, revision);
    await this.#applier.through(revision);
    this.#environment.whileOwned(() => removeLog(path));
    this.#log.prepare();
  }

  /**
   * Makes a batch durable and visible; one at a time. `visible` runs in the same turn as readers begin to see it. @throws
   * StoreUnavailableError when nothing of it is visible
   */
  async commit({ base, revision, changes }: Batch, visible: (events: readonly WatchEvent[]) => void): Promise<void> {
    this.#environment.assertWritable();
    await this.#applier.room();
    await this.#log.append({ base, revision, entries: changes }).catch((error: unknown) => {
      throw error instanceof StoreUnavailableError ? error : this.#environment.writeFailure(error);
    });
    // Somebody who took over in the meantime may have read the log before this was in it.
    this.#environment.assertOwned();
    const events = changes.map(({ event }) => event);
    this.#overlay.add(changes, revision);
    this.reader.counts.apply(events);
    visible(events);
    this.#applier.notice();
  }

  /** Resolves when LMDB has everything up to `revision`. @throws StoreUnavailableError */
  applied(revision: Revision): Promise<void> {
    return this.#applier.through(revision);
  }

  /** Runs `work`, which commits to LMDB, while nothing else is committed there. @throws ClosedError */
  exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#applier.exclusively(work);
  }

  /** After the last commit. What LMDB cannot take stays in the log, for the next one who opens. */
  async close(): Promise<void> {
    const applied = this.applied(this.#overlay.revision);
    await applied.catch(() => undefined);
    await this.#applier.close();
    await this.#log.close();
    await applied.then(() => this.#environment.whileOwned(() => removeLog(this.#environment.path))).catch(() => undefined);
  }
}
