import type { PodDisruptionBudget, PodDisruptionBudgetStatus } from '../../../api/policy/types.gen.ts';
import type { Pod } from '../../../api/core/types.gen.ts';
import { resolveIntOrPercent } from '../common/int-or-percent.ts';
import { isReady, isTerminal, isTerminating } from '../common/pod-state.ts';

/** An eviction that was granted but not seen to happen is believed for this long. */
const disruptionTimeoutMilliseconds = 2 * 60_000;

/** What a budget needs to know of its pods' controllers: how many pods they want together. */
export interface Expected {
  readonly count: number;
  /** Pods without a controller. */
  readonly unmanaged: readonly string[];
  /** Pods whose controller is gone, or has no scale. */
  readonly abandoned: readonly string[];
}

/** The wanted healthy pods; undefined when they cannot be computed. */
export const desiredHealthy = ({ spec }: PodDisruptionBudget, expected: number): number => {
  if (spec?.maxUnavailable !== undefined) return Math.max(0, expected - resolveIntOrPercent(spec.maxUnavailable, expected, 'up'));
  return resolveIntOrPercent(spec?.minAvailable ?? 1, expected, 'up');
};

/** Granted evictions still under way: the pod is there and not terminating, and the grant is young. */
export const pendingDisruptions = (
  budget: PodDisruptionBudget,
  pods: readonly Pod[],
  now: number,
): { readonly disrupted: Record<string, string>; readonly recheckMilliseconds: number | undefined } => {
  const disrupted: Record<string, string> = {};
  let recheck: number | undefined;
  for (const pod of pods) {
    const granted = budget.status?.disruptedPods?.[pod.metadata.name];
    if (granted === undefined || isTerminating(pod)) continue;
    const left = Date.parse(granted) + disruptionTimeoutMilliseconds - now;
    if (left <= 0) continue;
    disrupted[pod.metadata.name] = granted;
    recheck = Math.min(recheck ?? Infinity, left);
  }
  return { disrupted, recheckMilliseconds: recheck };
};

/** Counts of a budget over its pods. */
export const nextStatus = (
  budget: PodDisruptionBudget,
  { pods, expected, disrupted }: { readonly pods: readonly Pod[]; readonly expected: number; readonly disrupted: Record<string, string> },
): Omit<PodDisruptionBudgetStatus, 'conditions'> => {
  const healthy = pods.filter((pod) => !isTerminal(pod) && !isTerminating(pod) && isReady(pod) && !(pod.metadata.name in disrupted)).length;
  const desired = desiredHealthy(budget, expected);
  return {
    currentHealthy: healthy,
    desiredHealthy: desired,
    disruptionsAllowed: expected <= 0 ? 0 : Math.max(0, healthy - desired),
    expectedPods: expected,
    observedGeneration: budget.metadata.generation ?? 0,
    ...(Object.keys(disrupted).length > 0 ? { disruptedPods: disrupted } : {}),
  };
};
