/** Spaces writes of one object's status: what changes several times in a moment is written once. */
export interface Pace {
  /** Seconds to wait before this key is written; undefined: now, and the next period begins. The first period begins at first sight. */
  wait(key: string, period: number): number | undefined;
  forget(key: string): void;
}

/** At most one write of a key in a period of milliseconds, on a clock in milliseconds. */
export const createPace = (now: () => number): Pace => {
  const begins = new Map<string, number>();
  return {
    wait: (key, period) => {
      const begun = begins.get(key);
      const left = begun === undefined ? period : begun + period - now();
      if (begun === undefined || left <= 0) begins.set(key, now());
      return left > 0 ? left / 1000 : undefined;
    },
    forget: (key) => void begins.delete(key),
  };
};

/** Long enough for a workload's first moments on a member, short enough for people. */
export const leastMilliseconds = 300;
const longestMilliseconds = 3_000;

/** Enough for most of what is underway to arrive. */
const periodsOfPatience = 10;
const mostMilliseconds = 10_000;

/** How long to gather changes, by how long writes take: a busy server gets fewer of them. */
export interface Period {
  /** Ten times the last write's time, within 300 ms and 3 s. */
  milliseconds(): number;
  /** How long to wait for what is underway before telling of it as it is: ten periods, at most 10 s. */
  patience(): number;
  /** Runs a write, and remembers its time. */
  measure<T>(write: () => Promise<T>): Promise<T>;
}

/** `now` in milliseconds. */
export const createPeriod = (now: () => number): Period => {
  let last = 0;
  const milliseconds = (): number => Math.min(Math.max(10 * last, leastMilliseconds), longestMilliseconds);
  return {
    milliseconds,
    patience: () => Math.min(periodsOfPatience * milliseconds(), mostMilliseconds),
    measure: async (write) => {
      const begun = now();
      const written = await write();
      last = now() - begun;
      return written;
    },
  };
};
