import type { KeyValue, ListOptions, ListResult, Revision, WatchBatch, WatchEvent } from '../contract.ts';
import { CompactedError, FutureRevisionError } from '../errors.ts';
import { SortedKeys } from './sorted-keys.ts';

/** One state of a key; without `current` it is a deletion. */
interface Version {
  readonly revision: Revision;
  readonly current?: KeyValue;
}

/** Every version of every key since the compacted revision, and the log of changes: plain data, synchronous, no clock. */
export class VersionedMap {
  readonly #versions = new Map<string, Version[]>();
  readonly #keys = new SortedKeys();
  #log: WatchEvent[] = [];
  #revision: Revision = 0n;
  #compacted: Revision = 0n;
  #bytes = 0;

  get revision(): Revision {
    return this.#revision;
  }

  get compacted(): Revision {
    return this.#compacted;
  }

  /** Bytes of keys and values, history included. */
  get bytes(): number {
    return this.#bytes;
  }

  current(key: string): KeyValue | undefined {
    return this.#versions.get(key)?.at(-1)?.current;
  }

  /** The key as it was at `revision`. @throws CompactedError, FutureRevisionError */
  at(key: string, revision: Revision): KeyValue | undefined {
    this.#assertReadable(revision);
    return newestAt(this.#versions.get(key) ?? [], revision);
  }

  list(prefix: string, { limit = Infinity, after, revision = this.#revision }: ListOptions): ListResult {
    this.#assertReadable(revision);
    const items: KeyValue[] = [];
    let remaining = 0;
    for (const key of this.#keys.below(prefix, after === undefined ? prefix : `${after}\0`)) {
      const item = newestAt(this.#versions.get(key) ?? [], revision);
      if (!item) continue;
      if (items.length < limit) items.push(item);
      else remaining++;
    }
    return { items, revision, remaining };
  }

  /** Records a new value (or, without `value`, a deletion) at the next revision. `stamped` runs before anybody sees it. */
  write(key: string, value: Uint8Array | undefined, stamped: (revision: Revision) => void): WatchEvent {
    const revision = ++this.#revision;
    stamped(revision);
    const versions = this.#versions.get(key) ?? [];
    const previous = versions.at(-1)?.current;
    if (versions.length === 0) {
      this.#versions.set(key, versions);
      this.#keys.add(key);
    }
    versions.push(value ? { revision, current: { key, value, modRevision: revision } } : { revision });
    this.#bytes += key.length + (value?.length ?? 0);
    const event: WatchEvent = {
      type: value ? 'put' : 'delete',
      key,
      revision,
      value: value ?? previous?.value ?? new Uint8Array(),
      ...(previous && { previous }),
    };
    this.#log.push(event);
    return event;
  }

  eventsAfter(prefix: string, after: Revision, limit: number): WatchBatch {
    const start = this.#logIndexAfter(after);
    const seen = this.#log.slice(start, start + limit);
    const complete = start + limit >= this.#log.length;
    return {
      events: seen.filter((event) => event.key.startsWith(prefix)),
      revision: complete ? this.#revision : (seen.at(-1)?.revision ?? this.#revision),
    };
  }

  /** @throws CompactedError, FutureRevisionError */
  compact(revision: Revision): void {
    this.#assertReadable(revision);
    const end = this.#logIndexAfter(revision);
    for (const { key } of this.#log.slice(0, end)) this.#forget(key, revision);
    this.#log = this.#log.slice(end);
    this.#compacted = revision;
  }

  /** Skips revisions: afterwards the newest and the oldest readable one are `revision`. */
  advance(revision: Revision): void {
    if (revision <= this.#revision) return;
    this.#revision = revision;
    this.compact(revision);
  }

  /** Drops the versions of a key that a newer one had replaced at or before `revision`. */
  #forget(key: string, revision: Revision): void {
    const versions = this.#versions.get(key) ?? [];
    let kept = versions.findLastIndex((version) => version.revision <= revision);
    if (kept >= 0 && !versions[kept]?.current) kept++;
    for (const version of versions.splice(0, Math.max(0, kept))) this.#bytes -= key.length + (version.current?.value.length ?? 0);
    if (versions.length > 0) return;
    this.#versions.delete(key);
    this.#keys.delete(key);
  }

  #logIndexAfter(revision: Revision): number {
    let low = 0;
    let high = this.#log.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#log[middle]?.revision ?? 0n) <= revision) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #assertReadable(revision: Revision): void {
    if (revision < this.#compacted) throw new CompactedError(revision, this.#compacted);
    if (revision > this.#revision) throw new FutureRevisionError(revision, this.#revision);
  }
}

function newestAt(versions: readonly Version[], revision: Revision): KeyValue | undefined {
  for (let i = versions.length - 1; i >= 0; i--) {
    const version = versions[i];
    if (version && version.revision <= revision) return version.current;
  }
  return undefined;
}
