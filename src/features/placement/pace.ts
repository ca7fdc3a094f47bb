/** Spaces writes of one object's status: what changes several times in a moment is written once. */
export interface Pace {
  /** Seconds to wait before this key is written; undefined: now, and the next period begins. The first period begins at first sight. */
  wait(key: string): number | undefined;
  forget(key: string): void;
}

/** At most one write of a key in `milliseconds`, on a clock in milliseconds. */
export const createPace = (now: () => number, milliseconds: number): Pace => {
  const periods = new Map<string, number>();
  return {
    wait: (key) => {
      const begun = periods.get(key);
      const left = begun === undefined ? milliseconds : begun + milliseconds - now();
      if (begun === undefined || left <= 0) periods.set(key, now());
      return left > 0 ? left / 1000 : undefined;
    },
    forget: (key) => void periods.delete(key),
  };
};

/** Long enough for a workload's first moments on a member, short enough for people. */
export const statusPeriodMilliseconds = 300;

/** A new binding is told of once its Works are applied; of those that take longer than this, what there is. */
export const firstStatusMilliseconds = 3_000;
