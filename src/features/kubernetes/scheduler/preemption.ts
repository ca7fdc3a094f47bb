import { labelSelectorFromSpec, matchesLabels } from '../../../apimachinery/selectors/label-selector.ts';
import type { PodDisruptionBudget } from '../../../api/policy/types.gen.ts';
import { findFeasible } from './decide.ts';
import { crowded, hopeless } from './filters/filter.ts';
import type { Cluster, Rejection } from './filters/filter.ts';
import { withPods } from './node-info.ts';
import type { NodeInfo } from './node-info.ts';
import type { PodInfo } from './pod-info.ts';

/** Nodes tried: enough to find a good one, few enough to stay fast. */
const maxCandidates = 100;

export interface Preemption {
  readonly node: NodeInfo;
  readonly victims: readonly PodInfo[];
  readonly violations: number;
}

/** The cheapest set of pods to evict for this one, or why there is none (one reason for each node). */
export const findPreemption = (
  pod: PodInfo,
  cluster: Cluster,
  { rejected, budgets }: { readonly rejected: ReadonlyMap<NodeInfo, Rejection>; readonly budgets: readonly PodDisruptionBudget[] },
): { readonly found?: Preemption; readonly rejections: readonly Rejection[] } => {
  const rejections: Rejection[] = [];
  const candidates: Preemption[] = [];
  for (const [node, { evictionHelps }] of rejected) {
    if (!evictionHelps) rejections.push(hopeless('Preemption is not helpful for scheduling'));
    else {
      const candidate = candidates.length < maxCandidates ? selectVictims(pod, node, { cluster, budgets }) : undefined;
      if (candidate) candidates.push(candidate);
      else rejections.push(crowded('No preemption victims found for incoming pod'));
    }
  }
  const found = candidates.toSorted(compareCost)[0];
  return found ? { found, rejections } : { rejections };
};

/** Evict all lower pods, then keep as many as fit again: those protected by budgets first, the important ones before the others. */
function selectVictims(
  pod: PodInfo,
  node: NodeInfo,
  { cluster, budgets }: { readonly cluster: Cluster; readonly budgets: readonly PodDisruptionBudget[] },
): Preemption | undefined {
  const lower = node.pods.filter(({ priority }) => priority < pod.priority);
  if (lower.length === 0) return undefined;
  let kept = node.pods.filter(({ priority }) => priority >= pod.priority);
  const fits = (pods: readonly PodInfo[]): boolean => {
    const changed = withPods(node, pods);
    const nodes = cluster.nodes.map((other) => (other.name === node.name ? changed : other));
    return findFeasible(pod, { ...cluster, nodes }).feasible.includes(changed);
  };
  if (!fits(kept)) return undefined;
  const { violating, others } = splitByBudget(lower.toSorted(byImportance), budgets);
  const victims: PodInfo[] = [];
  let violations = 0;
  for (const candidate of [...violating, ...others]) {
    if (fits([...kept, candidate])) kept = [...kept, candidate];
    else {
      victims.push(candidate);
      if (violating.includes(candidate)) violations += 1;
    }
  }
  return { node, victims, violations };
}

const startOf = ({ pod }: PodInfo): number => Date.parse(pod.status?.startTime ?? '') || Infinity;
const byImportance = (a: PodInfo, b: PodInfo): number => b.priority - a.priority || startOf(a) - startOf(b);

function splitByBudget(pods: readonly PodInfo[], budgets: readonly PodDisruptionBudget[]) {
  const allowed = new Map(budgets.map((budget) => [budget, budget.status?.disruptionsAllowed ?? 0]));
  const violating: PodInfo[] = [];
  const others: PodInfo[] = [];
  for (const info of pods) {
    const { metadata } = info.pod;
    const matching = budgets.filter(
      (budget) =>
        budget.metadata.namespace === metadata.namespace &&
        matchesLabels(labelSelectorFromSpec(budget.spec?.selector), metadata.labels) &&
        !budget.status?.disruptedPods?.[metadata.name],
    );
    for (const budget of matching) allowed.set(budget, (allowed.get(budget) ?? 0) - 1);
    (matching.some((budget) => (allowed.get(budget) ?? 0) < 0) ? violating : others).push(info);
  }
  return { violating, others };
}

const highest = ({ victims }: Preemption): number => Math.max(...victims.map(({ priority }) => priority));
const total = ({ victims }: Preemption): number => victims.reduce((sum, { priority }) => sum + priority + 2 ** 31, 0);
const earliest = ({ victims }: Preemption): number => Math.min(...victims.map(startOf));

/** Fewest broken budgets, least important victims, fewest of them, latest started. */
const compareCost = (a: Preemption, b: Preemption): number =>
  a.violations - b.violations ||
  highest(a) - highest(b) ||
  total(a) - total(b) ||
  a.victims.length - b.victims.length ||
  earliest(b) - earliest(a);
