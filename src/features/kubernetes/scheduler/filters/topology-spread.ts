import { labelSelectorFromSpec, matchesLabels } from '../../../../apimachinery/selectors/label-selector.ts';
import type { LabelSelector } from '../../../../apimachinery/selectors/label-selector.ts';
import type { Pod, TopologySpreadConstraint } from '../../../../api/core/types.gen.ts';
import { untolerated } from '../../common/tolerates.ts';
import type { NodeInfo } from '../node-info.ts';
import { crowded, hopeless } from './filter.ts';
import type { Cluster, Filter } from './filter.ts';
import { matchesNodeAffinity } from '../../common/node-affinity.ts';

export interface SpreadConstraint {
  readonly topologyKey: string;
  readonly maxSkew: number;
  readonly minDomains: number;
  readonly selector: LabelSelector;
  /** Whether a node's pods count, by the inclusion policies (KEP-3094). */
  readonly includes: (node: NodeInfo) => boolean;
}

/** The constraints of one kind, with matchLabelKeys folded into their selectors (KEP-3243). */
export const spreadConstraints = (
  pod: Pod,
  whenUnsatisfiable: TopologySpreadConstraint['whenUnsatisfiable'],
): readonly SpreadConstraint[] =>
  (pod.spec.topologySpreadConstraints ?? [])
    .filter((constraint) => constraint.whenUnsatisfiable === whenUnsatisfiable)
    .map((constraint) => {
      const keys = (constraint.matchLabelKeys ?? []).filter((key) => pod.metadata.labels?.[key] !== undefined);
      const selector = labelSelectorFromSpec(constraint.labelSelector);
      const same = keys.map((key) => ({ key, operator: 'in' as const, values: [pod.metadata.labels?.[key] ?? ''] }));
      return {
        topologyKey: constraint.topologyKey,
        maxSkew: constraint.maxSkew,
        minDomains: constraint.minDomains ?? 1,
        selector: { ...selector, requirements: [...selector.requirements, ...same] },
        includes: (node) =>
          (constraint.nodeAffinityPolicy === 'Ignore' || matchesNodeAffinity(pod, node)) &&
          (constraint.nodeTaintsPolicy !== 'Honor' ||
            !untolerated(node.node.spec?.taints, pod.spec.tolerations, ['NoSchedule', 'NoExecute'])),
      };
    });

/** Matching pods of the namespace on a node; those being deleted do not count. */
export const countMatching = ({ pods }: NodeInfo, selector: LabelSelector, namespace: string | undefined): number =>
  pods.filter(
    ({ pod: { metadata } }) => metadata.namespace === namespace && !metadata.deletionTimestamp && matchesLabels(selector, metadata.labels),
  ).length;

/** Matching pods by topology value, over the nodes that have every constraint's label. */
export const countDomains = (
  pod: Pod,
  constraint: SpreadConstraint,
  { nodes, keys }: { readonly nodes: Cluster['nodes']; readonly keys: readonly string[] },
): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const node of nodes) {
    const domain = node.labels[constraint.topologyKey];
    if (domain === undefined || keys.some((key) => node.labels[key] === undefined) || !constraint.includes(node)) continue;
    counts.set(domain, (counts.get(domain) ?? 0) + countMatching(node, constraint.selector, pod.metadata.namespace));
  }
  return counts;
};

export const topologySpread: Filter = ({ pod }, { nodes }) => {
  const constraints = spreadConstraints(pod, 'DoNotSchedule');
  if (constraints.length === 0) return undefined;
  const keys = constraints.map(({ topologyKey }) => topologyKey);
  const counted = constraints.map((constraint) => {
    const domains = countDomains(pod, constraint, { nodes, keys });
    const fewest = domains.size < constraint.minDomains ? 0 : Math.min(...domains.values());
    return { constraint, domains, fewest, self: matchesLabels(constraint.selector, pod.metadata.labels) ? 1 : 0 };
  });
  return ({ labels }) => {
    for (const { constraint, domains, fewest, self } of counted) {
      const domain = labels[constraint.topologyKey];
      if (domain === undefined) return hopeless("node(s) didn't match pod topology spread constraints (missing required label)");
      if ((domains.get(domain) ?? 0) + self - fewest > constraint.maxSkew)
        return crowded("node(s) didn't match pod topology spread constraints");
    }
    return undefined;
  };
};
