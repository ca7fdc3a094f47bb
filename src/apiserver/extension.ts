import type { AdmissionPlugin } from './admission/contract.ts';
import type { Auditor } from './audit/auditor.ts';
import type { Authenticator } from './authentication/contract.ts';
import type { Authorizer } from './authorization/contract.ts';
import type { ApiServerOptions } from './contract.ts';
import type { FlowControl } from './flowcontrol/contract.ts';
import type { ApiHandler, ApiRequest, ApiResponse, UserInfo } from './http/exchange.ts';
import type { PlainRoute, SubresourceRequest } from './http/route.ts';
import type { StorageHook } from './registry/storage-hook.ts';
import type { Store } from '../storage/contract.ts';
import type { InternalApi, KindCatalog } from './registry/contract.ts';

/** What an extension of the server is built from. `authorize` and `handle` see every extension, also those added later. */
export interface ServerContext {
  readonly options: ApiServerOptions;
  readonly store: Store;
  readonly catalog: KindCatalog;
  readonly api: InternalApi;
  /** All authorizers in turn; `no-opinion` when none decides. */
  readonly authorize: (attributes: Parameters<Authorizer>[0]) => Promise<Awaited<ReturnType<Authorizer>>>;
  /** All authenticators in turn; undefined when nobody knows the caller. @throws StatusError Unauthorized */
  readonly authenticate: (request: ApiRequest) => Promise<UserInfo | undefined>;
  /** Named checks of all extensions, for /readyz and /livez. */
  readonly checks: () => readonly HealthCheck[];
  /** The whole server, in process. */
  readonly handle: ApiHandler;
}

/** `check` throws when unhealthy; the message is shown. */
export interface HealthCheck {
  readonly name: string;
  readonly check: () => Promise<void> | void;
  /** Asked by /readyz only: it may fail for a while without the process being sick. */
  readonly readinessOnly?: boolean;
}

/** Serves one subresource (`serviceaccounts/token`), or the creation of a virtual kind when `subresource` is ''. The request is authorized. */
export interface SubresourceRoute {
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly handle: (request: SubresourceRequest) => Promise<ApiResponse> | ApiResponse;
}

/** One answered request, for metrics; a stream's when it has ended. `verb` is the API verb (LIST, WATCH … in lower case) or the method in lower case for plain paths. */
export interface RequestObservation {
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  /** `cluster`, `namespace`, `resource`, or '' for plain paths. */
  readonly scope: string;
  readonly path: string;
  readonly user: UserInfo | undefined;
  readonly code: number;
  readonly terminatedBy?: ApiResponse['terminatedBy'];
  readonly durationSeconds: number;
  readonly dryRun: '' | 'All' | 'invalid';
  readonly responseBytes: number;
  /** Strict, Warn or Ignore where the client said so. */
  readonly fieldValidation?: string | undefined;
  /** As the client announced; 0 without a body. Undefined when a caller in this process gave an object. */
  readonly requestBytes: number | undefined;
}

/** What is known of a request when it begins. */
export type TrackedRequest = Pick<RequestObservation, 'verb' | 'group' | 'version' | 'resource' | 'subresource' | 'scope'>;

/** A room of the server: everything it adds, in one value. Lists are tried in the order of the extensions. */
export interface ServerExtension {
  readonly name: string;
  readonly authenticators?: readonly Authenticator[];
  /** Swaps the user after authentication (impersonation). @throws StatusError Forbidden */
  readonly impersonate?: (request: ApiRequest, user: UserInfo) => Promise<UserInfo> | UserInfo;
  readonly authorizers?: readonly Authorizer[];
  /** Gives each request its turn (priority and fairness), after authentication. @throws StatusError TooManyRequests */
  readonly flow?: FlowControl;
  /** Hears of every request from its beginning to its end. */
  readonly audit?: Auditor;
  /** Added to the chain in order; the server runs all `admit`s, then all `validate`s. */
  readonly admission?: readonly AdmissionPlugin[];
  /** Work beside stored objects, such as allocating addresses. */
  readonly hooks?: readonly StorageHook[];
  readonly routes?: readonly PlainRoute[];
  readonly subresources?: readonly SubresourceRoute[];
  /** Answers paths of unknown groups (aggregation). Undefined: not mine. */
  readonly fallback?: (request: ApiRequest, user: UserInfo) => Promise<ApiResponse | undefined>;
  readonly observe?: (observation: RequestObservation) => void;
  /** Called when a request begins; what it returns is called once its last byte is written, a watch's too. */
  readonly track?: (request: TrackedRequest) => () => void;
  readonly checks?: readonly HealthCheck[];
  /** Runs once the store can be read; `ready()` waits for it. May write through `api`. */
  readonly start?: () => Promise<void>;
  readonly stop?: () => Promise<void> | void;
}

export type ServerExtensionFactory = (context: ServerContext) => ServerExtension;
