import type { HistogramSeries } from './contract.ts';

const nanosecondsPerMillisecond = 1e6;

/** A value that is observed all the time: each nanosecond counts once, as kube-apiserver's timing histograms. */
export interface TimedRatio {
  /** From now on (milliseconds of one clock that only goes forward) it is this much of this many; of none, it is 0. */
  set(value: number, of: number, now: number): void;
  /** Counts until now: before a scrape. */
  observe(now: number): void;
}

export const createTimedRatio = (series: HistogramSeries, start: number): TimedRatio => {
  let ratio = 0;
  let since = start;
  const observe = (now: number): void => {
    if (now <= since) return;
    series.observe(ratio, Math.round((now - since) * nanosecondsPerMillisecond));
    since = now;
  };
  return {
    set(value, of, now) {
      const next = of > 0 ? value / of : 0;
      if (next === ratio) return;
      observe(now);
      ratio = next;
    },
    observe,
  };
};
