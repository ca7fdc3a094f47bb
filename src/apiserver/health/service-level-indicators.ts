import type { MetricsRegistry } from '../metrics/contract.ts';
import { createMetricsRegistry } from '../metrics/registry.ts';

/** What /metrics/slis shows (KEP-3466): how health checks went. */
export interface ServiceLevelIndicators {
  readonly registry: MetricsRegistry;
  record(endpoint: string, check: string, healthy: boolean): void;
}

/** `startedAt` in milliseconds since the epoch. */
export const createServiceLevelIndicators = (startedAt: number): ServiceLevelIndicators => {
  const registry = createMetricsRegistry();
  const latest = registry.gauge({
    name: 'kubernetes_healthcheck',
    help: 'Whether a health check succeeded (1) or failed (0) when it was last asked for, by name and endpoint.',
    labels: ['name', 'type'],
  });
  const total = registry.counter({
    name: 'kubernetes_healthchecks_total',
    help: 'Results of health checks by name, status (success or error) and endpoint.',
    labels: ['name', 'status', 'type'],
  });
  registry
    .gauge({ name: 'process_start_time_seconds', help: 'Start time of the process since unix epoch in seconds.', labels: [] })
    .with()
    .set(startedAt / 1000);
  return {
    registry,
    record(endpoint, check, healthy) {
      latest.with(check, endpoint).set(healthy ? 1 : 0);
      total.with(check, healthy ? 'success' : 'error', endpoint).inc();
    },
  };
};
