import { exponential } from './backoff.ts';
import type { Clock, ObjectKey } from './contract.ts';
import type { QueueObserver } from './queue-metrics.ts';

/** Keys waiting for work: each at most once, never given to two workers at the same time. */
export interface WorkQueue {
  add(key: ObjectKey): void;
  addAfter(key: ObjectKey, milliseconds: number): void;
  /** After a failure: exponentially later, 5 ms to 1000 s. Answers how many failures in a row that makes. */
  addRateLimited(key: ObjectKey): number;
  /** The key succeeded: its failures no longer count. */
  forget(key: ObjectKey): void;
  /** Waits for a key; undefined when the queue is closed. Each key must be given back with `done`. */
  next(): Promise<ObjectKey | undefined>;
  done(key: ObjectKey): void;
  /** Keys waiting now; not those delayed or in work. */
  readonly depth: number;
  /** Drops what waits; `next` answers undefined from now on. */
  close(): void;
}

const retry = { initialMilliseconds: 5, maxMilliseconds: 1_000_000 };

export const createWorkQueue = (clock: Clock, observer?: QueueObserver): WorkQueue => {
  const waiting = new Set<ObjectKey>();
  const working = new Set<ObjectKey>();
  /** Added while in work: goes back to waiting when done. */
  const again = new Set<ObjectKey>();
  const failures = new Map<ObjectKey, number>();
  const delayed = new Map<ObjectKey, { readonly at: number; readonly cancel: () => void }>();
  const idle: ((key: ObjectKey | undefined) => void)[] = [];
  let closed = false;

  const give = (key: ObjectKey): ObjectKey => {
    waiting.delete(key);
    working.add(key);
    observer?.taken(key, waiting.size);
    return key;
  };
  const add = (key: ObjectKey): void => {
    if (closed) return;
    if (waiting.has(key) || again.has(key)) return;
    observer?.added(key, waiting.size + 1);
    if (working.has(key)) {
      again.add(key);
      return;
    }
    const worker = idle.shift();
    if (worker) worker(give(key));
    else waiting.add(key);
  };
  const addAfter = (key: ObjectKey, milliseconds: number): void => {
    if (closed) return;
    if (milliseconds <= 0) return add(key);
    const at = clock.now() + milliseconds;
    const sooner = delayed.get(key);
    if (sooner && sooner.at <= at) return;
    sooner?.cancel();
    const cancel = clock.after(milliseconds, () => {
      delayed.delete(key);
      add(key);
    });
    delayed.set(key, { at, cancel });
  };

  return {
    add,
    addAfter,
    addRateLimited: (key) => {
      const count = failures.get(key) ?? 0;
      failures.set(key, count + 1);
      observer?.retried();
      addAfter(key, exponential(count, retry));
      return count + 1;
    },
    forget: (key) => void failures.delete(key),
    next: () => {
      if (closed) return Promise.resolve(undefined);
      const [key] = waiting;
      return key === undefined ? new Promise((resolve) => idle.push(resolve)) : Promise.resolve(give(key));
    },
    done: (key) => {
      working.delete(key);
      observer?.done(key);
      if (!again.delete(key)) return;
      const worker = idle.shift();
      if (worker) worker(give(key));
      else waiting.add(key);
    },
    get depth() {
      return waiting.size;
    },
    close: () => {
      closed = true;
      waiting.clear();
      again.clear();
      for (const { cancel } of delayed.values()) cancel();
      delayed.clear();
      for (const resolve of idle.splice(0)) resolve(undefined);
    },
  };
};
