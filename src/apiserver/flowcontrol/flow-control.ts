import { inProcess } from '../http/exchange.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { MetricsRegistry } from '../metrics/contract.ts';
import type { ThreadTurns } from '../scheduling/thread-turns.ts';
import type { FlowControl, FlowHeaders, FlowOutcome, FlowRefusal, FlowRequest, FlowTurn } from './contract.ts';
import type { Waiter } from './fair-queues.ts';
import { type FlowEntry, flowOf } from './flow-entry.ts';
import { createFlowMetrics, type RejectionReason } from './flow-metrics.ts';
import { compileFlowSchema, type FlowSchema, orderFlowSchemas } from './flow-schema.ts';
import { type PriorityLevel, readLevel } from './priority-level.ts';
import { createRetryAfter, type RetryAfter } from './retry-after.ts';
import { type Seat, Seats } from './seats.ts';
import { waitMilliseconds } from './wait-limit.ts';
import { createWorkEstimates } from './work-estimates.ts';

export interface FlowControlOptions {
  /** Requests worked on at once by the whole server; kube-apiserver's default is 600. */
  readonly totalSeats: number;
  /** How long a request may wait for its turn. */
  readonly maxWaitSeconds: number;
  /** Requests that have their seats begin in turn, flow by flow; without, all at once. */
  readonly turns?: ThreadTurns;
  readonly metrics?: MetricsRegistry;
  /** In milliseconds, of a clock that only goes forward. */
  readonly clock?: () => number;
}

export interface FlowController {
  readonly admit: FlowControl;
  /** Takes new FlowSchemas and PriorityLevelConfigurations; those that make no sense are left out. */
  configure(schemas: readonly UnstructuredObject[], levels: readonly UnstructuredObject[]): void;
  levels(): readonly PriorityLevel[];
}

const nothing = (): void => {};
const noTurn: FlowTurn = { headers: {}, release: nothing, leave: nothing };
const isDefined = <T>(value: T | undefined): value is T => value !== undefined;

/** API priority and fairness (KEP-1040): classify, then seats at once, a place in a fair queue, or 429. */
export const createFlowController = (options: FlowControlOptions): FlowController => {
  const { totalSeats, maxWaitSeconds, turns, clock = () => performance.now() } = options;
  const seats = new Seats(totalSeats);
  const metrics = options.metrics && createFlowMetrics(options.metrics, seats, clock);
  const estimates = createWorkEstimates();
  let schemas: readonly FlowSchema[] = [];
  let waits = new Map<string, RetryAfter>();

  /** A request of a level that is to begin, wait or be refused. */
  const place = (request: FlowRequest, schema: FlowSchema, level: PriorityLevel): FlowOutcome | Promise<FlowOutcome> => {
    const { name, uid, isExempt } = level.settings;
    const headers: FlowHeaders = { 'x-kubernetes-pf-flowschema-uid': schema.uid, 'x-kubernetes-pf-prioritylevel-uid': uid };
    const work = estimates.estimate(request, level.listSeats);
    const arrived = clock();
    const distinguisher = schema.distinguish(request);
    const entry: FlowEntry = { request, schema: schema.name, distinguisher, work, arrived, started: arrived, queue: -1 };
    const own = metrics?.of(schema.name, level);
    own?.estimated(entry, estimates.watchersOf(request));

    const begin = (seat: Seat, hasQueued: boolean): FlowTurn => {
      entry.started = clock();
      level.executing.add(entry);
      level.counts.dispatched += 1;
      const executed = own?.dispatched(entry, hasQueued);
      const unwatch = request.info.verb === 'watch' ? estimates.watching(request) : nothing;
      let isOver = false;
      return {
        headers,
        release(bytes) {
          if (isOver) return;
          isOver = true;
          if (bytes !== undefined && request.info.verb === 'list') estimates.listed(request, bytes);
          level.executing.delete(entry);
          // The events of a write are work as well.
          if (work.finalMilliseconds > 0 && !isExempt) setTimeout(() => seat.release(), work.finalMilliseconds).unref();
          else seat.release();
          executed?.(clock());
        },
        leave: unwatch,
      };
    };
    const refuse = (reason: RejectionReason): FlowRefusal => {
      const now = clock();
      own?.rejected(entry, reason, now);
      const { counts } = level;
      if (reason === 'time-out') counts.timedOut += 1;
      else if (reason === 'cancelled') counts.cancelled += 1;
      else counts.rejected += 1;
      let wait = waits.get(name);
      if (!wait) waits.set(name, (wait = createRetryAfter()));
      return { headers, retryAfterSeconds: wait.refused(now / 1000) };
    };
    /** With its seats, it begins when its flow's turn on the thread comes; our own controllers' work is on the thread already. */
    const start = (seat: Seat, hasQueued: boolean): FlowOutcome | Promise<FlowOutcome> => {
      if (!turns || request.request.remoteAddress === inProcess || turns.isFree()) return begin(seat, hasQueued);
      return new Promise((resolve) => {
        const beginOrGo = (): void => {
          if (!request.request.signal.aborted) return resolve(begin(seat, hasQueued));
          seat.release();
          resolve(refuse('cancelled'));
        };
        turns.wait(beginOrGo, flowOf(entry), name);
      });
    };
    const queue = (): Promise<FlowOutcome> =>
      new Promise((resolve) => {
        const { signal } = request.request;
        let leaveQueue: ((now: number) => void) | undefined;
        const settle = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', goAway);
          leaveQueue?.(clock());
        };
        const giveUp = (reason: RejectionReason): void => {
          settle();
          level.queues?.remove(waiter);
          resolve(refuse(reason));
        };
        const waiter: Waiter = {
          entry,
          start(seat) {
            settle();
            resolve(start(seat, true));
          },
          evict: () => giveUp('queue-full'),
        };
        const goAway = (): void => giveUp('cancelled');
        const timer = setTimeout(() => giveUp('time-out'), waitMilliseconds(request, maxWaitSeconds * 1000));
        timer.unref();
        signal.addEventListener('abort', goAway, { once: true });
        if (signal.aborted) return goAway();
        const length = level.queues?.enqueue(waiter) ?? 0;
        if (length === 0) giveUp('queue-full');
        else leaveQueue = own?.queued(entry, length, clock());
      });

    if (isExempt) return begin(seats.takeExempt(level, work.seats), false);
    const seat = level.waiting === 0 ? seats.take(level, Math.max(work.seats, work.finalSeats)) : undefined;
    if (seat) return start(seat, false);
    return level.queues ? queue() : refuse('concurrency-limit');
  };

  return {
    configure(schemaObjects, levelObjects) {
      const settings = levelObjects.map(readLevel).filter(isDefined);
      const names = new Set(settings.map(({ name }) => name));
      const compiled = schemaObjects.map(compileFlowSchema).filter(isDefined);
      schemas = orderFlowSchemas(compiled.filter(({ priorityLevel }) => names.has(priorityLevel)));
      seats.configure(settings);
      waits = new Map([...waits].filter(([name]) => names.has(name)));
      metrics?.keep(new Set(schemas.map(({ name }) => name)), names);
    },
    admit(request) {
      const schema = schemas.find((candidate) => candidate.matches(request));
      const level = schema && seats.level(schema.priorityLevel);
      return level ? place(request, schema, level) : noTurn;
    },
    levels: () => seats.all(),
  };
};
