import type { KeyValue, ListOptions, ListResult, Revision, WatchBatch, WatchEvent } from '../contract.ts';
import { compareKeys, prefixEnd } from '../embedded/key-order.ts';
import type { Environment } from './environment.ts';
import { KeyCounts } from './key-counts.ts';
import {
  historyKey,
  openHistory,
  openLog,
  openObject,
  readDeadlineKey,
  readHistoryKey,
  readRevisionKey,
  revisionKey,
  revisionOfObject,
  type StoredObject,
  supersededAt,
} from './layout.ts';

/** A range of keys; `end` absent means to the last key. */
interface KeyRange {
  readonly start: Buffer;
  readonly end?: Buffer;
}

/** Reads of the pinned snapshot, which shows exactly `revision`. */
export class Reader {
  readonly #environment: Environment;
  readonly counts = new KeyCounts();
  /** The revision that the environment's snapshot shows. */
  revision: Revision;

  constructor(environment: Environment, revision: Revision) {
    this.#environment = environment;
    this.revision = revision;
  }

  get(key: string): StoredObject | undefined {
    const record = this.#environment.objects.get(Buffer.from(key), this.#environment.snapshot);
    return record && openObject(key, record);
  }

  getAt(key: string, revision: Revision): KeyValue | undefined {
    const current = this.get(key);
    if (current && current.modRevision <= revision) return current;
    const { history, snapshot } = this.#environment;
    const range = { start: historyKey(key, revision), end: historyKey(key, 0n), reverse: true, limit: 1, inclusiveEnd: true, ...snapshot };
    for (const { key: found, value } of history.getRange(range)) {
      if (readHistoryKey(found).key === key && supersededAt(value) > revision) return openHistory(key, value);
    }
    return undefined;
  }

  list(prefix: string, { limit = Infinity, after, revision = this.revision }: ListOptions): ListResult {
    const range = rangeOf(prefix, after);
    const items: KeyValue[] = [];
    const states = revision === this.revision ? this.#current(range, limit) : this.#statesAt(range, revision);
    for (const state of states) {
      if (items.length >= limit) break;
      items.push(state);
    }
    const last = items.at(-1)?.key;
    const remaining = items.length < limit ? 0 : this.#remainingAfter(items.length, { prefix, after, last, revision });
    if (remaining > 0 && last !== undefined) this.counts.rememberFollowing({ prefix, after: last, revision }, remaining);
    return { items, revision, remaining };
  }

  count(prefix: string): number {
    return this.counts.below(prefix, () => this.#countAt(rangeOf(prefix, undefined), this.revision));
  }

  eventsAfter(prefix: string, after: Revision, limit: number): WatchBatch {
    const { log, snapshot } = this.#environment;
    const wanted = Buffer.from(prefix);
    const events: WatchEvent[] = [];
    let seen = 0;
    let through = after;
    for (const { key, value } of log.getRange({ start: revisionKey(after + 1n), limit, ...snapshot })) {
      seen++;
      through = readRevisionKey(key);
      if (wanted.equals(value.subarray(9, 9 + wanted.length))) events.push(this.#eventOf(through, value));
    }
    return { events, revision: seen < limit ? this.revision : through };
  }

  nextDeadline(): number | undefined {
    for (const key of this.#environment.deadlines.getKeys({ limit: 1, ...this.#environment.snapshot }))
      return readDeadlineKey(key).deadline;
    return undefined;
  }

  /** Up to `limit` keys whose deadline is at or before `now`. */
  dueKeys(now: number, limit: number): string[] {
    const due: string[] = [];
    for (const record of this.#environment.deadlines.getKeys({ limit, ...this.#environment.snapshot })) {
      const { deadline, key } = readDeadlineKey(record);
      if (deadline <= now) due.push(key);
    }
    return due;
  }

  #eventOf(revision: Revision, record: Buffer): WatchEvent {
    const { type, key, previous: previousRevision } = openLog(record);
    const previous = previousRevision === 0n ? undefined : this.#version(key, previousRevision);
    const value = type === 'put' ? this.#version(key, revision)?.value : previous?.value;
    return { type, key, revision, value: value ?? new Uint8Array(), ...(previous && { previous }) };
  }

  /** The version of a key that was written at exactly `revision`. */
  #version(key: string, revision: Revision): KeyValue | undefined {
    const replaced = this.#environment.history.get(historyKey(key, revision), this.#environment.snapshot);
    return replaced ? openHistory(key, replaced) : this.get(key);
  }

  /** Keys of a list that are left after a page of `taken` keys that ended with `last`. */
  #remainingAfter(
    taken: number,
    page: { prefix: string; after: string | undefined; last: string | undefined; revision: Revision },
  ): number {
    const { prefix, after, last, revision } = page;
    const known = after === undefined ? undefined : this.counts.following({ prefix, after, revision });
    if (known !== undefined) return known - taken;
    if (after === undefined && revision === this.revision) return this.count(prefix) - taken;
    return this.#countAt(rangeOf(prefix, last ?? after), revision);
  }

  *#current(range: KeyRange, limit: number): Generator<StoredObject, void> {
    const bound = Number.isFinite(limit) ? { limit } : {};
    for (const { key, value } of this.#environment.objects.getRange({ ...range, ...bound, ...this.#environment.snapshot })) {
      yield openObject(key.toString(), value);
    }
  }

  /** Objects unchanged since `revision`, merged with the versions that were replaced after it. */
  *#statesAt(range: KeyRange, revision: Revision): Generator<StoredObject, void> {
    const replaced = this.#replacedAfter(range, revision);
    let old = replaced.next();
    for (const { key, value } of this.#environment.objects.getRange({ ...range, ...this.#environment.snapshot })) {
      if (revisionOfObject(value) > revision) continue;
      const current = openObject(key.toString(), value);
      for (; !old.done && compareKeys(old.value.key, current.key) < 0; old = replaced.next()) yield old.value;
      yield current;
    }
    for (; !old.done; old = replaced.next()) yield old.value;
  }

  *#replacedAfter(range: KeyRange, revision: Revision): Generator<StoredObject, void> {
    for (const { key: record, value } of this.#environment.history.getRange({ ...range, ...this.#environment.snapshot })) {
      const { key, revision: written } = readHistoryKey(record);
      if (written <= revision && supersededAt(value) > revision) yield openHistory(key, value);
    }
  }

  /** Keys in the range at a revision: those there now, corrected by what the log says has come and gone since. */
  #countAt(range: KeyRange, revision: Revision): number {
    const { objects, log, snapshot } = this.#environment;
    let count = objects.getKeysCount({ ...range, ...snapshot });
    const touched = new Set<string>();
    for (const { value } of log.getRange({ start: revisionKey(revision + 1n), ...snapshot })) {
      const keyBytes = value.subarray(9);
      if (keyBytes.compare(range.start) < 0 || (range.end && keyBytes.compare(range.end) >= 0)) continue;
      const { key, previous } = openLog(value);
      if (touched.has(key)) continue;
      touched.add(key);
      count += Number(previous !== 0n) - Number(this.get(key) !== undefined);
    }
    return count;
  }
}

/** Keys below `prefix` after `after`. 0x01 is the lowest byte a longer key can go on with, and sorts after history's NUL. */
function rangeOf(prefix: string, after: string | undefined): KeyRange {
  const first = Buffer.from(prefix);
  const next = after === undefined ? first : Buffer.from(`${after}\u0001`);
  const start = next.compare(first) > 0 ? next : first;
  const end = prefixEnd(first);
  return { start: start.length > 0 ? start : Buffer.from([1]), ...(end && { end }) };
}
