import type { KindDefinition } from '../../api/kind-definition.ts';
import type { ApiRequest, UserInfo } from '../http/exchange.ts';
import type { OutputForm } from '../http/negotiate.ts';
import type { RequestInfo } from '../http/request-info.ts';
import type { Annotate } from '../audit/annotate.ts';
import type { Warnings } from '../http/warnings.ts';

/** An authorized request for a resource that is served. */
export interface ResourceRequest {
  readonly request: ApiRequest;
  readonly user: UserInfo;
  readonly info: RequestInfo;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly definition: KindDefinition;
  /** For the answer's Warning headers. */
  readonly warnings: Warnings;
  /** Undefined: nobody audits it. */
  readonly annotate?: Annotate | undefined;
  /** When the client wants the answer, on the clock of performance.now(). */
  readonly deadline?: number | undefined;
  /** Of a watch: what was there at first is on its way; from now on it only waits. */
  readonly begun?: (() => void) | undefined;
  /** How the answer is written, once that was asked: before anything is done. */
  form?: OutputForm;
}
