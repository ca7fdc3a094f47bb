import type { ApiRequest, ApiResponse } from '../http/exchange.ts';
import type { MetricsRegistry } from './contract.ts';

const contentTypes = {
  prometheus: 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
} as const;

/** Answers a scrape in the format that the request asks for. */
export const scrape = async (registry: MetricsRegistry, { headers }: ApiRequest): Promise<ApiResponse> => {
  const format = headers['accept']?.includes('application/openmetrics-text') ? 'openmetrics' : 'prometheus';
  return { status: 200, headers: { 'content-type': contentTypes[format] }, body: Buffer.from(await registry.render(format)) };
};
