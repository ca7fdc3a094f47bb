/** Exponential back-off for a loop: grows with each failure, forgets on success. */
export interface Backoff {
  /** Milliseconds to wait after one more failure. */
  next(): number;
  reset(): void;
}

export interface BackoffOptions {
  readonly initialMilliseconds: number;
  readonly maxMilliseconds: number;
  /** Up to this share of the delay is added by chance, so that many loops do not act at once. Default 0. */
  readonly jitter?: number;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
}

export const exponential = (failures: number, options: BackoffOptions): number => {
  const delay = Math.min(options.initialMilliseconds * 2 ** Math.min(failures, 60), options.maxMilliseconds);
  return delay * (1 + (options.jitter ?? 0) * (options.random ?? Math.random)());
};

export const createBackoff = (options: BackoffOptions): Backoff => {
  let failures = 0;
  return {
    next: () => exponential(failures++, options),
    reset: () => {
      failures = 0;
    },
  };
};
