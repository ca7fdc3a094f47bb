import { timeout } from '../../apimachinery/errors/api-errors.ts';
import { parseDuration } from '../../apimachinery/time/duration.ts';
import type { ApiResponse } from './exchange.ts';
import { plainText } from './respond.ts';

/** No request that ends by itself may ask for more, as kube-apiserver's --request-timeout. */
const maxMilliseconds = 60_000;

/** How long the client waits for its answer (`?timeout=`), in milliseconds; undefined when it does not say. @throws DurationError */
export const requestTimeout = (query: URLSearchParams): number | undefined => {
  const text = query.get('timeout');
  if (!text) return undefined;
  const milliseconds = Number(parseDuration(text) / 1_000_000n);
  return milliseconds > 0 ? Math.min(milliseconds, maxMilliseconds) : undefined;
};

/** A Status whose kind nobody says, as the original writes it beside its encoders. */
const timedOut = (): ApiResponse => {
  const { kind: _kind, apiVersion: _version, ...status } = timeout('request did not complete within the allotted timeout').toStatus();
  return plainText(504, `${JSON.stringify(status)}\n`);
};

/** What was asked for, or 504 when it takes longer than the client waits; the work itself goes on. */
export const withinTimeout = async (milliseconds: number, working: Promise<ApiResponse>): Promise<ApiResponse> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<ApiResponse>((resolve) => (timer = setTimeout(() => resolve(timedOut()), milliseconds)));
  try {
    return await Promise.race([working, late]);
  } finally {
    clearTimeout(timer);
    working.catch(() => {});
  }
};
