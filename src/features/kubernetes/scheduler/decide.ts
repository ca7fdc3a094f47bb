import type { Cluster, Filter, Rejection } from './filters/filter.ts';
import { hostPorts } from './filters/host-ports.ts';
import { nodeAffinity } from './filters/node-affinity.ts';
import { nodeName } from './filters/node-name.ts';
import { podAffinity } from './filters/pod-affinity.ts';
import { resourcesFit } from './filters/resources.ts';
import { taints, unschedulableNodes } from './filters/taints.ts';
import { topologySpread } from './filters/topology-spread.ts';
import { volumes } from './filters/volumes.ts';
import type { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';
import { podAffinityPreference } from './scores/pod-affinity.ts';
import { fewerTaints, preferredNodes } from './scores/preferences.ts';
import { balancedAllocation, leastAllocated } from './scores/resources.ts';
import type { Score } from './scores/score.ts';
import { spreading } from './scores/spreading.ts';

/** In the original's order: the first to reject a node gives the reason. */
const filters: readonly Filter[] = [
  unschedulableNodes,
  nodeName,
  taints,
  nodeAffinity,
  hostPorts,
  resourcesFit,
  volumes,
  topologySpread,
  podAffinity,
];

const scores: readonly { readonly score: Score; readonly weight: number }[] = [
  { score: fewerTaints, weight: 3 },
  { score: preferredNodes, weight: 2 },
  { score: spreading, weight: 2 },
  { score: podAffinityPreference, weight: 2 },
  { score: leastAllocated, weight: 1 },
  { score: balancedAllocation, weight: 1 },
];

export interface Feasibility {
  readonly feasible: readonly NodeInfo[];
  readonly rejected: ReadonlyMap<NodeInfo, Rejection>;
}

/** Runs every filter on every node. */
export const findFeasible = (pod: PodInfo, cluster: Cluster): Feasibility => {
  const active = filters.map((filter) => filter(pod, cluster)).filter((filter) => filter !== undefined);
  const feasible: NodeInfo[] = [];
  const rejected = new Map<NodeInfo, Rejection>();
  for (const node of cluster.nodes) {
    const rejection = firstRejection(active, node);
    if (rejection) rejected.set(node, rejection);
    else feasible.push(node);
  }
  return { feasible, rejected };
};

function firstRejection(active: readonly ((node: NodeInfo) => Rejection | undefined)[], node: NodeInfo): Rejection | undefined {
  for (const filter of active) {
    const rejection = filter(node);
    if (rejection) return rejection;
  }
  return undefined;
}

/** The feasible node with the highest score; `random` chooses among equals. */
export const chooseNode = (
  pod: PodInfo,
  feasible: readonly NodeInfo[],
  { cluster, random }: { cluster: Cluster; random: () => number },
): NodeInfo => {
  const totals = feasible.map(() => 0);
  if (feasible.length > 1) {
    for (const { score, weight } of scores) {
      for (const [index, value] of (score(pod, feasible, cluster) ?? []).entries())
        totals[index] = (totals[index] ?? 0) + Math.round(value) * weight;
    }
  }
  const best = Math.max(...totals);
  const equals = feasible.filter((_, index) => totals[index] === best);
  return equals[Math.floor(random() * equals.length)] as NodeInfo;
};

/** `0/3 nodes are available: 1 Insufficient cpu, 2 node(s) were unschedulable.` */
export const explain = (rejections: readonly Rejection[]): string => {
  const counts = new Map<string, number>();
  for (const reason of rejections.flatMap(({ reasons }) => reasons)) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const listed = [...counts].map(([reason, count]) => `${count} ${reason}`).toSorted();
  return `0/${rejections.length} nodes are available: ${listed.join(', ')}.`;
};
