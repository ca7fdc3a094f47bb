import { ClosedError } from '../errors.ts';

/** A write that waits for its batch: `prepare` runs when the batch is formed, the callbacks after it is durable. */
interface Pending<Batch> {
  readonly prepare: (batch: Batch) => () => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupCommitPort<Batch> {
  begin(): Batch;
  /** Makes the batch durable and visible. @throws when nothing of it was written */
  commit(batch: Batch): Promise<void>;
}

/** Writers that share one transaction, at most. */
const largestBatch = 1024;

/**
 * Commits in groups: while one batch goes to disk the next writers gather, then go together. One batch is in flight at a time, so a
 * batch is always prepared against everything before it, and a failed one takes nobody else with it.
 */
export class GroupCommit<Batch> {
  readonly #port: GroupCommitPort<Batch>;
  #queue: Pending<Batch>[] = [];
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(port: GroupCommitPort<Batch>) {
    this.#port = port;
  }

  /** Runs `decide` inside the next batch and answers with its result once that batch is durable. */
  submit<Result>(decide: (batch: Batch) => Result): Promise<Result> {
    if (this.#closed) return Promise.reject(new ClosedError('the store is closed'));
    return new Promise<Result>((resolve, reject) => {
      const prepare = (batch: Batch) => {
        const result = decide(batch);
        return () => resolve(result);
      };
      this.#queue.push({ prepare, reject });
      this.#running ??= this.#run();
    });
  }

  /** Refuses new writes and waits for those that were submitted. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    await Promise.resolve();
    let settle = (): void => {};
    while (this.#queue.length > 0) {
      const next = this.#commitNext(this.#queue.splice(0, largestBatch));
      // The last group's writers go on while this one is on its way to the disk.
      settle();
      settle = await next;
    }
    settle();
    this.#running = undefined;
  }

  /** Answers what tells the group's writers how it went. */
  async #commitNext(group: readonly Pending<Batch>[]): Promise<() => void> {
    const batch = this.#port.begin();
    const prepared: { readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = [];
    for (const { prepare, reject } of group) {
      try {
        prepared.push({ resolve: prepare(batch), reject });
      } catch (error) {
        reject(error);
      }
    }
    try {
      await this.#port.commit(batch);
    } catch (error) {
      return () => {
        for (const { reject } of prepared) reject(error);
      };
    }
    return () => {
      for (const { resolve } of prepared) resolve();
    };
  }
}
