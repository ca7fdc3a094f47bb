/** So long a period is, in milliseconds, as kube-apiserver's. */
const periodMilliseconds = 10_000;
/** How much of the smoothed demand stays from one period to the next while demand falls. */
const decay = 0.977;

/** What a priority level could have used in the last whole period, in seats, weighted by time. */
export interface DemandStatistics {
  readonly average: number;
  readonly deviation: number;
  readonly highWatermark: number;
  /** Rises with the demand at once and falls slowly. */
  readonly smoothed: number;
}

/** Follows the seats that requests of one level use or wait for. Times are milliseconds of one clock that only goes forward. */
export interface SeatDemand {
  set(seats: number, now: number): void;
  statistics(now: number): DemandStatistics;
}

export const createSeatDemand = (start: number): SeatDemand => {
  let seats = 0;
  let since = start;
  let began = start;
  let sum = 0;
  let squares = 0;
  let highest = 0;
  let last: DemandStatistics = { average: 0, deviation: 0, highWatermark: 0, smoothed: 0 };

  const integrate = (now: number): void => {
    const elapsed = now - since;
    sum += seats * elapsed;
    squares += seats * seats * elapsed;
    since = now;
    if (now - began < periodMilliseconds) return;
    const average = sum / (now - began);
    const deviation = Math.sqrt(Math.max(0, squares / (now - began) - average * average));
    const envelope = average + deviation;
    const smoothed = Math.max(envelope, decay * last.smoothed + (1 - decay) * envelope);
    last = { average, deviation, highWatermark: highest, smoothed };
    began = now;
    sum = 0;
    squares = 0;
    highest = seats;
  };

  return {
    set(next, now) {
      integrate(now);
      seats = next;
      highest = Math.max(highest, next);
    },
    statistics(now) {
      integrate(now);
      return last;
    },
  };
};
