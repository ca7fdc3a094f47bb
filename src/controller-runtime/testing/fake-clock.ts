import type { Clock } from '../contract.ts';

/** A clock that moves only when told. */
export interface FakeClock extends Clock {
  /** Moves time, running due timers in order; between timers, promise callbacks get their turn. */
  advance(milliseconds: number): Promise<void>;
  readonly pending: number;
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export const createFakeClock = (start = Date.UTC(2026, 0, 1)): FakeClock => {
  let now = start;
  let timers: { readonly at: number; readonly callback: () => void }[] = [];
  return {
    now: () => now,
    after: (milliseconds, callback) => {
      const timer = { at: now + milliseconds, callback };
      timers.push(timer);
      return () => (timers = timers.filter((other) => other !== timer));
    },
    advance: async (milliseconds) => {
      const end = now + milliseconds;
      await settle();
      for (;;) {
        const due = timers.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0];
        if (!due) break;
        timers = timers.filter((other) => other !== due);
        now = Math.max(now, due.at);
        due.callback();
        await settle();
      }
      now = end;
      await settle();
    },
    get pending() {
      return timers.length;
    },
  };
};
