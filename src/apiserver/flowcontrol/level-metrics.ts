import type { GaugeSeries, MetricsRegistry } from '../metrics/contract.ts';
import { createTimedRatio, type TimedRatio } from '../metrics/timed-ratio.ts';
import type { PriorityLevel } from './priority-level.ts';
import { createSeatDemand, type SeatDemand } from './seat-demand.ts';
import type { Seats } from './seats.ts';

const utilizationBuckets = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1];
const requestBuckets = [0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.25, 0.5, 0.75, 1];
const kindBuckets = [0, 0.001, 0.01, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1];
const demandBuckets = [0.2, 0.4, 0.6, 0.8, 1, 1.2, 1.4, 1.7, 2, 2.8, 4, 6];

export type RequestKind = 'mutating' | 'readOnly';
type Phase = 'executing' | 'waiting';

/** Priority levels as they are now, and over time. */
export interface LevelMetrics {
  /** Requests began or ended in the level. */
  changed(level: PriorityLevel, now: number): void;
  /** One more, or one less, in this phase. */
  count(kind: RequestKind, phase: Phase, by: 1 | -1, now: number): void;
  /** All other levels are gone; their series are forgotten elsewhere. */
  keep(names: ReadonlySet<string>): void;
}

interface Followed {
  readonly demand: SeatDemand;
  readonly ratios: {
    readonly demand: TimedRatio;
    readonly executing: TimedRatio;
    readonly seats: TimedRatio;
    readonly waiting: TimedRatio;
  };
}

/** The apiserver_flowcontrol_ families of priority levels, and what waits by kind of request. */
export const createLevelMetrics = (registry: MetricsRegistry, seats: Seats, clock: () => number): LevelMetrics => {
  const named = (name: string, help: string) => ({ name: `apiserver_flowcontrol_${name}`, help });
  const timed = <L extends string>(name: string, labels: readonly L[], buckets: readonly number[], help: string) =>
    registry.histogram({ ...named(name, `${help}, observed every nanosecond.`), labels, buckets });
  const demands = timed('demand_seats', ['priority_level'], demandBuckets, 'Seats that a level could use, as a part of its nominal ones');
  const requests = timed('priority_level_request_utilization', ['phase', 'priority_level'], requestBuckets, 'Requests, of their limit');
  const utilization = timed(
    'priority_level_seat_utilization',
    ['phase', 'priority_level'],
    utilizationBuckets,
    'Seats in use, of their limit',
  );
  const kinds = timed('read_vs_write_current_requests', ['phase', 'request_kind'], kindBuckets, 'Requests, of the limit of the server');
  const inQueues = registry.gauge({
    name: 'apiserver_current_inqueue_requests',
    help: 'Requests that wait in queues, by kind.',
    labels: ['request_kind'],
  });

  const followed = new Map<PriorityLevel, Followed>();
  const current = (): readonly PriorityLevel[] => seats.all().filter(({ isQuiescing }) => !isQuiescing);
  const follow = (level: PriorityLevel, now: number): Followed => {
    let known = followed.get(level);
    if (known) return known;
    const { name } = level.settings;
    const ratio = (family: typeof requests, ...values: string[]): TimedRatio => createTimedRatio(family.with(...values), now);
    const ratios = {
      demand: ratio(demands, name),
      executing: ratio(requests, 'executing', name),
      seats: ratio(utilization, 'executing', name),
      waiting: ratio(requests, 'waiting', name),
    };
    followed.set(level, (known = { demand: createSeatDemand(now), ratios }));
    return known;
  };

  const gauge = (name: string, help: string, valueOf: (level: PriorityLevel) => number | undefined): void =>
    registry.collect({
      ...named(name, help),
      labels: ['priority_level'],
      type: 'gauge',
      collect: () =>
        current().flatMap((level) => {
          const value = valueOf(level);
          return value === undefined ? [] : [{ values: [level.settings.name], value }];
        }),
    });
  const statistics = (level: PriorityLevel) => {
    const now = clock();
    return follow(level, now).demand.statistics(now);
  };
  const lower = (level: PriorityLevel): number => level.nominalSeats - level.lendLimit;
  gauge('nominal_limit_seats', 'Seats that belong to a priority level.', ({ nominalSeats }) => nominalSeats);
  gauge(
    'current_limit_seats',
    'Seats that a priority level has now, with what it lends and borrows.',
    (level) => level.nominalSeats - level.lent + level.borrowed,
  );
  gauge('lower_limit_seats', 'Seats that a priority level never lends.', lower);
  gauge('upper_limit_seats', 'Seats that a priority level can have at most, with what it borrows.', (level) => {
    const percent = level.settings.borrowingLimitPercent;
    return level.nominalSeats + (percent === undefined ? seats.total : Math.round((level.nominalSeats * percent) / 100));
  });
  gauge('demand_seats_average', 'Seats that a level could use, on average of the last ten seconds.', (level) => statistics(level).average);
  gauge(
    'demand_seats_stdev',
    'Standard deviation of the seats that a level could use, of the last ten seconds.',
    (level) => statistics(level).deviation,
  );
  gauge(
    'demand_seats_high_watermark',
    'Most seats that a level could use at once in the last ten seconds.',
    (level) => statistics(level).highWatermark,
  );
  gauge('demand_seats_smoothed', 'Seats that a level could use, smoothed.', (level) => statistics(level).smoothed);
  gauge('target_seats', 'Seats that a level would have if there were enough: its smoothed demand, or what it never lends.', (level) =>
    Math.max(lower(level), statistics(level).smoothed),
  );
  const progress = 'in seats that a queue was served';
  gauge('current_r', `How far the queues of a level have come, ${progress}.`, (level) => level.queues?.virtualTime ?? 0);
  gauge('dispatch_r', `How far the queues of a level had come at the last dispatch, ${progress}.`, (level) => level.queues?.virtualTime);
  gauge('latest_s', `When the request that was dispatched last was due, ${progress}.`, (level) => level.queues?.virtualTime);
  registry.collect({
    ...named('next_s_bounds', `When the first requests of the queues of a level are due: the earliest and the latest, ${progress}.`),
    labels: ['bound', 'priority_level'],
    type: 'gauge',
    collect: () =>
      current().flatMap(({ queues, settings: { name } }) => {
        if (!queues) return [];
        const { min, max } = queues.bounds ?? { min: queues.virtualTime, max: queues.virtualTime };
        return [
          { values: ['max', name], value: max },
          { values: ['min', name], value: min },
        ];
      }),
  });

  const start = clock();
  const counted = (kind: RequestKind, phase: Phase) => ({ ratio: createTimedRatio(kinds.with(phase, kind), start), value: 0 });
  const byKind = {
    mutating: { executing: counted('mutating', 'executing'), waiting: counted('mutating', 'waiting') },
    readOnly: { executing: counted('readOnly', 'executing'), waiting: counted('readOnly', 'waiting') },
  };
  const queued: Record<RequestKind, GaugeSeries> = { mutating: inQueues.with('mutating'), readOnly: inQueues.with('readOnly') };
  const capacity = (): number => seats.all().reduce((sum, { queues }) => sum + (queues?.capacity ?? 0), 0);

  registry.beforeScrape(() => {
    const now = clock();
    for (const level of current()) for (const ratio of Object.values(follow(level, now).ratios)) ratio.observe(now);
    for (const phases of Object.values(byKind)) for (const { ratio } of Object.values(phases)) ratio.observe(now);
  });

  return {
    changed(level, now) {
      if (level.isQuiescing) return;
      const { demand, ratios } = follow(level, now);
      const wanted = level.seatsInUse + (level.queues?.waitingSeats ?? 0);
      demand.set(wanted, now);
      ratios.demand.set(wanted, level.nominalSeats, now);
      ratios.executing.set(level.executing.size, Math.max(1, level.nominalSeats), now);
      ratios.seats.set(level.seatsInUse, Math.max(1, level.nominalSeats), now);
      if (level.queues) ratios.waiting.set(level.waiting, level.queues.capacity, now);
    },
    count(kind, phase, by, now) {
      const each = byKind[kind][phase];
      each.value += by;
      each.ratio.set(each.value, phase === 'waiting' ? capacity() : seats.total, now);
      if (phase === 'waiting') queued[kind].set(each.value);
    },
    keep(names) {
      for (const level of followed.keys()) if (!names.has(level.settings.name) || !seats.all().includes(level)) followed.delete(level);
    },
  };
};
