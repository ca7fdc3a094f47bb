const longestSeconds = 32;

/** How long refused clients of one priority level are asked to stay away. */
export interface RetryAfter {
  /** One more was refused at this time (seconds since the epoch); answers the seconds to wait. */
  refused(nowSeconds: number): number;
}

/**
 * Doubles the wait while many are refused for as long as the wait is (three a second), and takes a second off it when few are (fewer than
 * one a second), looking once a second at the seconds before; 1 at first and 32 at most, as kube-apiserver.
 */
export const createRetryAfter = (): RetryAfter => {
  let wait = 1;
  let doubledAt = 0;
  let second = 0;
  let count = 0;
  let past: { readonly second: number; readonly count: number }[] = [];

  const adapt = (now: number): void => {
    past = [...past, { second, count }].filter((each) => now - each.second <= longestSeconds);
    const lately = past.filter((each) => now - each.second <= wait).reduce((sum, each) => sum + each.count, 0);
    if (lately >= 3 * wait && now - doubledAt >= wait) {
      wait = Math.min(longestSeconds, wait * 2);
      doubledAt = now;
    } else if (lately < wait && wait > 1) wait -= 1;
  };

  return {
    refused(nowSeconds) {
      const now = Math.floor(nowSeconds);
      if (now !== second) {
        adapt(now);
        second = now;
        count = 0;
      }
      count += 1;
      return wait;
    },
  };
};
