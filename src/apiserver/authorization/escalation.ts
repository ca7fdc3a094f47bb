import { forbidden, notFound } from '../../apimachinery/errors/api-errors.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { semanticEqual } from '../../apimachinery/equality/semantic-equal.ts';
import { goQuote } from '../../apimachinery/text/go-quote.ts';
import type { AdmissionAttributes, AdmissionPlugin } from '../admission/contract.ts';
import type { AuthorizationAttributes, AuthorizationDecision } from './contract.ts';
import { describeRules, quoteList } from './describe-rules.ts';
import { type PolicyRule, uncovered } from './policy-rule.ts';
import { privilegedGroup } from './rbac.ts';
import { rbacGroup, roleRefOf, rulesOf } from './role-objects.ts';
import type { RuleResolver } from './rule-resolver.ts';

type Authorize = (attributes: AuthorizationAttributes) => Promise<AuthorizationDecision>;

const everything: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
];

const aggregates = (role: UnstructuredObject | undefined): boolean =>
  ((role?.['aggregationRule'] as { clusterRoleSelectors?: unknown[] } | undefined)?.clusterRoleSelectors?.length ?? 0) > 0;

const withoutCollection = ({ metadata, ...rest }: UnstructuredObject): unknown => ({
  ...rest,
  metadata: { ...metadata, ownerReferences: undefined, finalizers: undefined, managedFields: undefined },
});

/** An update that only lets the garbage collector finish its work gives nobody anything. */
const onlyCollects = (object: UnstructuredObject, old: UnstructuredObject | undefined): boolean =>
  old !== undefined && semanticEqual(withoutCollection(object), withoutCollection(old));

const refuse = ({ definition, object }: AdmissionAttributes, reason: string): Error =>
  forbidden({ group: rbacGroup, resource: definition.plural }, object?.metadata.name ?? '', reason);

/** Nobody may grant what he does not have: checks writes of roles and bindings, unless the verbs `escalate` or `bind` are allowed. */
export const escalationPlugin = (resolver: RuleResolver, authorize: Authorize): AdmissionPlugin => {
  const objection = ({ user, namespace }: AdmissionAttributes, wanted: readonly PolicyRule[]): string | undefined => {
    const { rules, errors } = resolver.rulesFor(user, namespace);
    const missing = uncovered(rules, wanted);
    if (missing.length === 0) return undefined;
    const resolution = errors.length > 0 ? `; resolution errors: [${errors.join(' ')}]` : '';
    return `user ${goQuote(user.username)} (groups=${quoteList(user.groups)}) is attempting to grant RBAC permissions not currently held:\n${describeRules(missing).join('\n')}${resolution}`;
  };
  const mayVerb = async (attributes: AdmissionAttributes, verb: string, target: { resource: string; name: string }): Promise<boolean> => {
    const resource = { group: rbacGroup, version: '*', subresource: '', namespace: attributes.namespace, ...target };
    return (await authorize({ user: attributes.user, verb, resource })).decision === 'allow';
  };
  const checkRole = async (attributes: AdmissionAttributes): Promise<void> => {
    const { definition, object, oldObject } = attributes;
    if (await mayVerb(attributes, 'escalate', { resource: definition.plural, name: oldObject?.metadata.name ?? '' })) return;
    const reason = objection(attributes, rulesOf(object));
    if (reason !== undefined) throw refuse(attributes, reason);
    if ((aggregates(object) || aggregates(oldObject)) && objection(attributes, everything) !== undefined) {
      throw refuse(attributes, 'must have cluster-admin privileges to use the aggregationRule');
    }
  };
  const checkBinding = async (attributes: AdmissionAttributes, binding: UnstructuredObject): Promise<void> => {
    const ref = roleRefOf(binding);
    const resource = ref.kind === 'ClusterRole' ? 'clusterroles' : 'roles';
    if (await mayVerb(attributes, 'bind', { resource, name: ref.name })) return;
    const rules = await resolver.readRoleRules(ref, attributes.namespace);
    if (!rules) throw notFound({ group: rbacGroup, resource: attributes.definition.plural }, ref.name);
    const reason = objection(attributes, rules);
    if (reason !== undefined) throw refuse(attributes, reason);
  };

  return {
    name: 'RBACEscalation',
    handles: ({ definition, operation, subresource, user }) =>
      definition.group === rbacGroup &&
      subresource === '' &&
      (operation === 'CREATE' || operation === 'UPDATE') &&
      !user.groups.includes(privilegedGroup),
    async validate(attributes) {
      const { object, oldObject } = attributes;
      if (!object || onlyCollects(object, oldObject)) return;
      await resolver.synced();
      if (attributes.definition.plural.endsWith('bindings')) await checkBinding(attributes, object);
      else await checkRole(attributes);
    },
  };
};
