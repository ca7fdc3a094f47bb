import type { ApiRequest, UserInfo } from '../http/exchange.ts';
import type { RequestInfo } from '../http/request-info.ts';

/** What flow control must know of a request. */
export interface FlowRequest {
  readonly user: UserInfo;
  readonly info: Pick<
    RequestInfo,
    'isResource' | 'verb' | 'path' | 'group' | 'version' | 'resource' | 'subresource' | 'namespace' | 'name'
  >;
  readonly query: URLSearchParams;
  readonly request: Pick<ApiRequest, 'signal' | 'remoteAddress'>;
}

/** Names to the client the FlowSchema and PriorityLevelConfiguration that took the request, by their UIDs. */
export type FlowHeaders = Readonly<Record<string, string>>;

/** A turn: held while the request is worked on. */
export interface FlowTurn {
  readonly headers: FlowHeaders;
  /** Ends the turn, a watch's once it has begun; again does nothing. `bytes`: how much the answer is, where that is known. */
  release(bytes?: number): void;
  /** The request is over, a watch too. */
  leave(): void;
}

/** There is no room, and none came free in time: 429. */
export interface FlowRefusal {
  readonly headers: FlowHeaders;
  readonly retryAfterSeconds: number;
}

export type FlowOutcome = FlowTurn | FlowRefusal;

export const isRefusal = (outcome: FlowOutcome): outcome is FlowRefusal => 'retryAfterSeconds' in outcome;

/** Gives a request its turn: at once when there is room, else after a fair wait. */
export type FlowControl = (request: FlowRequest) => FlowOutcome | Promise<FlowOutcome>;
