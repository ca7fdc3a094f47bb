import { timeout } from '../../apimachinery/errors/api-errors.ts';
import { parseDuration } from '../../apimachinery/time/duration.ts';
import type { ApiResponse } from './exchange.ts';
import { plainText } from './respond.ts';

/** A request that ends by itself lasts no longer, whatever its client allows it. */
const maxMilliseconds = 60_000;

/** What a write may take, webhooks included. */
const maxWriteMilliseconds = 34_000;

/**
 * When a request must have its answer by what its query says (`timeout`, a Go duration), on the clock of performance.now(); undefined when it
 * says nothing, 0, or more than the server allows. @throws DurationError
 */
export const givenDeadline = (given: string | null): number | undefined => {
  if (!given) return undefined;
  const milliseconds = Number(parseDuration(given)) / 1e6;
  return milliseconds > 0 && milliseconds < maxMilliseconds ? performance.now() + milliseconds : undefined;
};

/** When a write that begins now must be done, on the clock of performance.now(). */
export const writeDeadline = (given: number | undefined): number => Math.min(given ?? Infinity, performance.now() + maxWriteMilliseconds);

/** As the original says it: a Status that does not tell its kind. */
const tooLate = (): ApiResponse => {
  const { kind: _kind, apiVersion: _version, ...status } = timeout('request did not complete within the allotted timeout').toStatus();
  return plainText(504, `${JSON.stringify(status)}\n`);
};

/** The answer, or 504 when it is not there in time; the work goes on, and nobody hears of it. */
export const answeredBefore = async (deadline: number, answer: Promise<ApiResponse>): Promise<ApiResponse> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<ApiResponse>((resolve) => {
    timer = setTimeout(() => resolve({ ...tooLate(), terminatedBy: 'apiserver' }), deadline - performance.now());
  });
  answer.catch(() => {});
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
};
