import type { HistogramSeries, MetricsRegistry } from './contract.ts';

export type RequestFilter = 'authentication' | 'impersonation' | 'priorityandfairness' | 'authorization' | 'audit';

const buckets = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 5, 10, 15, 30];

/** apiserver_request_filter_duration_seconds: what a request spends before it is served. */
export const createFilterMeasures = (registry: MetricsRegistry): ((name: RequestFilter, seconds: number) => void) => {
  const family = registry.histogram({
    name: 'apiserver_request_filter_duration_seconds',
    help: 'Request filter latency in seconds, by filter.',
    labels: ['filter'],
    buckets,
  });
  const series = new Map<RequestFilter, HistogramSeries>();
  return (name, seconds) => {
    let found = series.get(name);
    if (!found) series.set(name, (found = family.with(name)));
    found.observe(seconds);
  };
};
