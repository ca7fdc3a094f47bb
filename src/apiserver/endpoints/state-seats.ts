import { RoundRobin } from '../scheduling/round-robin.ts';

/** Of one watch that is being told the present state. */
export interface StateSeat {
  /** What the reader has not taken yet. */
  holds(bytes: number): void;
  leave(): void;
}

/** Who may be told the present state at the same time: what they leave unread is bounded together. */
export interface StateSeats {
  /** At once where there is room, else when it is the owner's turn. */
  take(owner: unknown): StateSeat | Promise<StateSeat>;
  /** Others wait: whoever takes nothing may not keep a seat for long. */
  readonly isWaitedFor: boolean;
}

/** As long as nobody knows what its reader leaves unread. */
const firstBytes = 256 * 1024;

/** `maxBytes`: of all that is unread; whoever comes when it is more waits, and owners take turns. */
export const createStateSeats = (maxBytes: number): StateSeats => {
  const waiting = new RoundRobin<() => void>();
  let unread = 0;
  const isFull = (): boolean => unread >= maxBytes;
  let isNextDue = false;
  /** One in each round of the event loop: many of those who wait may have gone, and in between it is heard. */
  const next = (): void => {
    isNextDue = false;
    if (waiting.size === 0 || isFull()) return;
    waiting.shift()?.();
    soon();
  };
  const soon = (): void => {
    if (isNextDue || waiting.size === 0) return;
    isNextDue = true;
    setImmediate(next);
  };
  const seat = (): StateSeat => {
    let held = firstBytes;
    unread += held;
    const holds = (bytes: number): void => {
      unread += bytes - held;
      held = bytes;
      soon();
    };
    return { holds, leave: () => holds(0) };
  };
  return {
    take(owner) {
      if (waiting.size === 0 && !isFull()) return seat();
      return new Promise((resolve) => waiting.push(() => resolve(seat()), owner));
    },
    get isWaitedFor() {
      return waiting.size > 0;
    },
  };
};
