import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import type { Cluster } from '../../fleet/api/cluster.ts';
import type { OverridePolicy, Overriders } from '../api/override-policy.ts';
import { precision } from '../claim/choose-policy.ts';
import { matchesAffinity } from '../schedule/affinity.ts';

/** One rule that applies, and the policy it is from. */
export interface MatchingRule {
  readonly policy: string;
  readonly overriders: Overriders;
}

/** A policy without selectors applies to everything; with selectors, as exactly as its most exact match. 0 is no match. */
const generality = ({ spec }: OverridePolicy, object: UnstructuredObject): number =>
  spec.resourceSelectors === undefined || spec.resourceSelectors.length === 0
    ? 0.5
    : Math.max(0, ...spec.resourceSelectors.map((selector) => precision(selector, object)));

/**
 * The rules for one object on one cluster, in the order of application: cluster policies before the namespace's, each from general to specific, then
 * by name, so that the most specific has the last word.
 */
export const matchingOverrides = (
  object: UnstructuredObject,
  cluster: Cluster,
  policies: { readonly cluster: readonly OverridePolicy[]; readonly namespaced: readonly OverridePolicy[] },
): MatchingRule[] => [...rulesOf(object, cluster, policies.cluster), ...rulesOf(object, cluster, policies.namespaced)];

const rulesOf = (object: UnstructuredObject, cluster: Cluster, policies: readonly OverridePolicy[]): MatchingRule[] =>
  policies
    .map((policy) => ({ policy, match: generality(policy, object) }))
    .filter(({ match }) => match > 0)
    .toSorted((a, b) => a.match - b.match || (a.policy.metadata.name < b.policy.metadata.name ? -1 : 1))
    .flatMap(({ policy }) =>
      rulesFor(policy)
        .filter(({ targetCluster }) => matchesAffinity(targetCluster, cluster))
        .map(({ overriders }) => ({ policy: policy.metadata.name, overriders })),
    );

/** The older form, one targetCluster beside one overriders, counts as a rule. */
const rulesFor = ({ spec }: OverridePolicy): NonNullable<OverridePolicy['spec']['overrideRules']> =>
  spec.overrideRules ??
  (spec.overriders ? [{ overriders: spec.overriders, ...(spec.targetCluster ? { targetCluster: spec.targetCluster } : {}) }] : []);
