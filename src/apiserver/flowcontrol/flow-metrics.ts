import type { CounterSeries, GaugeSeries, HistogramSeries, MetricsRegistry } from '../metrics/contract.ts';
import type { FlowEntry } from './flow-entry.ts';
import { createLevelMetrics, type RequestKind } from './level-metrics.ts';
import type { PriorityLevel } from './priority-level.ts';
import type { Seats } from './seats.ts';

const secondsBuckets = [0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30];
const reading: ReadonlySet<string> = new Set(['get', 'list', 'watch', 'head', 'options']);

export type RejectionReason = 'queue-full' | 'concurrency-limit' | 'time-out' | 'cancelled';

/** What happens to the requests of one FlowSchema in one priority level; times are milliseconds of the process' clock. */
export interface FlowMetrics {
  /** Its work was estimated; `watchers` of what it writes. */
  estimated(entry: FlowEntry, watchers: number | undefined): void;
  /** It waits in a queue that has this many now; the returned function ends that. */
  queued(entry: FlowEntry, length: number, now: number): (now: number) => void;
  /** It begins; the returned function ends it. */
  dispatched(entry: FlowEntry, hasQueued: boolean): (now: number) => void;
  rejected(entry: FlowEntry, reason: RejectionReason, now: number): void;
}

interface Series {
  readonly dispatched: CounterSeries;
  readonly executed: { readonly regular: () => HistogramSeries; readonly watch: () => HistogramSeries };
  readonly executing: GaugeSeries;
  readonly executingSeats: GaugeSeries;
  readonly estimated: HistogramSeries;
  readonly rejected: (reason: RejectionReason) => CounterSeries;
  readonly waited: (execute: boolean) => HistogramSeries;
  readonly watchers: () => HistogramSeries;
  readonly queue: () => { readonly requests: GaugeSeries; readonly seats: GaugeSeries; readonly length: HistogramSeries };
}

/** Makes a value when it is first needed. */
const lazily = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => (made ??= make());
};

/** Looks up the series of a FlowSchema and a level once; those of objects that are gone go nowhere. */
const createSeries = (registry: MetricsRegistry): ((schema: string, level: string) => Series) => {
  const labels = ['flow_schema', 'priority_level'] as const;
  const named = (name: string, help: string) => ({ name: `apiserver_flowcontrol_${name}`, help });
  const dispatched = registry.counter({ ...named('dispatched_requests_total', 'Requests that priority and fairness let begin.'), labels });
  const rejected = registry.counter({
    ...named('rejected_requests_total', 'Requests that priority and fairness rejected.'),
    labels: [...labels, 'reason'],
  });
  const waited = registry.histogram({
    ...named('request_wait_duration_seconds', 'How long a request waited in its queue, in seconds.'),
    labels: ['execute', ...labels],
    buckets: secondsBuckets,
  });
  const executed = registry.histogram({
    ...named('request_execution_seconds', 'How long a request was worked on, in seconds, without the time in queues.'),
    labels: [...labels, 'type'],
    buckets: secondsBuckets,
  });
  const gauge = (name: string, help: string) => registry.gauge({ ...named(name, help), labels });
  const executing = gauge('current_executing_requests', 'Requests under way.');
  const executingSeats = gauge('current_executing_seats', 'Seats that requests under way take.');
  const waiting = gauge('current_inqueue_requests', 'Requests that wait in queues.');
  const waitingSeats = gauge('current_inqueue_seats', 'Seats that requests in queues wait for.');
  const histogram = (name: string, help: string, buckets: readonly number[]) =>
    registry.histogram({ ...named(name, help), labels, buckets });
  const lengths = histogram(
    'request_queue_length_after_enqueue',
    'Length of its queue, right after a request joined it.',
    [0, 10, 25, 50, 100, 250, 500, 1000],
  );
  const estimated = histogram('work_estimated_seats', 'Seats that a request is taken to need.', [1, 2, 4, 8, 16, 32, 64, 100]);
  const watchers = histogram('watch_count_samples', 'How many watch what a request writes.', [0, 1, 10, 100, 1000, 10_000]);
  return (schema, level) => {
    const of = [schema, level] as const;
    return {
      dispatched: dispatched.with(...of),
      executed: {
        regular: lazily(() => executed.with(...of, 'regular')),
        watch: lazily(() => executed.with(...of, 'watch')),
      },
      executing: executing.with(...of),
      executingSeats: executingSeats.with(...of),
      estimated: estimated.with(...of),
      rejected: (reason) => rejected.with(...of, reason),
      waited: (execute) => waited.with(String(execute), ...of),
      watchers: lazily(() => watchers.with(...of)),
      queue: lazily(() => ({ requests: waiting.with(...of), seats: waitingSeats.with(...of), length: lengths.with(...of) })),
    };
  };
};

/** Priority and fairness under kube-apiserver's names. The labels are names of objects, and go with them. */
export const createFlowMetrics = (
  registry: MetricsRegistry,
  seats: Seats,
  clock: () => number,
): {
  readonly of: (schema: string, level: PriorityLevel) => FlowMetrics;
  /** The series of all other schemas and levels end. */
  readonly keep: (schemas: ReadonlySet<string>, levels: ReadonlySet<string>) => void;
} => {
  const levels = createLevelMetrics(registry, seats, clock);
  const seriesOf = createSeries(registry);
  const known = new Map<
    string,
    { readonly schema: string; readonly level: string; readonly metrics: FlowMetrics; readonly end: () => void }
  >();
  const kindOf = ({ request }: FlowEntry): RequestKind => (reading.has(request.info.verb) ? 'readOnly' : 'mutating');

  const create = (schema: string, level: PriorityLevel) => {
    const series = seriesOf(schema, level.settings.name);
    let isOver = false;
    const metrics: FlowMetrics = {
      estimated({ work }, watchers) {
        series.estimated.observe(Math.max(work.seats, work.finalSeats));
        if (watchers !== undefined && !isOver) series.watchers().observe(watchers);
      },
      queued(entry, length, now) {
        const own = isOver ? undefined : series.queue();
        own?.length.observe(length);
        own?.requests.inc();
        own?.seats.inc(entry.work.seats);
        levels.count(kindOf(entry), 'waiting', 1, now);
        levels.changed(level, now);
        return (later) => {
          own?.requests.inc(-1);
          own?.seats.inc(-entry.work.seats);
          levels.count(kindOf(entry), 'waiting', -1, later);
        };
      },
      dispatched(entry, hasQueued) {
        const { work, started, arrived } = entry;
        series.dispatched.inc();
        // In a level that queues, a request that begins at once has been in its queue too, alone.
        const own = level.queues && !isOver ? series.queue() : undefined;
        if (own && !hasQueued) own.length.observe(1);
        if (own || (hasQueued && !isOver)) series.waited(true).observe((started - arrived) / 1000);
        series.executing.inc();
        series.executingSeats.inc(work.seats);
        levels.count(kindOf(entry), 'executing', 1, started);
        levels.changed(level, started);
        const type = entry.request.info.verb === 'watch' ? 'watch' : 'regular';
        return (now) => {
          if (!isOver) series.executed[type]().observe((now - started) / 1000);
          series.executing.inc(-1);
          series.executingSeats.inc(-work.seats);
          levels.count(kindOf(entry), 'executing', -1, now);
          levels.changed(level, now);
        };
      },
      rejected(entry, reason, now) {
        if (isOver) return;
        series.rejected(reason).inc();
        series.waited(false).observe((now - entry.arrived) / 1000);
      },
    };
    return { schema, level: level.settings.name, metrics, end: () => void (isOver = true) };
  };

  return {
    of(schema, level) {
      const key = `${schema}/${level.settings.name}`;
      let found = known.get(key);
      if (!found) known.set(key, (found = create(schema, level)));
      return found.metrics;
    },
    keep(schemas, names) {
      for (const [key, { schema, level, end }] of known) {
        if (schemas.has(schema) && names.has(level)) continue;
        end();
        known.delete(key);
      }
      levels.keep(names);
      registry.deleteWhere(
        ({ flow_schema: schema, priority_level: level }) =>
          (schema !== undefined && !schemas.has(schema)) || (level !== undefined && !names.has(level)),
      );
    },
  };
};
