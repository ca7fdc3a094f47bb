import type { DaemonSet, DaemonSetStatus } from '../../../api/apps/types.gen.ts';
import type { Node, Pod } from '../../../api/core/types.gen.ts';
import { resolveIntOrPercent } from '../common/int-or-percent.ts';
import { isAvailable, isReady, isTerminal, isTerminating } from '../common/pod-state.ts';
import { revisionHashLabel } from '../common/revision-history.ts';
import { nodeEligibility, targetNodeOf } from './placement.ts';

export interface DaemonPlan {
  readonly createOn: readonly string[];
  readonly remove: readonly Pod[];
}

export interface DaemonView {
  readonly set: DaemonSet;
  readonly nodes: readonly Node[];
  readonly pods: readonly Pod[];
  /** Of the present template. */
  readonly hash: string;
  readonly now: number;
}

const isUpdated = ({ metadata }: Pod, hash: string): boolean => metadata.labels?.[revisionHashLabel] === hash;

export const groupByNode = (pods: readonly Pod[]): ReadonlyMap<string, readonly Pod[]> => {
  const groups = new Map<string, Pod[]>();
  for (const pod of pods) {
    const node = targetNodeOf(pod);
    if (node !== undefined) groups.set(node, [...(groups.get(node) ?? []), pod]);
  }
  return groups;
};

const oldestFirst = (a: Pod, b: Pod): number =>
  Date.parse(a.metadata.creationTimestamp ?? '') - Date.parse(b.metadata.creationTimestamp ?? '') ||
  (a.metadata.name < b.metadata.name ? -1 : 1);

const boundAndOldestFirst = (a: Pod, b: Pod): number =>
  Number(Boolean(b.spec.nodeName)) - Number(Boolean(a.spec.nodeName)) || oldestFirst(a, b);

const budgets = ({ spec }: DaemonSet, desired: number): { readonly surge: number; readonly unavailable: number } => {
  const { maxSurge, maxUnavailable } = spec.updateStrategy?.rollingUpdate ?? {};
  const surge = resolveIntOrPercent(maxSurge ?? 0, desired, 'up');
  const unavailable = resolveIntOrPercent(maxUnavailable ?? 1, desired, 'up');
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
};

/** Where pods are missing, and which are too many: on nodes that no longer qualify, failed, or doubled. */
export const planPlacement = ({ set, nodes, pods, hash, now }: DaemonView): DaemonPlan => {
  const plan = { createOn: [] as string[], remove: [] as Pod[] };
  const byNode = groupByNode(pods);
  const surges = budgets(set, nodes.length).surge > 0 && (set.spec.updateStrategy?.type ?? 'RollingUpdate') === 'RollingUpdate';
  for (const node of nodes) {
    const { shouldRun, mayStay } = nodeEligibility(set, node);
    const here = (byNode.get(node.metadata.name) ?? []).filter((pod) => !isTerminating(pod));
    const failed = here.filter(({ status }) => status?.phase === 'Failed');
    const alive = here.filter((pod) => !isTerminal(pod)).toSorted(oldestFirst);
    if (!mayStay) {
      plan.remove.push(...here);
      continue;
    }
    plan.remove.push(...failed);
    if (here.length === 0 && shouldRun) plan.createOn.push(node.metadata.name);
    plan.remove.push(...surplus(alive, { surges, hash, available: (pod) => isAvailable(pod, set.spec.minReadySeconds ?? 0, now) }));
  }
  const known = new Set(nodes.map(({ metadata }) => metadata.name));
  for (const [node, there] of byNode)
    if (!known.has(node)) plan.remove.push(...there.filter((pod) => !isTerminating(pod) && !pod.spec.nodeName));
  return plan;
};

/** One pod stays; while surging the old one stays beside the new until that is available. */
function surplus(
  alive: readonly Pod[],
  { surges, hash, available }: { readonly surges: boolean; readonly hash: string; readonly available: (pod: Pod) => boolean },
): readonly Pod[] {
  if (alive.length <= 1) return [];
  const fresh = alive.filter((pod) => isUpdated(pod, hash));
  const old = alive.filter((pod) => !isUpdated(pod, hash));
  if (!surges || fresh.length === 0 || old.length === 0) return alive.slice(1);
  return [...(fresh.some(available) ? old : old.slice(1)), ...fresh.slice(1)];
}

/** The next pods of a rolling update: outdated ones to delete, or nodes to put a second pod on when surging. */
export const planUpdate = ({ set, nodes, pods, hash, now }: DaemonView): DaemonPlan => {
  const plan = { createOn: [] as string[], remove: [] as Pod[] };
  if ((set.spec.updateStrategy?.type ?? 'RollingUpdate') !== 'RollingUpdate') return plan;
  const eligible = nodes.filter((node) => nodeEligibility(set, node).shouldRun);
  const { surge, unavailable } = budgets(set, eligible.length);
  const available = (pod: Pod): boolean => isAvailable(pod, set.spec.minReadySeconds ?? 0, now) && !isTerminating(pod);
  const byNode = groupByNode(pods);
  const perNode = eligible.map(({ metadata }) => ({ name: metadata.name, pods: byNode.get(metadata.name) ?? [] }));
  if (surge > 0) {
    let surging = perNode.filter((node) => node.pods.length > 1).length;
    for (const node of perNode) {
      const outdated = node.pods.length === 1 && !isTerminating(node.pods[0] as Pod) && !isUpdated(node.pods[0] as Pod, hash);
      if (!outdated || surging >= surge) continue;
      surging += 1;
      plan.createOn.push(node.name);
    }
    return plan;
  }
  let away = perNode.filter((node) => !node.pods.some(available)).length;
  for (const node of perNode) {
    const outdated = node.pods.filter((pod) => !isTerminating(pod) && !isUpdated(pod, hash));
    if (outdated.length === 0) continue;
    const costs = outdated.some(available) ? 1 : 0;
    if (away + costs > unavailable && costs > 0) continue;
    away += costs;
    plan.remove.push(...outdated);
  }
  return plan;
};

/** Each node counts once, by its bound and oldest pod: while surging that is the one about to go. */
export const nextStatus = ({ set, nodes, pods, hash, now }: DaemonView): DaemonSetStatus => {
  const byNode = groupByNode(pods);
  const counts = { desired: 0, current: 0, misscheduled: 0, ready: 0, available: 0, updated: 0 };
  for (const node of nodes) {
    const here = (byNode.get(node.metadata.name) ?? []).toSorted(boundAndOldestFirst);
    const { shouldRun } = nodeEligibility(set, node);
    if (!shouldRun) {
      counts.misscheduled += Number(here.length > 0);
      continue;
    }
    counts.desired += 1;
    if (here.length === 0) continue;
    counts.current += 1;
    const [first] = here;
    counts.updated += Number(first !== undefined && isUpdated(first, hash));
    counts.ready += Number(first !== undefined && isReady(first));
    counts.available += Number(first !== undefined && isAvailable(first, set.spec.minReadySeconds ?? 0, now));
  }
  const { desired, available } = counts;
  return {
    currentNumberScheduled: counts.current,
    desiredNumberScheduled: desired,
    numberMisscheduled: counts.misscheduled,
    numberReady: counts.ready,
    ...positive({
      numberAvailable: available,
      numberUnavailable: desired - available,
      updatedNumberScheduled: counts.updated,
      observedGeneration: set.metadata.generation ?? 0,
    }),
    ...(set.status?.collisionCount === undefined ? {} : { collisionCount: set.status.collisionCount }),
    ...(set.status?.conditions ? { conditions: set.status.conditions } : {}),
  };
};

const positive = (values: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value > 0));
