import type { ApiRequest, ApiResponse, UserInfo } from '../http/exchange.ts';

/** The OpenAPI v3 document of a group version that another server serves through this one. */
export interface RemoteDocument {
  /** Where its server says that it is: a path that changes with its content. */
  readonly serverRelativeURL: string;
  /** Asks that server. */
  readonly fetch: (request: ApiRequest, user: UserInfo) => Promise<ApiResponse>;
}

/** Documents of aggregated API servers by path without the leading slash (`apis/GROUP/VERSION`): aggregation writes them, /openapi/v3 shows them. */
export type RemoteDocuments = Map<string, RemoteDocument>;
