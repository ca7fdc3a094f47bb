import type { ServerExtensionFactory } from '../extension.ts';
import { accessReviewRoutes } from './access-reviews.ts';
import { creationsPlugin } from './creations.ts';
import { escalationPlugin } from './escalation.ts';
import { nodeAuthorizer } from './node/node-authorizer.ts';
import { privileged, rbacAuthorizer } from './rbac.ts';
import { createRuleResolver } from './rule-resolver.ts';

/** Who may: system:masters, RBAC and nodes, the reviews, and no escalation by writing roles or bindings. */
export const authorizationExtension: ServerExtensionFactory = ({ api, authorize }) => {
  const resolver = createRuleResolver(api);
  return {
    name: 'authorization',
    // Node comes last: what RBAC allows needs no look at the pods of a node.
    authorizers: [
      privileged,
      Object.assign(rbacAuthorizer(resolver), { mode: 'RBAC' }),
      Object.assign(nodeAuthorizer(api), { mode: 'Node' }),
    ],
    admission: [creationsPlugin(authorize), escalationPlugin(resolver, authorize)],
    subresources: accessReviewRoutes(authorize, resolver),
    start: () => resolver.synced(),
  };
};
