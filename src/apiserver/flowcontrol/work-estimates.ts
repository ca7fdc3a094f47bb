import { inProcess } from '../http/exchange.ts';
import type { FlowRequest } from './contract.ts';

/** What a request is taken to need. */
export interface Work {
  /** Seats while it is worked on. */
  readonly seats: number;
  /** Seats for the events that follow from it, and for how long after it. */
  readonly finalSeats: number;
  readonly finalMilliseconds: number;
}

export interface WorkEstimates {
  /** `maxSeats`: of a list, in its priority level. */
  estimate(request: FlowRequest, maxSeats: number): Work;
  /** A list was answered with so many bytes: the next one like it is taken to be as large. */
  listed(request: FlowRequest, bytes: number): void;
  /** A watch began; the returned function ends it. */
  watching(request: FlowRequest): () => void;
  /** How many watch what the request writes; undefined when it writes nothing that is watched. */
  watchersOf(request: FlowRequest): number | undefined;
}

const bytesPerSeat = 100_000;
const watchersPerSeat = 10;
const millisecondsPerWatchersSeat = 5;
const maxWriteSeats = 10;
/** So many kinds of lists are remembered, the latest ones. */
const maxRemembered = 1000;

const one: Work = { seats: 1, finalSeats: 0, finalMilliseconds: 0 };
const writing: ReadonlySet<string> = new Set(['create', 'update', 'patch', 'delete']);
/** A token is no event. */
const isWrite = ({ info }: FlowRequest): boolean => info.isResource && writing.has(info.verb) && info.subresource !== 'token';
const resourceOf = ({ info }: FlowRequest): string => `${info.group}/${info.resource}`;

/** What makes one list larger than another, as far as it can be told before. */
const listKey = ({ info, query }: FlowRequest): string => {
  const isWatch = info.verb === 'watch';
  const selectors = [query.get('labelSelector') ?? '', query.get('fieldSelector') ?? ''];
  return [info.group, info.resource, info.namespace, isWatch ? '' : (query.get('limit') ?? ''), ...selectors].join('\n');
};

const startsWithState = ({ query }: FlowRequest): boolean => {
  const version = query.get('resourceVersion') ?? '';
  return query.get('sendInitialEvents') === 'true' || version === '' || version === '0';
};

/**
 * Estimates work as kube-apiserver does (KEP-1040): a list by its size in memory, a write by how many watchers hear of it. The size of a
 * list is what the last one like it had; as long as none was answered, it is taken to be large, unless our own controllers ask.
 */
export const createWorkEstimates = (): WorkEstimates => {
  const sizes = new Map<string, number>();
  const watchers = new Map<string, number>();

  const list = (request: FlowRequest, maxSeats: number): Work => {
    if (request.info.name !== '') return one;
    const unknown = request.request.remoteAddress === inProcess ? 0 : Number.POSITIVE_INFINITY;
    const bytes = sizes.get(listKey(request)) ?? unknown;
    const seats = Math.min(Math.ceil(bytes / bytesPerSeat), maxSeats);
    return seats > 1 ? { ...one, seats } : one;
  };
  const count = (request: FlowRequest): number => watchers.get(resourceOf(request)) ?? 0;
  const write = (request: FlowRequest): Work => {
    const listeners = count(request);
    if (listeners < watchersPerSeat) return one;
    const wanted = Math.ceil(listeners / watchersPerSeat);
    const finalSeats = Math.min(wanted, maxWriteSeats);
    return { seats: 1, finalSeats, finalMilliseconds: (wanted * millisecondsPerWatchersSeat) / finalSeats };
  };

  return {
    estimate(request, maxSeats) {
      const { verb, isResource } = request.info;
      if (!isResource) return one;
      if (verb === 'list' || (verb === 'watch' && startsWithState(request))) return list(request, maxSeats);
      return isWrite(request) ? write(request) : one;
    },
    listed(request, bytes) {
      const key = listKey(request);
      sizes.delete(key);
      sizes.set(key, bytes);
      const [oldest] = sizes.keys();
      if (sizes.size > maxRemembered && oldest !== undefined) sizes.delete(oldest);
    },
    watching(request) {
      const key = resourceOf(request);
      watchers.set(key, count(request) + 1);
      let isOver = false;
      return () => {
        if (isOver) return;
        isOver = true;
        const left = count(request) - 1;
        if (left > 0) watchers.set(key, left);
        else watchers.delete(key);
      };
    },
    watchersOf: (request) => (isWrite(request) ? count(request) : undefined),
  };
};
