import type { KeyValue, ListOptions, ListResult, Revision, WatchBatch } from '../contract.ts';
import { compareKeys } from '../embedded/key-order.ts';
import type { Change } from './change.ts';
import { KeyCounts } from './key-counts.ts';
import type { StoredObject } from './layout.ts';
import type { KeyRange, Overlay } from './overlay.ts';
import type { Reader } from './reader.ts';

/** Reads of all that is committed: LMDB's snapshot and, on top of it, the overlay. */
export class LayeredReader {
  readonly counts = new KeyCounts();
  readonly #base: Reader;
  readonly #overlay: Overlay;

  constructor(base: Reader, overlay: Overlay) {
    this.#base = base;
    this.#overlay = overlay;
  }

  get revision(): Revision {
    return this.#overlay.revision;
  }

  get(key: string): StoredObject | undefined {
    const change = this.#overlay.get(key);
    return change ? change.object : this.#base.get(key);
  }

  getAt(key: string, revision: Revision): KeyValue | undefined {
    if (revision < this.#base.revision) return this.#base.getAt(key, revision);
    const change = this.#overlay.get(key, revision);
    return change ? change.object : this.#base.get(key);
  }

  list(prefix: string, { limit = Infinity, after, revision = this.revision }: ListOptions): ListResult {
    const range = { prefix, after };
    const items: KeyValue[] = [];
    for (const state of this.#states(range, { revision, limit })) {
      if (items.length >= limit) break;
      items.push(state);
    }
    const last = items.at(-1)?.key;
    const remaining = items.length < limit ? 0 : this.#remainingAfter(items.length, { range, last, revision });
    if (remaining > 0 && last !== undefined) this.counts.rememberFollowing({ prefix, after: last, revision }, remaining);
    return { items, revision, remaining };
  }

  count(prefix: string): number {
    return this.counts.below(prefix, () => this.#countAt({ prefix, after: undefined }, this.revision));
  }

  eventsAfter(prefix: string, after: Revision, limit: number): WatchBatch {
    if (after < this.#base.revision) return this.#base.eventsAfter(prefix, after, limit);
    const changes = this.#overlay.after(after, limit);
    const events = changes.filter(({ key }) => key.startsWith(prefix)).map(({ event }) => event);
    return { events, revision: changes.length < limit ? this.revision : changes.at(-1)!.revision };
  }

  /** The earliest deadline (milliseconds since the epoch) of all keys. */
  nextDeadline(): number | undefined {
    let earliest = Infinity;
    for (const { deadline } of this.#overlay.withDeadline()) earliest = Math.min(earliest, deadline);
    for (const { key, deadline } of this.#base.deadlines()) {
      if (this.#overlay.get(key)) continue;
      earliest = Math.min(earliest, deadline);
      break;
    }
    return earliest === Infinity ? undefined : earliest;
  }

  /** Up to `limit` keys whose deadline is at or before `now`. */
  dueKeys(now: number, limit: number): string[] {
    const due: string[] = [];
    for (const { key, deadline } of this.#overlay.withDeadline()) if (deadline <= now && due.length < limit) due.push(key);
    for (const { key, deadline } of this.#base.deadlines()) {
      if (deadline > now || due.length >= limit) break;
      if (!this.#overlay.get(key)) due.push(key);
    }
    return due;
  }

  #states(range: KeyRange, { revision, limit }: { revision: Revision; limit: number }): Iterable<KeyValue> {
    if (revision < this.#base.revision) return this.#base.statesAt(range, revision);
    const changes = this.#overlay.within(range, revision);
    // Each change may hide one of LMDB's objects.
    const objects = this.#base.current(range, limit + changes.length);
    return changes.length === 0 ? objects : merge(objects, changes);
  }

  /** Keys of a list that are left after a page of `taken` keys that ended with `last`. */
  #remainingAfter(taken: number, page: { range: KeyRange; last: string | undefined; revision: Revision }): number {
    const { range, last, revision } = page;
    const { prefix, after } = range;
    const known = after === undefined ? undefined : this.counts.following({ prefix, after, revision });
    if (known !== undefined) return known - taken;
    if (after === undefined && revision === this.revision) return this.count(prefix) - taken;
    return this.#countAt({ prefix, after: last ?? after }, revision);
  }

  #countAt(range: KeyRange, revision: Revision): number {
    if (revision < this.#base.revision) return this.#base.countAt(range, revision);
    return this.#base.countAt(range, this.#base.revision) + this.#overlay.surplus(range, revision);
  }
}

/** Both are in key order; a change stands for the object of its key. */
function* merge(objects: Iterable<StoredObject>, changes: readonly Change[]): Generator<StoredObject, void> {
  let next = 0;
  for (const object of objects) {
    let hidden = false;
    for (let change = changes[next]; change && !hidden; change = changes[next]) {
      const order = compareKeys(change.key, object.key);
      if (order > 0) break;
      next++;
      hidden = order === 0;
      if (change.object) yield change.object;
    }
    if (!hidden) yield object;
  }
  for (; next < changes.length; next++) if (changes[next]!.object) yield changes[next]!.object!;
}
