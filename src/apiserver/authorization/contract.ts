import type { FieldRequirement } from '../../apimachinery/selectors/field-selector.ts';
import type { UserInfo } from '../http/exchange.ts';

/** What is asked for: a resource, or a plain path (`nonResource`). Empty strings mean "not given" (the core group, no subresource, no name). */
export interface AuthorizationAttributes {
  readonly user: UserInfo;
  readonly verb: string;
  readonly nonResource?: { readonly path: string };
  readonly resource?: {
    readonly group: string;
    readonly version: string;
    readonly resource: string;
    readonly subresource: string;
    readonly namespace: string;
    readonly name: string;
    /** What a list, watch or deletecollection selects by field. */
    readonly fields?: readonly FieldRequirement[];
  };
}

export interface AuthorizationDecision {
  readonly decision: 'allow' | 'deny' | 'no-opinion';
  readonly reason: string;
}

/** As kube-apiserver's --authorization-mode names them. */
export type AuthorizationMode = 'RBAC' | 'Node' | 'AlwaysAllow' | 'AlwaysDeny';

export interface Authorizer {
  (attributes: AuthorizationAttributes): AuthorizationDecision | Promise<AuthorizationDecision>;
  /** kube-apiserver's name of the mode for metrics. */
  readonly mode?: AuthorizationMode;
}
