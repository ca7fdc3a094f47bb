import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Revision, WatchBatch, WatchEvent, WatchOptions } from '../contract.ts';
import { ClosedError, CompactedError, SlowWatcherError } from '../errors.ts';

/** Where a watcher that is not at the newest revision reads what it has missed. All calls are synchronous. */
export interface EventHistory {
  /** Newest published revision. */
  revision(): Revision;
  compactedRevision(): Revision;
  /** Events below `prefix` after `after`, looking at no more than `limit` revisions; `through` is how far it looked. */
  eventsAfter(prefix: string, after: Revision, limit: number): WatchBatch;
}

export interface WatchHubOptions {
  /** Undelivered events kept in memory for one watcher; beyond it the watcher reads history again. Default 4096. */
  readonly maxWatchBuffer?: number | undefined;
  /** How soon a watcher whose prefix saw nothing learns of newer revisions. Default 100. */
  readonly progressMilliseconds?: number | undefined;
}

interface Watcher {
  readonly prefix: string;
  /** Everything up to here was handed to the reader. */
  cursor: Revision;
  /** At the newest revision: publish() puts events into `pending`. Otherwise it reads history. */
  live: boolean;
  pending: WatchEvent[];
  progressDue: boolean;
  wake: (() => void) | undefined;
}

const historyChunk = 512;

/**
 * Fans committed events out to watchers of an embedded store. A watcher starts in history, goes live when it has caught up, and
 * falls back to history when its reader lags, so that a slow reader costs bounded memory and loses nothing until compaction passes it.
 */
export class WatchHub {
  readonly #history: EventHistory;
  readonly #maxWatchBuffer: number;
  readonly #progressMilliseconds: number;
  readonly #watchers = new Set<Watcher>();
  #progressTimer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(history: EventHistory, options: WatchHubOptions = {}) {
    this.#history = history;
    this.#maxWatchBuffer = options.maxWatchBuffer ?? 4096;
    this.#progressMilliseconds = options.progressMilliseconds ?? 100;
  }

  /** Hands over what was just committed; history.revision() already shows it. */
  publish(events: readonly WatchEvent[]): void {
    let quiet = false;
    for (const watcher of this.#watchers) {
      if (!watcher.live) continue;
      const before = watcher.pending.length;
      for (const event of events) {
        if (event.revision > watcher.cursor && event.key.startsWith(watcher.prefix)) watcher.pending.push(event);
      }
      if (watcher.pending.length === before) {
        quiet = true;
        continue;
      }
      if (watcher.pending.length > this.#maxWatchBuffer) {
        watcher.pending = [];
        watcher.live = false;
      }
      wake(watcher);
    }
    if (quiet) this.#progressTimer ??= setTimeout(() => this.requestProgress(), this.#progressMilliseconds).unref();
  }

  /** Tells every watcher how far it has seen everything, soon rather than at the next interval. */
  requestProgress(): void {
    clearTimeout(this.#progressTimer);
    this.#progressTimer = undefined;
    const revision = this.#history.revision();
    for (const watcher of this.#watchers) {
      if (!watcher.live || watcher.cursor >= revision) continue;
      watcher.progressDue = true;
      wake(watcher);
    }
  }

  async *watch(prefix: string, { after, signal }: WatchOptions): AsyncGenerator<WatchBatch, void> {
    if (this.#closed) throw new ClosedError('watch: the store is closed');
    const compacted = this.#history.compactedRevision();
    if (after < compacted) throw new CompactedError(after, compacted);
    const watcher: Watcher = { prefix, cursor: after, live: false, pending: [], progressDue: false, wake: undefined };
    const ended = () => this.#closed || signal?.aborted === true;
    const onAbort = () => wake(watcher);
    signal?.addEventListener('abort', onAbort);
    this.#watchers.add(watcher);
    try {
      while (!ended()) {
        const batch = watcher.live ? this.#takePending(watcher) : this.#readHistory(watcher);
        if (batch) yield batch;
        else if (watcher.live) await new Promise<void>((resolve) => (watcher.wake = resolve));
        else await nextTurn();
      }
    } finally {
      this.#watchers.delete(watcher);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Ends every watch. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#progressTimer);
    for (const watcher of this.#watchers) wake(watcher);
  }

  #takePending(watcher: Watcher): WatchBatch | undefined {
    if (watcher.pending.length === 0 && !watcher.progressDue) return undefined;
    const events = watcher.pending;
    watcher.pending = [];
    watcher.progressDue = false;
    watcher.cursor = later(watcher.cursor, this.#history.revision());
    return { events, revision: watcher.cursor };
  }

  #readHistory(watcher: Watcher): WatchBatch | undefined {
    const compacted = this.#history.compactedRevision();
    if (watcher.cursor < compacted) {
      throw new SlowWatcherError(`watch of ${watcher.prefix}: its reader is at revision ${watcher.cursor}, history starts at ${compacted}`);
    }
    const { events, revision } = this.#history.eventsAfter(watcher.prefix, watcher.cursor, historyChunk);
    watcher.cursor = later(watcher.cursor, revision);
    watcher.live = watcher.cursor >= this.#history.revision();
    return events.length > 0 || watcher.live ? { events, revision: watcher.cursor } : undefined;
  }
}

function wake(watcher: Watcher): void {
  watcher.wake?.();
  watcher.wake = undefined;
}

const later = (a: Revision, b: Revision): Revision => (a > b ? a : b);
