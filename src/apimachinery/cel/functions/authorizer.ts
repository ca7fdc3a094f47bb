import { EvaluationError, OpaqueValue } from '../values.ts';
import type { CelType } from '../types.ts';
import { declareMember, parseType, type Overload } from './declare.ts';

/** What an expression asks to be authorized. */
export interface AuthorizationCheck {
  readonly serviceAccount?: { readonly namespace: string; readonly name: string };
  readonly path?: string;
  readonly group?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
  readonly verb: string;
}
export interface AuthorizationDecision {
  readonly allowed: boolean;
  readonly reason: string;
  readonly error?: string;
}

/** Decides at once: whoever evaluates has the rules in memory. */
export type CelAuthorizer = (check: AuthorizationCheck) => AuthorizationDecision;

interface Pending {
  readonly authorize: CelAuthorizer;
  readonly check: Partial<AuthorizationCheck>;
}

/** The type of the `authorizer` variable; `authorizer.requestResource` has resourceCheckType. */
export const authorizerType = parseType('kubernetes.authorization.Authorizer');
export const resourceCheckType = parseType('kubernetes.authorization.ResourceCheck');
const pathCheckType = parseType('kubernetes.authorization.PathCheck');
const groupCheckType = parseType('kubernetes.authorization.GroupCheck');
const decisionType = parseType('kubernetes.authorization.Decision');

const identical = <T>(left: T, right: T): boolean => left === right;
const pending = (type: CelType, value: Pending): OpaqueValue<Pending> => new OpaqueValue(type, value, identical);

/** The value of an `authorizer` variable. */
export const authorizerValue = (authorize: CelAuthorizer): OpaqueValue<Pending> => pending(authorizerType, { authorize, check: {} });

/** The value of `authorizer.requestResource`: a check that is filled in but for its verb. */
export const requestResourceValue = (authorize: CelAuthorizer, check: Partial<AuthorizationCheck>): OpaqueValue<Pending> =>
  pending(resourceCheckType, { authorize, check });

const extend =
  (type: CelType, field: keyof AuthorizationCheck) =>
  (from: OpaqueValue<Pending>, text: string): OpaqueValue<Pending> =>
    pending(type, { authorize: from.value.authorize, check: { ...from.value.check, [field]: text } });

const path = (from: OpaqueValue<Pending>, text: string): OpaqueValue<Pending> => {
  if (text === '') throw new EvaluationError('path must not be empty');
  return extend(pathCheckType, 'path')(from, text);
};
const serviceAccount = (from: OpaqueValue<Pending>, namespace: string, name: string): OpaqueValue<Pending> =>
  pending(authorizerType, { authorize: from.value.authorize, check: { ...from.value.check, serviceAccount: { namespace, name } } });
const check = ({ value }: OpaqueValue<Pending>, verb: string): OpaqueValue<AuthorizationDecision> =>
  new OpaqueValue(decisionType, value.authorize({ ...value.check, verb }), identical);

const prefix = 'kubernetes.authorization.';
const resourceStep = (name: 'subresource' | 'namespace' | 'name' | 'fieldSelector' | 'labelSelector'): Overload =>
  declareMember(`${name}(${prefix}ResourceCheck, string) ${prefix}ResourceCheck`, extend(resourceCheckType, name));
const answer = (name: string, type: string, read: (decision: AuthorizationDecision) => boolean | string): Overload =>
  declareMember(`${name}(${prefix}Decision) ${type}`, ({ value }: OpaqueValue<AuthorizationDecision>) => read(value));

/** Kubernetes' authorizer functions, for admission policies and match conditions. */
export const authorizer: readonly Overload[] = [
  declareMember(`path(${prefix}Authorizer, string) ${prefix}PathCheck`, path),
  declareMember(`group(${prefix}Authorizer, string) ${prefix}GroupCheck`, extend(groupCheckType, 'group')),
  declareMember(`serviceAccount(${prefix}Authorizer, string, string) ${prefix}Authorizer`, serviceAccount),
  declareMember(`resource(${prefix}GroupCheck, string) ${prefix}ResourceCheck`, extend(resourceCheckType, 'resource')),
  ...(['subresource', 'namespace', 'name', 'fieldSelector', 'labelSelector'] as const).map(resourceStep),
  declareMember(`check(${prefix}PathCheck, string) ${prefix}Decision`, check),
  declareMember(`check(${prefix}ResourceCheck, string) ${prefix}Decision`, check),
  answer('allowed', 'bool', ({ allowed }) => allowed),
  answer('reason', 'string', ({ reason }) => reason),
  answer('errored', 'bool', ({ error }) => error !== undefined),
  answer('error', 'string', ({ error }) => error ?? ''),
];
