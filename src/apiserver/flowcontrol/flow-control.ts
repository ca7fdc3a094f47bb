import { tooManyRequests } from '../../apimachinery/errors/api-errors.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { FlowControl, FlowRequest, FlowTurn } from './contract.ts';
import type { Waiter } from './fair-queues.ts';
import type { MetricsRegistry } from '../metrics/contract.ts';
import { createFlowMetrics } from './flow-metrics.ts';
import { compileFlowSchema, type FlowSchema, orderFlowSchemas } from './flow-schema.ts';
import { type PriorityLevel, readLevel } from './priority-level.ts';
import { type Seat, Seats } from './seats.ts';

export interface FlowControlOptions {
  /** Requests worked on at once by the whole server; kube-apiserver's default is 600. */
  readonly totalSeats: number;
  /** How long a request may wait for its turn. */
  readonly maxWaitSeconds: number;
  readonly metrics?: MetricsRegistry;
}

export interface FlowController {
  readonly admit: FlowControl;
  /** Takes new FlowSchemas and PriorityLevelConfigurations. */
  configure(schemas: readonly UnstructuredObject[], levels: readonly UnstructuredObject[]): void;
}

/** A request whose schema and level are known. */
interface Classified {
  readonly headers: FlowTurn['headers'];
  readonly schema: string;
  readonly level: PriorityLevel;
  /** Of the wait, in milliseconds. */
  readonly began: number;
}

const rejection = (): Error => tooManyRequests('Too many requests, please try again later.', 1);
const nothing = (): void => {};
const reading: ReadonlySet<string> = new Set(['get', 'list', 'watch', 'head', 'options']);

/** API priority and fairness (KEP-1040): classify, then a seat at once, a place in a fair queue, or 429. */
export const createFlowController = ({ totalSeats, maxWaitSeconds, metrics: registry }: FlowControlOptions): FlowController => {
  const seats = new Seats(totalSeats);
  let schemas: readonly FlowSchema[] = [];

  const metrics = registry && createFlowMetrics(registry, () => seats.all());

  const turn = ({ headers, schema, level, began }: Classified, seat: Seat | undefined): FlowTurn => {
    const started = performance.now();
    metrics?.dispatched(schema, level.settings.name, (started - began) / 1000);
    return {
      headers,
      release() {
        seat?.release();
        metrics?.executed(schema, level.settings.name, (performance.now() - started) / 1000);
      },
    };
  };
  const refused = ({ schema, level, began }: Classified, reason: 'queue-full' | 'concurrency-limit' | 'time-out'): Error => {
    metrics?.rejected(schema, level.settings.name, { reason, waitedSeconds: (performance.now() - began) / 1000 });
    return rejection();
  };

  const wait = (classified: Classified, flow: string, { request, info }: FlowRequest) =>
    new Promise<FlowTurn>((resolve, reject) => {
      const { level } = classified;
      const kind = reading.has(info.verb) ? 'readOnly' : 'mutating';
      let leaveQueue = nothing;
      const settle = (): void => {
        leaveQueue();
        leaveQueue = nothing;
        clearTimeout(timer);
        request.signal.removeEventListener('abort', giveUp);
      };
      const waiter: Waiter = {
        flow,
        start() {
          settle();
          const seat = seats.take(level);
          if (seat) resolve(turn(classified, seat));
          else reject(refused(classified, 'concurrency-limit'));
        },
      };
      const leave = (reason: 'queue-full' | 'time-out'): void => {
        settle();
        level.queues?.remove(waiter);
        reject(refused(classified, reason));
      };
      const giveUp = (): void => leave('time-out');
      const timer = setTimeout(giveUp, maxWaitSeconds * 1000);
      timer.unref();
      request.signal.addEventListener('abort', giveUp, { once: true });
      if (request.signal.aborted) giveUp();
      else {
        const length = level.queues?.enqueue(waiter) ?? 0;
        if (length === 0) leave('queue-full');
        else leaveQueue = metrics?.queued(classified.schema, level.settings.name, { kind, length }) ?? nothing;
      }
    });

  return {
    configure(schemaObjects, levelObjects) {
      schemas = orderFlowSchemas(schemaObjects.map(compileFlowSchema));
      seats.configure(levelObjects.map(readLevel));
    },
    admit(request) {
      const schema = schemas.find((candidate) => candidate.matches(request));
      const level = schema && seats.level(schema.priorityLevel);
      if (!schema || !level) return { headers: {}, release: nothing };
      const headers = { 'x-kubernetes-pf-flowschema-uid': schema.uid, 'x-kubernetes-pf-prioritylevel-uid': level.settings.uid };
      const classified = { headers, schema: schema.name, level, began: performance.now() };
      if (level.settings.isExempt) return turn(classified, undefined);
      const isFirst = !level.queues?.size;
      const seat = isFirst ? seats.take(level) : undefined;
      if (seat) return turn(classified, seat);
      if (!level.queues) throw refused(classified, 'concurrency-limit');
      return wait(classified, `${schema.name}/${schema.distinguish(request)}`, request);
    },
  };
};
