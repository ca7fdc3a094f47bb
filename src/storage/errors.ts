import type { Revision } from './contract.ts';

/** The asked-for revision is older than what the store still knows. The API answers 410 Expired. */
export class CompactedError extends Error {
  override readonly name = 'CompactedError';
  readonly compacted: Revision;
  constructor(asked: Revision, compacted: Revision) {
    super(`read at revision ${asked}: compacted, the oldest available is ${compacted}`);
    this.compacted = compacted;
  }
}

/** The asked-for revision lies in the future. */
export class FutureRevisionError extends Error {
  override readonly name = 'FutureRevisionError';
  readonly current: Revision;
  constructor(asked: Revision, current: Revision) {
    super(`read at revision ${asked}: the newest is ${current}`);
    this.current = current;
  }
}

/** A watcher did not keep up with its bounded buffer; it must list again. */
export class SlowWatcherError extends Error {
  override readonly name = 'SlowWatcherError';
}

/** The store is closed or closing. */
export class ClosedError extends Error {
  override readonly name = 'ClosedError';
}

/** The store could not write (disk full, read-only, lost quorum). Nothing of the write is visible. `message` names the remedy. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}
