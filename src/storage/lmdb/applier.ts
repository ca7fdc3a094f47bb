import type { Revision } from '../contract.ts';
import { ClosedError } from '../errors.ts';
import type { Environment } from './environment.ts';
import { revisionKey } from './layout.ts';
import type { Overlay } from './overlay.ts';
import type { Reader } from './reader.ts';
import { tableWritesOf } from './table-writes.ts';

export interface ApplierPort {
  readonly environment: Environment;
  readonly base: Reader;
  readonly overlay: Overlay;
  /** LMDB has everything up to `revision`, and reads show it there. */
  applied(revision: Revision): void;
}

/** One transaction of LMDB: enough changes to share its cost, few enough not to hold up the thread. */
const usualTransaction = { count: 256, bytes: 2 ** 20 };
/** How long a change stays in the log alone. */
const longestMilliseconds = 5000;
/** Writers wait for LMDB beyond this much. */
const largestOverlayBytes = 16 * 2 ** 20;

/** Brings LMDB up to the overlay: in the background, in transactions of many changes, when there are enough of them or some time has passed. */
export class Applier {
  readonly #port: ApplierPort;
  readonly #transaction: typeof usualTransaction;
  #last: Promise<unknown> = Promise.resolve();
  #working = false;
  #timer: NodeJS.Timeout | undefined;
  #failed = false;
  #closed = false;

  constructor(port: ApplierPort, { transactionWrites = usualTransaction.count }: { readonly transactionWrites?: number | undefined } = {}) {
    this.#port = port;
    this.#transaction = { ...usualTransaction, count: transactionWrites };
  }

  /** Call when the overlay has grown. */
  notice(): void {
    if (this.#enough()) void this.#work(() => this.#enough());
    else this.#timer ??= setTimeout(() => void this.#work(() => true), longestMilliseconds).unref();
  }

  /** Resolves when there is room for more changes. @throws StoreUnavailableError when LMDB does not take them */
  async room(): Promise<void> {
    if (this.#failed || this.#port.overlay.bytes > largestOverlayBytes) await this.through(this.#port.overlay.revision);
  }

  /** Resolves when LMDB has everything up to `revision`. @throws StoreUnavailableError */
  async through(revision: Revision): Promise<void> {
    while (this.#port.base.revision < revision) await this.exclusively(() => this.#applyOldest());
  }

  /** Runs `work`, which commits to LMDB, while nothing else is committed there. @throws ClosedError */
  exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#closed) return Promise.reject(new ClosedError('the store is closed'));
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Lets what is under way come to its end, and nothing more begin. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#last;
  }

  #enough(): boolean {
    const { size, bytes } = this.#port.overlay;
    return size >= this.#transaction.count || bytes >= this.#transaction.bytes;
  }

  async #work(wanted: () => boolean): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    try {
      const { base, overlay } = this.#port;
      while (!this.#closed && base.revision < overlay.revision && wanted()) await this.exclusively(() => this.#applyOldest());
    } catch {
      // The log has it. The next writer is told, and the time comes again.
    } finally {
      this.#working = false;
      if (!this.#closed && this.#port.base.revision < this.#port.overlay.revision) {
        this.#timer ??= setTimeout(() => void this.#work(() => true), longestMilliseconds).unref();
      }
    }
  }

  async #applyOldest(): Promise<void> {
    const { environment, base, overlay } = this.#port;
    const changes = overlay.oldest(this.#transaction);
    const revision = changes.length === overlay.size ? overlay.revision : changes.at(-1)!.revision;
    if (revision <= base.revision) return;
    const applied = { table: environment.meta, key: Buffer.from('applied'), value: revisionKey(revision) };
    try {
      await environment.commit([...tableWritesOf(changes, environment), applied]);
    } catch (error) {
      this.#failed = true;
      throw error;
    }
    this.#failed = false;
    environment.refresh();
    overlay.drop(changes.length);
    base.revision = revision;
    this.#port.applied(revision);
  }
}
