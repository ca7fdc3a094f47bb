import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import { annotations, labels } from '../api/names.ts';
import type { PropagationPolicy } from '../api/propagation-policy.ts';
import { choosePolicy, precision } from './choose-policy.ts';

export interface Policies {
  readonly namespaced: readonly PropagationPolicy[];
  readonly cluster: readonly PropagationPolicy[];
}

/** Which policy has claimed a template, by its annotations. */
export const claimOf = ({ metadata }: UnstructuredObject): { readonly namespace: string; readonly name: string } | undefined => {
  const name = metadata.annotations?.[annotations.policyName];
  if (name !== undefined) return { namespace: metadata.annotations?.[annotations.policyNamespace] ?? '', name };
  const cluster = metadata.annotations?.[annotations.clusterPolicyName];
  return cluster === undefined ? undefined : { namespace: '', name: cluster };
};

/**
 * The policy that is to hold the template. A claim is honoured as long as its policy still selects the template, unless a policy with
 * `preemption: Always` outranks it: one of the namespace outranks any cluster policy, otherwise the higher priority does.
 */
export const decideClaim = (template: UnstructuredObject, policies: Policies): PropagationPolicy | undefined => {
  const candidates = template.metadata.namespace
    ? policies.namespaced.filter(({ metadata }) => metadata.namespace === template.metadata.namespace)
    : [];
  const claim = claimOf(template);
  const current = claim && (claim.namespace === '' ? policies.cluster : candidates).find(({ metadata }) => metadata.name === claim.name);
  if (!current || current.metadata.deletionTimestamp || !selects(current, template))
    return choosePolicy(candidates, template) ?? choosePolicy(policies.cluster, template);
  return preemptor(current, template, { namespaced: candidates, cluster: policies.cluster }) ?? current;
};

const selects = (policy: PropagationPolicy, template: UnstructuredObject): boolean =>
  policy.spec.resourceSelectors.some((selector) => precision(selector, template) > 0);

const preemptor = (
  current: PropagationPolicy,
  template: UnstructuredObject,
  { namespaced, cluster }: Policies,
): PropagationPolicy | undefined => {
  const always = (policies: readonly PropagationPolicy[]) => policies.filter(({ spec }) => spec.preemption === 'Always');
  const higher = (policies: readonly PropagationPolicy[]) =>
    policies.filter(({ spec }) => (spec.priority ?? 0) > (current.spec.priority ?? 0));
  if (current.metadata.namespace) return choosePolicy(higher(always(namespaced)), template);
  return choosePolicy(always(namespaced), template) ?? choosePolicy(higher(always(cluster)), template);
};

/** The metadata of a claim: what is set, and (null) what is cleared. */
export const claimPatch = (
  policy: PropagationPolicy | undefined,
): { readonly labels: Record<string, string | null>; readonly annotations: Record<string, string | null> } => {
  const namespaced = policy?.metadata.namespace ? policy : undefined;
  const cluster = policy && !namespaced ? policy : undefined;
  return {
    labels: {
      [labels.propagationPolicyId]: namespaced?.metadata.uid ?? null,
      [labels.clusterPropagationPolicyId]: cluster?.metadata.uid ?? null,
    },
    annotations: {
      [annotations.policyName]: namespaced?.metadata.name ?? null,
      [annotations.policyNamespace]: namespaced?.metadata.namespace ?? null,
      [annotations.clusterPolicyName]: cluster?.metadata.name ?? null,
    },
  };
};

/** Whether the object already carries exactly this claim. */
export const carriesClaim = ({ metadata }: UnstructuredObject, patch: ReturnType<typeof claimPatch>): boolean =>
  Object.entries(patch.labels).every(([key, value]) => (metadata.labels?.[key] ?? null) === value) &&
  Object.entries(patch.annotations).every(([key, value]) => (metadata.annotations?.[key] ?? null) === value);
