import { RoundRobin } from './round-robin.ts';

/** Work of many owners on the one thread that there is. */
export interface ThreadTurns {
  /** Whether work may begin at once: nobody waits, and this round of the event loop has not lasted long. */
  isFree(): boolean;
  /** Begins work when it is its owner's turn, in a later round. `group`: owners that together get what one of another group gets. */
  wait(work: () => void, owner: unknown, group?: unknown): void;
}

export interface ThreadTurnsOptions {
  /** How long work may begin in one round of the event loop, before what came in meanwhile is looked at. */
  readonly sliceMilliseconds: number;
  /** In milliseconds, of a clock that only goes forward. */
  readonly now: () => number;
}

/**
 * Divides the thread fairly: whoever sends many requests at once has only its first ones begun before those of others are read. Work is
 * what runs until it waits for something outside of the thread; it cannot be interrupted, so a round lasts as long as its last work.
 */
export const createThreadTurns = ({ sliceMilliseconds, now }: ThreadTurnsOptions): ThreadTurns => {
  const waiting = new RoundRobin<() => void>();
  let isRound = false;
  let began = 0;

  const begin = (): void => {
    isRound = true;
    began = now();
    setImmediate(next);
  };
  const isLong = (): boolean => now() - began >= sliceMilliseconds;
  const serve = (): void => {
    if (waiting.size === 0 || isLong()) return;
    waiting.shift()?.();
    // Only when all that follows from it has run: promises come before this.
    queueMicrotask(() => process.nextTick(serve));
  };
  const next = (): void => {
    isRound = false;
    if (waiting.size === 0) return;
    begin();
    serve();
  };

  return {
    isFree() {
      if (waiting.size > 0) return false;
      if (isRound) return !isLong();
      begin();
      return true;
    },
    wait(work, owner, group) {
      waiting.push(work, owner, group);
      if (!isRound) begin();
    },
  };
};
