import type { CounterSeries, HistogramSeries, MetricsRegistry } from '../metrics/contract.ts';
import type { PriorityLevel } from './priority-level.ts';

const waitBuckets = [0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30];
const executionBuckets = [...waitBuckets, 60];

/** What happened to a classified request. */
export interface FlowMetrics {
  dispatched(schema: string, level: string, waitedSeconds: number): void;
  rejected(
    schema: string,
    level: string,
    why: { readonly reason: 'queue-full' | 'concurrency-limit' | 'time-out'; readonly waitedSeconds: number },
  ): void;
  executed(schema: string, level: string, seconds: number): void;
}

/** Priority and fairness under kube-apiserver's names. The labels are names of objects, so they are only as many as those. */
export const createFlowMetrics = (registry: MetricsRegistry, levels: () => readonly PriorityLevel[]): FlowMetrics => {
  const labels = ['flow_schema', 'priority_level'] as const;
  const dispatched = registry.counter({
    name: 'apiserver_flowcontrol_dispatched_requests_total',
    help: 'Requests that priority and fairness let begin.',
    labels,
  });
  const rejected = registry.counter({
    name: 'apiserver_flowcontrol_rejected_requests_total',
    help: 'Requests that priority and fairness rejected.',
    labels: [...labels, 'reason'],
  });
  const waited = registry.histogram({
    name: 'apiserver_flowcontrol_request_wait_duration_seconds',
    help: 'How long a request waited in its queue, in seconds.',
    labels: ['execute', ...labels],
    buckets: waitBuckets,
  });
  const executed = registry.histogram({
    name: 'apiserver_flowcontrol_request_execution_seconds',
    help: 'How long a request was worked on, in seconds, without the time in queues.',
    labels: [...labels, 'type'],
    buckets: executionBuckets,
  });
  const gauge = (name: string, help: string, valueOf: (level: PriorityLevel) => number): void =>
    registry.collect({
      name: `apiserver_flowcontrol_${name}`,
      help,
      labels: ['priority_level'],
      type: 'gauge',
      collect: () => levels().map((level) => ({ values: [level.settings.name], value: valueOf(level) })),
    });
  gauge('nominal_limit_seats', 'Seats that belong to a priority level.', ({ nominalSeats }) => nominalSeats);
  gauge(
    'current_limit_seats',
    'Seats that a priority level has now, with what it lends and borrows.',
    (level) => level.nominalSeats - level.lent + level.borrowed,
  );
  gauge(
    'lower_limit_seats',
    'Seats that a priority level never lends.',
    ({ nominalSeats, settings }) => nominalSeats - Math.round((nominalSeats * settings.lendablePercent) / 100),
  );
  const series = new Map<string, readonly [CounterSeries, HistogramSeries, HistogramSeries]>();
  const of = (schema: string, level: string) => {
    const key = `${schema}/${level}`;
    let found = series.get(key);
    if (!found) {
      found = [dispatched.with(schema, level), waited.with('true', schema, level), executed.with(schema, level, 'regular')];
      series.set(key, found);
    }
    return found;
  };
  return {
    dispatched(schema, level, waitedSeconds) {
      const [count, wait] = of(schema, level);
      count.inc();
      wait.observe(waitedSeconds);
    },
    rejected(schema, level, { reason, waitedSeconds }) {
      rejected.with(schema, level, reason).inc();
      waited.with('false', schema, level).observe(waitedSeconds);
    },
    executed: (schema, level, seconds) => of(schema, level)[2].observe(seconds),
  };
};
