import { goQuote } from '../../apimachinery/text/go-quote.ts';
import { aggregateMessages } from '../../apimachinery/validation/format-field-error.ts';
import type { AuthorizationAttributes, AuthorizationDecision, Authorizer } from './contract.ts';
import { ruleAllows } from './policy-rule.ts';
import { roleRefOf, type Subject } from './role-objects.ts';
import type { BindingMatch } from './binding-index.ts';
import type { RuleResolver } from './rule-resolver.ts';

export const privilegedGroup = 'system:masters';

/** Members of system:masters may do everything, whatever the roles say. */
export const privileged: Authorizer = ({ user }) =>
  user.groups.includes(privilegedGroup) ? { decision: 'allow', reason: '' } : { decision: 'no-opinion', reason: '' };

const describeSubject = ({ kind, name, namespace }: Subject, bindingNamespace: string): string =>
  kind === 'ServiceAccount' ? `${kind} ${goQuote(`${name}/${namespace || bindingNamespace}`)}` : `${kind} ${goQuote(name)}`;

const describeMatch = ({ binding, subject }: BindingMatch): string => {
  const { namespace, name } = binding.metadata;
  const ref = roleRefOf(binding);
  const what = namespace ? `RoleBinding ${goQuote(`${name}/${namespace}`)}` : `ClusterRoleBinding ${goQuote(name)}`;
  return `${what} of ${ref.kind} ${goQuote(ref.name)} to ${describeSubject(subject, namespace ?? '')}`;
};

/** What the rules in the caches say right now. */
export const decideByRules = (resolver: RuleResolver, attributes: AuthorizationAttributes): AuthorizationDecision => {
  const missing: string[] = [];
  for (const source of resolver.sources(attributes.user, attributes.resource?.namespace ?? '')) {
    if (source.missing !== undefined) missing.push(source.missing);
    for (const rule of source.rules) {
      if (ruleAllows(rule, attributes)) return { decision: 'allow', reason: `RBAC: allowed by ${describeMatch(source.match)}` };
    }
  }
  return { decision: 'no-opinion', reason: missing.length > 0 ? `RBAC: ${aggregateMessages(missing)}` : '' };
};

/** Role-based access control over the resolver's caches. Allows or has no opinion; the reason names the binding, or the roles that are missing. */
export const rbacAuthorizer = (resolver: RuleResolver): Authorizer => {
  let ready = false;
  const waiting = resolver.synced().then(() => {
    ready = true;
  });
  waiting.catch(() => {});
  return (attributes) => (ready ? decideByRules(resolver, attributes) : waiting.then(() => decideByRules(resolver, attributes)));
};
