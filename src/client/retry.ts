import type { TransportResponse } from './transport.ts';

type Answer = Pick<TransportResponse, 'status' | 'headers'>;

/** client-go gives up after ten tries too. */
const maxAttempts = 10;

/** Waits; rejects with the signal's reason when it aborts first. */
export type Sleep = (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;

export const timerSleep: Sleep = (milliseconds, signal) =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', onAbort, { once: true });
  });

/** Milliseconds a 429, or a 5xx that names a Retry-After, asks to wait; undefined when the answer is final. */
export const retryAfterMilliseconds = ({ status, headers }: Answer): number | undefined => {
  const header = headers['retry-after'];
  const seconds = Number(Array.isArray(header) ? header[0] : header);
  if (status === 429) return Number.isFinite(seconds) ? seconds * 1000 : 1000;
  return status >= 500 && header !== undefined && Number.isFinite(seconds) ? seconds * 1000 : undefined;
};

/** Calls until the answer does not ask to come back, at most ten times; the last answer is returned as it is. */
export const withRetryAfter = async <A extends Answer>(
  call: () => Promise<A>,
  options: { readonly sleep: Sleep; readonly signal?: AbortSignal | undefined; readonly discard?: (answer: A) => void },
): Promise<A> => {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await call();
    const wait = attempt < maxAttempts ? retryAfterMilliseconds(answer) : undefined;
    if (wait === undefined) return answer;
    options.discard?.(answer);
    await options.sleep(wait, options.signal);
  }
};
