import type { ApiRequest, UserInfo } from '../http/exchange.ts';
import type { RequestInfo } from '../http/request-info.ts';

/** What flow control must know of a request. */
export interface FlowRequest {
  readonly user: UserInfo;
  readonly info: Pick<RequestInfo, 'isResource' | 'verb' | 'path' | 'group' | 'resource' | 'subresource' | 'namespace'>;
  readonly request: Pick<ApiRequest, 'signal'>;
}

/** A turn: held while the request is worked on. */
export interface FlowTurn {
  /** Tells the client which FlowSchema and PriorityLevelConfiguration took the request. */
  readonly headers: Readonly<Record<string, string>>;
  /** Ends the turn; once. */
  release(): void;
}

/** Gives a request its turn: at once when there is room, else after a fair wait. @throws StatusError TooManyRequests */
export type FlowControl = (request: FlowRequest) => FlowTurn | Promise<FlowTurn>;
