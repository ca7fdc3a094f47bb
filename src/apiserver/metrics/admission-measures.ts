import type { MetricsRegistry } from './contract.ts';
import type { ServerMeasures } from './server-measures.ts';

const buckets = [0.005, 0.025, 0.1, 0.5, 1, 2.5];

/** apiserver_admission_step_admission_duration_seconds, as a histogram and as a summary. */
export const createAdmissionMeasures = (registry: MetricsRegistry): ServerMeasures['admission'] => {
  const labels = ['operation', 'rejected', 'type'] as const;
  const name = 'apiserver_admission_step_admission_duration_seconds';
  const help = 'Latency of an admission step in seconds by API operation, outcome and type (validate or admit).';
  const steps = registry.histogram({ name, help, labels, buckets });
  const summary = registry.summary({ name: `${name}_summary`, help, labels, quantiles: [0.5, 0.9, 0.99] });
  return (step, operation, { rejected, seconds }) => {
    steps.with(operation, String(rejected), step).observe(seconds);
    summary.with(operation, String(rejected), step).observe(seconds);
  };
};
