import type { Clock } from './contract.ts';

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, callback) => {
    // setTimeout overflows above 2^31 - 1 and would fire at once.
    const timer = setTimeout(callback, Math.min(milliseconds, 2_147_483_647));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Resolves after the time, or at once when the signal aborts: loops check the signal afterwards. */
export const sleep = (clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const finish = (): void => {
      cancel();
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = clock.after(milliseconds, finish);
    signal.addEventListener('abort', finish, { once: true });
  });

/** RFC 3339 with second precision: metav1.Time. */
export const formatTime = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;

/** RFC 3339 with microseconds: metav1.MicroTime. */
export const formatMicroTime = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 23)}000Z`;
