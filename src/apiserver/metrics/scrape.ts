import type { ApiRequest, ApiResponse } from '../http/exchange.ts';
import type { MetricsRegistry } from './contract.ts';
import { negotiateExposition } from './negotiate-exposition.ts';

/** Answers a scrape in the format that the request asks for. `startedAt`: when counting began, in milliseconds since the epoch. */
export const scrape = async (registry: MetricsRegistry, { headers }: ApiRequest, startedAt: number): Promise<ApiResponse> => {
  const { format, contentType } = negotiateExposition(headers['accept']);
  const started = String(Math.floor(startedAt / 1000));
  return {
    status: 200,
    headers: { 'content-type': contentType, vary: 'Accept', 'process-start-time-unix': started },
    body: await registry.renderPieces(format),
  };
};
