import type { MetricsRegistry } from './contract.ts';

/** Takes measurements by name, as clients and work queues report them; see client/metrics-sink.ts. */
export interface NamedSink {
  add(name: string, labels: Readonly<Record<string, string>>, by?: number): void;
  set(name: string, labels: Readonly<Record<string, string>>, value: number): void;
  observe(name: string, labels: Readonly<Record<string, string>>, value: number): void;
  collect(name: string, labels: Readonly<Record<string, string>>, read: () => number): void;
}

const powersOfTen = [1e-8, 1e-7, 1e-6, 9.999999999999999e-6, 9.999999999999999e-5, 0.001, 0.01, 0.1, 1, 10];
const clientSeconds = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];
const clientBytes = [64, 256, 512, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216];
const reconcileSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

interface Family {
  readonly help: string;
  readonly labels: readonly string[];
  readonly buckets?: readonly number[];
}

const families: Readonly<Record<string, Family & { readonly type: 'counter' | 'gauge' | 'histogram' | 'collected' }>> = {
  workqueue_adds_total: { type: 'counter', help: 'Keys added to a work queue.', labels: ['name'] },
  workqueue_retries_total: { type: 'counter', help: 'Keys that were added again after a failure.', labels: ['name'] },
  workqueue_depth: { type: 'gauge', help: 'Keys that wait in a work queue.', labels: ['name'] },
  workqueue_queue_duration_seconds: {
    type: 'histogram',
    help: 'How long a key waited, in seconds.',
    labels: ['name'],
    buckets: powersOfTen,
  },
  workqueue_work_duration_seconds: {
    type: 'histogram',
    help: 'How long a key was worked on, in seconds.',
    labels: ['name'],
    buckets: powersOfTen,
  },
  workqueue_unfinished_work_seconds: { type: 'collected', help: 'Time spent so far on keys in work, in seconds.', labels: ['name'] },
  workqueue_longest_running_processor_seconds: {
    type: 'collected',
    help: 'Time spent so far on the oldest key in work, in seconds.',
    labels: ['name'],
  },
  rest_client_requests_total: {
    type: 'counter',
    help: 'Requests of clients in this process by status code, method and host.',
    labels: ['code', 'host', 'method'],
  },
  rest_client_request_duration_seconds: {
    type: 'histogram',
    help: 'Request latency in seconds by verb and host.',
    labels: ['host', 'verb'],
    buckets: clientSeconds,
  },
  rest_client_request_size_bytes: {
    type: 'histogram',
    help: 'Request size in bytes by verb and host.',
    labels: ['host', 'verb'],
    buckets: clientBytes,
  },
  rest_client_response_size_bytes: {
    type: 'histogram',
    help: 'Response size in bytes by verb and host.',
    labels: ['host', 'verb'],
    buckets: clientBytes,
  },
  leader_election_master_status: {
    type: 'gauge',
    help: 'Whether this process holds the lease (1) or waits for it (0), by the name of the lease.',
    labels: ['name'],
  },
  controller_runtime_reconcile_total: {
    type: 'counter',
    help: 'Reconciliations by controller and result.',
    labels: ['controller', 'result'],
  },
  controller_runtime_reconcile_time_seconds: {
    type: 'histogram',
    help: 'How long a reconciliation took, in seconds.',
    labels: ['controller'],
    buckets: reconcileSeconds,
  },
};

/** Brings what controllers and clients of the process report to a registry; names that it does not know are dropped. */
export const createSink = (registry: MetricsRegistry): NamedSink => {
  const readers = new Map<string, Map<string, () => number>>();
  const recorders = Object.fromEntries(
    Object.entries(families).map(([name, { type, help, labels, buckets = [] }]) => {
      const values = (given: Readonly<Record<string, string>>): string[] => labels.map((label) => given[label] ?? '');
      if (type === 'collected') {
        const own = new Map<string, () => number>();
        readers.set(name, own);
        registry.collect({
          name,
          help,
          labels,
          type: 'gauge',
          collect: () => [...own].map(([key, read]) => ({ values: [key], value: read() })),
        });
        return [name, () => {}];
      }
      if (type === 'histogram') {
        const family = registry.histogram({ name, help, labels, buckets });
        return [name, (given: Readonly<Record<string, string>>, value: number) => family.with(...values(given)).observe(value)];
      }
      if (type === 'gauge') {
        const family = registry.gauge({ name, help, labels });
        return [name, (given: Readonly<Record<string, string>>, value: number) => family.with(...values(given)).set(value)];
      }
      const family = registry.counter({ name, help, labels });
      return [name, (given: Readonly<Record<string, string>>, value: number) => family.with(...values(given)).inc(value)];
    }),
  ) as Record<string, (labels: Readonly<Record<string, string>>, value: number) => void>;
  return {
    add: (name, labels, by = 1) => recorders[name]?.(labels, by),
    set: (name, labels, value) => recorders[name]?.(labels, value),
    observe: (name, labels, value) => recorders[name]?.(labels, value),
    collect: (name, labels, read) => void readers.get(name)?.set(Object.values(labels)[0] ?? '', read),
  };
};
