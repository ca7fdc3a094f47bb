import { cpuSeconds } from './processes.ts';
import type { Side } from './side.ts';

/** One measurement of one side. `perSecond` or `milliseconds`, whichever the row is about, and the servers' CPU. */
export interface Measurement {
  /** More is better. */
  readonly perSecond?: number;
  /** Less is better, as are the two below. */
  readonly milliseconds?: number;
  readonly megabytes?: number;
  readonly cpuMicroseconds?: number;
}

/** Runs `operation` for `seconds`, or so many `operations`, with so many in flight; throughput, and server CPU an operation. */
export const throughput = async (
  side: Side,
  {
    inFlight,
    seconds = Infinity,
    operations = Infinity,
    operationsEach = 1,
  }: { readonly inFlight: number; readonly seconds?: number; readonly operations?: number; readonly operationsEach?: number },
  operation: () => Promise<unknown>,
): Promise<Measurement> => {
  let done = 0;
  let begun = 0;
  const cpu = cpuSeconds(side.pids);
  const started = performance.now();
  const deadline = started + seconds * 1000;
  const worker = async (): Promise<void> => {
    while (performance.now() < deadline && begun++ < operations) {
      await operation();
      done += operationsEach;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  const elapsed = (performance.now() - started) / 1000;
  return { perSecond: done / elapsed, ...(side.pids.length > 0 ? { cpuMicroseconds: ((cpuSeconds(side.pids) - cpu) / done) * 1e6 } : {}) };
};
