import type { Clock, ObjectKey } from '../../../controller-runtime/contract.ts';
import { createPriorityHeap } from './priority-heap.ts';

const initialBackoffMilliseconds = 1_000;
const maxBackoffMilliseconds = 10_000;
/** A pod nobody could place is tried again after this long, whatever happened. */
const flushMilliseconds = 300_000;

interface Waiting {
  readonly priority: number;
  /** The order of arrival. */
  readonly since: number;
}

const isBefore = (a: Waiting, b: Waiting): boolean => a.priority > b.priority || (a.priority === b.priority && a.since < b.since);

/** Pods to place: highest priority first, then oldest; those that could not be placed rest until the cluster changes. */
export interface SchedulingQueue {
  add(key: ObjectKey, priority: number): void;
  /** It could not be placed: it rests until `moveAll`, and never less than its back-off. */
  park(key: ObjectKey, priority: number): void;
  remove(key: ObjectKey): void;
  /** The cluster changed in a way that may help. */
  moveAll(): void;
  next(signal: AbortSignal): Promise<ObjectKey | undefined>;
}

export const createSchedulingQueue = (clock: Clock): SchedulingQueue => {
  const active = createPriorityHeap<ObjectKey, Waiting>(isBefore);
  let arrivals = 0;
  const parked = new Map<ObjectKey, { readonly priority: number; readonly notBefore: number; readonly cancel: () => void }>();
  const attempts = new Map<ObjectKey, number>();
  let changes = 0;
  let parkedAt = 0;
  let wake: (() => void) | undefined;

  const activate = (key: ObjectKey, priority: number): void => {
    parked.get(key)?.cancel();
    parked.delete(key);
    active.set(key, { priority, since: active.get(key)?.since ?? (arrivals += 1) });
    wake?.();
  };
  const later = (key: ObjectKey, priority: number, { notBefore, wait }: { notBefore: number; wait: number }): void => {
    parked.get(key)?.cancel();
    parked.set(key, { priority, notBefore, cancel: clock.after(wait, () => activate(key, priority)) });
  };
  return {
    add: activate,
    park: (key, priority) => {
      const attempt = (attempts.get(key) ?? 0) + 1;
      attempts.set(key, attempt);
      const backoff = Math.min(initialBackoffMilliseconds * 2 ** (attempt - 1), maxBackoffMilliseconds);
      // A change that came while the pod was being tried must not be lost.
      const changed = changes !== parkedAt;
      later(key, priority, { notBefore: clock.now() + backoff, wait: changed ? backoff : flushMilliseconds });
    },
    remove: (key) => {
      active.delete(key);
      attempts.delete(key);
      parked.get(key)?.cancel();
      parked.delete(key);
    },
    moveAll: () => {
      changes += 1;
      for (const [key, { priority, notBefore }] of parked) {
        const wait = notBefore - clock.now();
        if (wait <= 0) activate(key, priority);
        else later(key, priority, { notBefore, wait });
      }
    },
    next: async (signal) => {
      while (!signal.aborted) {
        const entry = active.pop();
        if (entry) {
          parkedAt = changes;
          return entry[0];
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
      }
      return undefined;
    },
  };
};
