import { type CelAuthorizer, authorizerValue, requestResourceValue } from '../../../apimachinery/cel/functions/authorizer.ts';
import { serviceAccountUser } from '../../authentication/service-account-name.ts';
import type { AuthorizationAttributes } from '../../authorization/contract.ts';
import { decideByRules, privilegedGroup } from '../../authorization/rbac.ts';
import type { RuleResolver } from '../../authorization/rule-resolver.ts';
import type { AdmissionAttributes } from '../contract.ts';
import type { CelVariables } from './programs.ts';

/** `authorizer` and `authorizer.requestResource` for expressions: what the caller may do, by the rules in memory. */
export const authorizerVariables =
  (resolver: RuleResolver) =>
  ({ user, definition, subresource, namespace, name }: AdmissionAttributes): CelVariables => {
    const authorize: CelAuthorizer = (check) => {
      const subject = check.serviceAccount ? serviceAccountUser({ ...check.serviceAccount, uid: '' }) : user;
      if (subject.groups.includes(privilegedGroup)) return { allowed: true, reason: '' };
      const attributes: AuthorizationAttributes = {
        user: subject,
        verb: check.verb,
        ...(check.path === undefined
          ? {
              resource: {
                group: check.group ?? '',
                version: '*',
                resource: check.resource ?? '',
                subresource: check.subresource ?? '',
                namespace: check.namespace ?? '',
                name: check.name ?? '',
              },
            }
          : { nonResource: { path: check.path } }),
      };
      const { decision, reason } = decideByRules(resolver, attributes);
      return { allowed: decision === 'allow', reason };
    };
    const own = { group: definition.group, resource: definition.plural, subresource, namespace, name };
    return { authorizer: authorizerValue(authorize), 'authorizer.requestResource': requestResourceValue(authorize, own) };
  };
