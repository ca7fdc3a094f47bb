import type { CounterSeries, GaugeSeries, HistogramSeries, MetricsRegistry } from '../metrics/contract.ts';
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
  /** A request waits in a queue that has this many now; the returned function ends that. */
  queued(schema: string, level: string, where: { readonly kind: 'mutating' | 'readOnly'; readonly length: number }): () => void;
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
  const now = (name: string, help: string) => registry.gauge({ name: `apiserver_flowcontrol_${name}`, help, labels });
  const executing = now('current_executing_requests', 'Requests under way.');
  const executingSeats = now('current_executing_seats', 'Seats that requests under way take.');
  const waiting = now('current_inqueue_requests', 'Requests that wait in queues.');
  const waitingSeats = now('current_inqueue_seats', 'Seats that requests in queues wait for.');
  const lengths = registry.histogram({
    name: 'apiserver_flowcontrol_request_queue_length_after_enqueue',
    help: 'Length of its queue, right after a request joined it.',
    labels,
    buckets: [0, 10, 25, 50, 100, 250, 500, 1000],
  });
  const estimated = registry.histogram({
    name: 'apiserver_flowcontrol_work_estimated_seats',
    help: 'Seats that a request is taken to need.',
    labels,
    buckets: [1, 2, 4, 8, 16, 32, 64, 100],
  });
  const byKind = registry.gauge({
    name: 'apiserver_current_inqueue_requests',
    help: 'Requests that wait in queues, by kind.',
    labels: ['request_kind'],
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
  gauge('upper_limit_seats', 'Seats that a priority level can have at most, with what it borrows.', ({ nominalSeats, settings }) => {
    const { borrowingLimitPercent } = settings;
    const all = levels().reduce((sum, level) => sum + level.nominalSeats, 0);
    return borrowingLimitPercent === undefined ? all : nominalSeats + Math.round((nominalSeats * borrowingLimitPercent) / 100);
  });
  interface Series {
    readonly dispatched: CounterSeries;
    readonly waited: HistogramSeries;
    readonly executed: HistogramSeries;
    readonly executing: GaugeSeries;
    readonly executingSeats: GaugeSeries;
    readonly estimated: HistogramSeries;
  }
  const series = new Map<string, Series>();
  const of = (schema: string, level: string) => {
    const key = `${schema}/${level}`;
    let found = series.get(key);
    if (!found) {
      found = {
        dispatched: dispatched.with(schema, level),
        waited: waited.with('true', schema, level),
        executed: executed.with(schema, level, 'regular'),
        executing: executing.with(schema, level),
        executingSeats: executingSeats.with(schema, level),
        estimated: estimated.with(schema, level),
      };
      for (const each of [waiting, waitingSeats]) each.with(schema, level).inc(0);
      series.set(key, found);
    }
    return found;
  };
  return {
    dispatched(schema, level, waitedSeconds) {
      const found = of(schema, level);
      found.dispatched.inc();
      found.waited.observe(waitedSeconds);
      found.estimated.observe(1);
      found.executing.inc();
      found.executingSeats.inc();
    },
    rejected(schema, level, { reason, waitedSeconds }) {
      rejected.with(schema, level, reason).inc();
      waited.with('false', schema, level).observe(waitedSeconds);
    },
    executed(schema, level, seconds) {
      const found = of(schema, level);
      found.executed.observe(seconds);
      found.executing.inc(-1);
      found.executingSeats.inc(-1);
    },
    queued(schema, level, { kind, length }) {
      lengths.with(schema, level).observe(length);
      const gauges = [waiting.with(schema, level), waitingSeats.with(schema, level), byKind.with(kind)];
      for (const each of gauges) each.inc();
      return () => {
        for (const each of gauges) each.inc(-1);
      };
    },
  };
};
