import type { KindDefinition } from '../../../api/kind-definition.ts';
import type { AdmissionAttributes } from '../contract.ts';

/** RuleWithOperations, and with names also NamedRuleWithOperations, of admissionregistration.k8s.io/v1. */
export interface AdmissionRule {
  readonly operations?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly apiVersions?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly scope?: string;
}

const has = (set: readonly string[] | undefined, value: string): boolean => set?.some((entry) => entry === '*' || entry === value) ?? false;

const matchesResource = (resources: readonly string[] | undefined, resource: string, subresource: string): boolean =>
  resources?.some((entry) => {
    const [wanted = '', wantedSub = ''] = entry.split('/', 2);
    const subMatches = wantedSub === '*' || wantedSub === subresource;
    return (wanted === '*' || wanted === resource) && subMatches;
  }) ?? false;

const matchesScope = (scope: string | undefined, definition: KindDefinition, name: string): boolean => {
  if (scope === undefined || scope === '*') return true;
  const isNamespaced = definition.namespaced && !(definition.plural === 'namespaces' && definition.group === '' && name !== '');
  return scope === (isNamespaced ? 'Namespaced' : 'Cluster');
};

/** Whether a rule takes in the request, were it made for this version of the kind. */
export const matchesRule = (
  rule: AdmissionRule,
  attributes: AdmissionAttributes,
  definition: KindDefinition = attributes.definition,
): boolean =>
  has(rule.operations, attributes.operation) &&
  has(rule.apiGroups, definition.group) &&
  has(rule.apiVersions, definition.version) &&
  matchesResource(rule.resources, definition.plural, attributes.subresource) &&
  (!rule.resourceNames?.length || rule.resourceNames.includes(attributes.name)) &&
  matchesScope(rule.scope, definition, attributes.name);

const isReview = ({ group, plural }: KindDefinition): boolean =>
  (group === 'authentication.k8s.io' || group === 'authorization.k8s.io') && plural.endsWith('reviews');

/** Policies never judge policies: one could not be repaired otherwise; nor questions about who may do what. */
export const isOutOfPolicies = ({ definition }: AdmissionAttributes): boolean =>
  isReview(definition) ||
  (definition.group === 'admissionregistration.k8s.io' && /^(validating|mutating)admissionpol/.test(definition.plural));

/** Admission's own configuration is never judged by webhooks. */
export const isExempt = ({ definition }: AdmissionAttributes): boolean =>
  definition.group === 'admissionregistration.k8s.io' && /^(validating|mutating)(webhook|admissionpol)/.test(definition.plural);
