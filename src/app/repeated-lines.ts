/** So many lines of one kind are written in a period. */
const linesPerPeriod = 30;
const periodMilliseconds = 60_000;
/** So many kinds are told apart; the one that began longest ago is forgotten. */
const maxKinds = 1000;

interface Period {
  readonly since: number;
  written: number;
  leftOut: number;
}

/**
 * Bounds lines of a log that come again and again, for whoever causes them must not fill a disk. The returned function tells of a kind of
 * line whether one may be written, and how many were left out before it. `now` is in milliseconds.
 */
export const limitRepeats = (now: () => number): ((kind: string) => { readonly leftOut: number } | undefined) => {
  const periods = new Map<string, Period>();
  return (kind) => {
    let period = periods.get(kind);
    let leftOut = 0;
    if (!period || now() - period.since >= periodMilliseconds || now() < period.since) {
      leftOut = period?.leftOut ?? 0;
      periods.delete(kind);
      periods.set(kind, (period = { since: now(), written: 0, leftOut: 0 }));
      const [oldest] = periods.keys();
      if (periods.size > maxKinds && oldest !== undefined) periods.delete(oldest);
    }
    if (period.written >= linesPerPeriod) {
      period.leftOut += 1;
      return undefined;
    }
    period.written += 1;
    return { leftOut };
  };
};
