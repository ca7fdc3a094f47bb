import type { ServerExtensionFactory } from '../extension.ts';
import { accessReviewRoutes } from './access-reviews.ts';
import type { AuthorizationMode, Authorizer } from './contract.ts';
import { creationsPlugin } from './creations.ts';
import { escalationPlugin } from './escalation.ts';
import { nodeAuthorizer } from './node/node-authorizer.ts';
import { privileged, rbacAuthorizer } from './rbac.ts';
import { createRuleResolver } from './rule-resolver.ts';

// Node comes last: what RBAC allows needs no look at the pods of a node.
const defaultModes: readonly AuthorizationMode[] = ['RBAC', 'Node'];

/** Who may: system:masters, RBAC and nodes (or what the modes say), the reviews, and no escalation by writing roles or bindings. */
export const authorizationExtension: ServerExtensionFactory = ({ api, authorize, options }) => {
  const resolver = createRuleResolver(api);
  const authorizers: Readonly<Record<AuthorizationMode, () => Authorizer>> = {
    RBAC: () => rbacAuthorizer(resolver),
    Node: () => nodeAuthorizer(api),
    AlwaysAllow: () => () => ({ decision: 'allow', reason: '' }),
    AlwaysDeny: () => () => ({ decision: 'no-opinion', reason: 'Everything is forbidden.' }),
  };
  return {
    name: 'authorization',
    authorizers: [privileged, ...(options.authorizationModes ?? defaultModes).map((mode) => Object.assign(authorizers[mode](), { mode }))],
    admission: [creationsPlugin(authorize), escalationPlugin(resolver, authorize)],
    subresources: accessReviewRoutes(authorize, resolver),
    start: () => resolver.synced(),
  };
};
