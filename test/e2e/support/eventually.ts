import { vi } from 'vitest';

/** Repeats the check until it passes; its last failure is the test's when the deadline comes first. */
export const eventually = <T>(check: () => Promise<T> | T, seconds = 30): Promise<T> =>
  vi.waitFor(check, { timeout: seconds * 1000, interval: 150 });
