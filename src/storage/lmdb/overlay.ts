import type { Revision } from '../contract.ts';
import { compareKeys } from '../embedded/key-order.ts';
import { bytesOfChange, type Change } from './change.ts';

/** Keys that start with `prefix` and come after `after`. */
export interface KeyRange {
  readonly prefix: string;
  readonly after: string | undefined;
}

/** The writes that the log has and LMDB has not yet, oldest first: what reads show on top of LMDB's state. */
export class Overlay {
  readonly #newest = new Map<string, Change>();
  #changes: Change[] = [];
  #revision: Revision;
  #bytes = 0;

  /** `revision`: LMDB's. */
  constructor(revision: Revision) {
    this.#revision = revision;
  }

  /** The newest revision of all. */
  get revision(): Revision {
    return this.#revision;
  }

  get size(): number {
    return this.#changes.length;
  }

  /** About what it holds in memory. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds a committed group; `revision` is where it ends, which may lie beyond its last change. */
  add(changes: readonly Change[], revision: Revision): void {
    for (const change of changes) {
      this.#changes.push(change);
      this.#newest.set(change.key, change);
      this.#bytes += bytesOfChange(change);
    }
    this.#revision = revision;
  }

  /** The oldest changes, at most so many and so large; one at least. */
  oldest({ count, bytes }: { readonly count: number; readonly bytes: number }): Change[] {
    let end = 0;
    for (let taken = 0; end < Math.min(count, this.#changes.length) && taken < bytes; end++) taken += bytesOfChange(this.#changes[end]!);
    return this.#changes.slice(0, end);
  }

  /** Forgets the oldest changes: LMDB has them. */
  drop(count: number): void {
    for (const change of this.#changes.splice(0, count)) {
      if (this.#newest.get(change.key) === change) this.#newest.delete(change.key);
      this.#bytes -= bytesOfChange(change);
    }
  }

  /** The newest change of a key at or before a revision; undefined when LMDB's state of the key holds. */
  get(key: string, revision = this.#revision): Change | undefined {
    const newest = this.#newest.get(key);
    if (!newest || newest.revision <= revision) return newest;
    return this.#changes.findLast((change) => change.key === key && change.revision <= revision);
  }

  /** The newest changes, at a revision, of the keys in a range, in key order. */
  within(range: KeyRange, revision: Revision): Change[] {
    const newest = revision >= this.#revision ? this.#newest : this.#newestAt(revision);
    const found: Change[] = [];
    for (const [key, change] of newest) if (isWithin(range, key)) found.push(change);
    return found.toSorted((a, b) => compareKeys(a.key, b.key));
  }

  /** How many more keys a range has at a revision than in LMDB. */
  surplus(range: KeyRange, revision: Revision): number {
    let surplus = 0;
    for (const { object } of this.within(range, revision)) surplus += Number(object !== undefined);
    const touched = new Set<string>();
    for (const { key, previous, revision: changed } of this.#changes) {
      if (changed > revision) break;
      if (touched.has(key) || !isWithin(range, key)) continue;
      touched.add(key);
      surplus -= Number(previous !== undefined);
    }
    return surplus;
  }

  /** Up to `limit` changes after a revision. */
  after(revision: Revision, limit: number): Change[] {
    const changes = this.#changes;
    let low = 0;
    for (let high = changes.length; low < high;) {
      const middle = (low + high) >> 1;
      if (changes[middle]!.revision <= revision) low = middle + 1;
      else high = middle;
    }
    return changes.slice(low, low + limit);
  }

  /** The state of every key that is not LMDB's, with a time to live. */
  *withDeadline(): Generator<{ readonly key: string; readonly deadline: number }, void> {
    for (const { object } of this.#newest.values()) if (object && object.deadline !== 0) yield object;
  }

  #newestAt(revision: Revision): Map<string, Change> {
    const newest = new Map<string, Change>();
    for (const change of this.#changes) {
      if (change.revision > revision) break;
      newest.set(change.key, change);
    }
    return newest;
  }
}

const isWithin = ({ prefix, after }: KeyRange, key: string): boolean =>
  key.startsWith(prefix) && (after === undefined || compareKeys(key, after) > 0);
