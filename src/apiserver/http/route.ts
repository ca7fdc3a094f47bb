import type { Annotate } from '../audit/annotate.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { ApiRequest, ApiResponse, UserInfo } from './exchange.ts';

/** A request that passed authentication, with its path taken apart. */
export interface RoutedRequest {
  readonly request: ApiRequest;
  readonly user: UserInfo;
  readonly path: string;
  readonly query: URLSearchParams;
}

/** An endpoint that is not a resource: /version, /openapi/v3, /metrics, discovery. Matched by exact path, or by prefix when the path ends in '/'. */
export interface PlainRoute {
  readonly path: string;
  readonly handle: (routed: RoutedRequest) => Promise<ApiResponse> | ApiResponse;
}

/** Answers a POST to a virtual kind (SubjectAccessReview …) or a request to a subresource (token, eviction, approval …). Authorization is already done. */
export interface SubresourceRequest extends RoutedRequest {
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
  readonly verb: string;
  /** The body by its Content-Type (protobuf too), as an object of the kind that the route takes, with its defaults. @throws StatusError */
  readonly object: (complete?: (object: UnstructuredObject) => Promise<void>) => Promise<UnstructuredObject>;
  /** The object in the form that the client asked for, with the warnings so far. */
  readonly respond: (status: number, object: UnstructuredObject) => ApiResponse;
  /** A list of the route's kind, computed and without a version, in the form that the client asked for. */
  readonly respondList: (objects: readonly UnstructuredObject[]) => ApiResponse;
  /** Undefined: nobody audits it. */
  readonly annotate?: Annotate | undefined;
  /** Adds a text to the Warning header. */
  readonly warn: (text: string) => void;
  readonly dryRun: boolean;
}
