import type { ApiRequest, ApiResponse } from '../http/exchange.ts';
import type { MetricsRegistry } from './contract.ts';
import { negotiateExposition } from './negotiate-exposition.ts';

/** Answers a scrape in the format that the request asks for. */
export const scrape = async (registry: MetricsRegistry, { headers }: ApiRequest): Promise<ApiResponse> => {
  const { format, contentType } = negotiateExposition(headers['accept']);
  return { status: 200, headers: { 'content-type': contentType, vary: 'Accept' }, body: await registry.renderPieces(format) };
};
