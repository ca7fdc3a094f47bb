import { tooManyRequests } from '../../apimachinery/errors/api-errors.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { FlowControl, FlowRequest, FlowTurn } from './contract.ts';
import type { Waiter } from './fair-queues.ts';
import { compileFlowSchema, type FlowSchema, orderFlowSchemas } from './flow-schema.ts';
import { type PriorityLevel, readLevel } from './priority-level.ts';
import { type Seat, Seats } from './seats.ts';

export interface FlowControlOptions {
  /** Requests worked on at once by the whole server; kube-apiserver's default is 600. */
  readonly totalSeats: number;
  /** How long a request may wait for its turn. */
  readonly maxWaitSeconds: number;
}

export interface FlowController {
  readonly admit: FlowControl;
  /** Takes new FlowSchemas and PriorityLevelConfigurations. */
  configure(schemas: readonly UnstructuredObject[], levels: readonly UnstructuredObject[]): void;
}

const rejection = (): Error => tooManyRequests('Too many requests, please try again later.', 1);
const nothing = (): void => {};

/** API priority and fairness (KEP-1040): classify, then a seat at once, a place in a fair queue, or 429. */
export const createFlowController = ({ totalSeats, maxWaitSeconds }: FlowControlOptions): FlowController => {
  const seats = new Seats(totalSeats);
  let schemas: readonly FlowSchema[] = [];

  const turn = (headers: FlowTurn['headers'], seat: Seat): FlowTurn => ({ headers, release: () => seat.release() });

  const wait = (
    level: PriorityLevel,
    flow: string,
    { request, headers }: { request: FlowRequest['request']; headers: FlowTurn['headers'] },
  ) =>
    new Promise<FlowTurn>((resolve, reject) => {
      const settle = (): void => {
        clearTimeout(timer);
        request.signal.removeEventListener('abort', giveUp);
      };
      const waiter: Waiter = {
        flow,
        start() {
          settle();
          const seat = seats.take(level);
          if (seat) resolve(turn(headers, seat));
          else reject(rejection());
        },
      };
      const giveUp = (): void => {
        settle();
        level.queues?.remove(waiter);
        reject(rejection());
      };
      const timer = setTimeout(giveUp, maxWaitSeconds * 1000);
      timer.unref();
      request.signal.addEventListener('abort', giveUp, { once: true });
      if (request.signal.aborted || !level.queues?.enqueue(waiter)) giveUp();
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
      if (level.settings.isExempt) return { headers, release: nothing };
      const isFirst = !level.queues?.size;
      const seat = isFirst ? seats.take(level) : undefined;
      if (seat) return turn(headers, seat);
      if (!level.queues) throw rejection();
      return wait(level, `${schema.name}/${schema.distinguish(request)}`, { request: request.request, headers });
    },
  };
};
