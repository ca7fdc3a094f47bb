import type { ServerExtensionFactory } from '../extension.ts';
import { accessReviewRoutes } from './access-reviews.ts';
import { escalationPlugin } from './escalation.ts';
import { privileged, rbacAuthorizer } from './rbac.ts';
import { createRuleResolver } from './rule-resolver.ts';

/** Who may: system:masters and RBAC, the reviews, and no escalation by writing roles or bindings. */
export const authorizationExtension: ServerExtensionFactory = ({ api, authorize }) => {
  const resolver = createRuleResolver(api);
  return {
    name: 'authorization',
    authorizers: [privileged, rbacAuthorizer(resolver)],
    admission: [escalationPlugin(resolver, authorize)],
    subresources: accessReviewRoutes(authorize, resolver),
    start: () => resolver.synced(),
  };
};
