import { TransportError } from '../transport.ts';

/** Cancels an exchange by the caller's signal or by time, and says why afterwards. */
export interface Deadline {
  /** The error to report for a broken exchange: the signal's reason, the time-out, or the cause wrapped. */
  errorOf(cause: unknown): unknown;
  /** The headers are here: a stream has no more time limit. The signal still counts. */
  headersArrived(): void;
  /** Forgets timer and listener. */
  clear(): void;
}

export interface DeadlineOptions {
  readonly timeoutMilliseconds: number;
  /** Limit the wait for headers only, not for the body: watches. */
  readonly untilHeaders: boolean;
  readonly signal: AbortSignal | undefined;
}

export const startDeadline = (what: string, cancel: () => void, options: DeadlineOptions): Deadline => {
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    cancel();
  }, options.timeoutMilliseconds);
  options.signal?.addEventListener('abort', cancel, { once: true });
  return {
    errorOf: (cause) => {
      if (options.signal?.aborted) return options.signal.reason;
      if (timedOut) return new TransportError(`${what}: no answer within ${options.timeoutMilliseconds} ms`);
      if (cause instanceof TransportError) return cause;
      return new TransportError(`${what}: ${cause instanceof Error ? cause.message : 'connection closed'}`, { cause });
    },
    headersArrived: () => {
      if (options.untilHeaders) clearTimeout(timer);
    },
    clear: () => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', cancel);
    },
  };
};

/** The chunks of a readable with its errors translated, released when the reader stops. */
export async function* translated(readable: AsyncIterable<Uint8Array>, deadline: Deadline): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* readable;
  } catch (cause) {
    throw deadline.errorOf(cause);
  } finally {
    deadline.clear();
  }
}
