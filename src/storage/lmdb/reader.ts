import type { KeyValue, Revision, WatchBatch, WatchEvent } from '../contract.ts';
import { compareKeys, prefixEnd } from '../embedded/key-order.ts';
import type { Environment } from './environment.ts';
import {
  historyKey,
  openHistory,
  openLog,
  readDeadlineKey,
  readHistoryKey,
  readRevisionKey,
  revisionKey,
  type StoredObject,
  type StoredRecord,
  supersededAt,
} from './layout.ts';
import type { KeyRange } from './overlay.ts';

/** The bytes of a range of keys; `end` absent means to the last key. */
interface Bounds {
  readonly start: Buffer;
  readonly end?: Buffer;
}

const storedObject = (key: string, { value, modRevision, deadline }: StoredRecord): StoredObject => ({ key, value, modRevision, deadline });

/** Reads of the pinned snapshot, which shows exactly `revision`. */
export class Reader {
  readonly #environment: Environment;
  /** The revision that the environment's snapshot shows. */
  revision: Revision;

  constructor(environment: Environment, revision: Revision) {
    this.#environment = environment;
    this.revision = revision;
  }

  get(key: string): StoredObject | undefined {
    const record = this.#environment.records.get(key, this.#environment.snapshot);
    return record && storedObject(key, record);
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

  /** Up to `limit` objects of a range, in key order. */
  *current(range: KeyRange, limit: number): Generator<StoredObject, void> {
    const bound = Number.isFinite(limit) ? { limit } : {};
    for (const { key, value } of this.#environment.records.getRange({ ...boundsOf(range), ...bound, ...this.#environment.snapshot })) {
      yield storedObject(String(key), value);
    }
  }

  /** The objects of a range at a past revision: those unchanged since, merged with the versions that were replaced after it. */
  *statesAt(range: KeyRange, revision: Revision): Generator<StoredObject, void> {
    const bounds = boundsOf(range);
    const replaced = this.#replacedAfter(bounds, revision);
    let old = replaced.next();
    for (const { key, value } of this.#environment.records.getRange({ ...bounds, ...this.#environment.snapshot })) {
      if (value.modRevision > revision) continue;
      const current = storedObject(String(key), value);
      for (; !old.done && compareKeys(old.value.key, current.key) < 0; old = replaced.next()) yield old.value;
      yield current;
    }
    for (; !old.done; old = replaced.next()) yield old.value;
  }

  /** Keys in the range at a revision: those there now, corrected by what the log says has come and gone since. */
  countAt(range: KeyRange, revision: Revision): number {
    const { objects, log, snapshot } = this.#environment;
    const { start, end } = boundsOf(range);
    let count = objects.getKeysCount({ start, ...(end && { end }), ...snapshot });
    const touched = new Set<string>();
    for (const { value } of log.getRange({ start: revisionKey(revision + 1n), ...snapshot })) {
      const keyBytes = value.subarray(9);
      if (keyBytes.compare(start) < 0 || (end && keyBytes.compare(end) >= 0)) continue;
      const { key, previous } = openLog(value);
      if (touched.has(key)) continue;
      touched.add(key);
      count += Number(previous !== 0n) - Number(this.get(key) !== undefined);
    }
    return count;
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

  /** Keys with a time to live and when it ends, the earliest first. */
  *deadlines(): Generator<{ readonly key: string; readonly deadline: number }, void> {
    for (const record of this.#environment.deadlines.getKeys({ ...this.#environment.snapshot })) yield readDeadlineKey(record);
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

  *#replacedAfter(bounds: Bounds, revision: Revision): Generator<StoredObject, void> {
    for (const { key: record, value } of this.#environment.history.getRange({ ...bounds, ...this.#environment.snapshot })) {
      const { key, revision: written } = readHistoryKey(record);
      if (written <= revision && supersededAt(value) > revision) yield openHistory(key, value);
    }
  }
}

/** 0x01 is the lowest byte a longer key can go on with, and sorts after history's NUL. */
function boundsOf({ prefix, after }: KeyRange): Bounds {
  const first = Buffer.from(prefix);
  const next = after === undefined ? first : Buffer.from(`${after}\u0001`);
  const start = next.compare(first) > 0 ? next : first;
  const end = prefixEnd(first);
  return { start: start.length > 0 ? start : Buffer.from([1]), ...(end && { end }) };
}
