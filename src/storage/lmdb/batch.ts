import type { DeleteResult, Revision, Stamp, WriteResult } from '../contract.ts';
import { type Change, changeOf } from './change.ts';
import { openObject, sealObject, type StoredObject } from './layout.ts';

/** The state that a batch is prepared against. */
export interface Committed {
  readonly revision: Revision;
  get(key: string): StoredObject | undefined;
}

/** Writes that will be logged together. Later writes of a batch see earlier ones; nobody else does until it is committed. */
export class Batch {
  readonly changes: Change[] = [];
  /** The revision that the batch was prepared against. */
  readonly base: Revision;
  readonly #committed: Committed;
  readonly #stamp: Stamp | undefined;
  readonly #pending = new Map<string, StoredObject | undefined>();
  #revision: Revision;
  #earliestDeadline = Infinity;

  constructor(committed: Committed, stamp: Stamp | undefined) {
    this.#committed = committed;
    this.#stamp = stamp;
    this.base = committed.revision;
    this.#revision = committed.revision;
  }

  /** The revision of the last write. */
  get revision(): Revision {
    return this.#revision;
  }

  /** Of the keys that were put with a time to live. */
  get earliestDeadline(): number {
    return this.#earliestDeadline;
  }

  get(key: string): StoredObject | undefined {
    return this.#pending.has(key) ? this.#pending.get(key) : this.#committed.get(key);
  }

  put(key: string, value: Uint8Array, { deadline }: { readonly deadline: number }): WriteResult {
    const previous = this.get(key);
    const revision = ++this.#revision;
    const record = sealObject(value, revision, deadline);
    const stored = openObject(key, record);
    this.#stamp?.(stored.value, revision);
    if (deadline !== 0) this.#earliestDeadline = Math.min(this.#earliestDeadline, deadline);
    this.#add(changeOf({ key, revision, record, object: stored }, previous));
    return { applied: true, revision, value: stored.value };
  }

  /** `previous` is what get() answered. */
  delete(previous: StoredObject): DeleteResult {
    const revision = ++this.#revision;
    this.#add(changeOf({ key: previous.key, revision, record: undefined, object: undefined }, previous));
    return { applied: true, revision, previous };
  }

  /** Skips to a revision that no write has had. */
  advance(revision: Revision): void {
    if (revision > this.#revision) this.#revision = revision;
  }

  #add(change: Change): void {
    this.changes.push(change);
    this.#pending.set(change.key, change.object);
  }
}
