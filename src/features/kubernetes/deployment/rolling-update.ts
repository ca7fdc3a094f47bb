import type { Deployment, ReplicaSet } from '../../../api/apps/types.gen.ts';
import { actualOf, availableOf, byCreation, desiredOf, fenceposts, isRollingUpdate, sizeOf } from './replica-sets.ts';

export interface Resize {
  readonly replicaSet: ReplicaSet;
  readonly replicas: number;
}

/** The size the newest ReplicaSet may have now: as large as the surge leaves room for, never more than wanted. */
export const newestSize = (deployment: Deployment, all: readonly ReplicaSet[], newest: ReplicaSet | undefined): number => {
  const desired = desiredOf(deployment);
  const current = newest ? desiredOf(newest) : 0;
  if (!isRollingUpdate(deployment) || current >= desired) return desired;
  const room = desired + fenceposts(deployment).maxSurge - sizeOf(all);
  return room <= 0 ? current : current + Math.min(room, desired - current);
};

/** How the old ReplicaSets shrink now: first pods that are not available anyway, then as many as availability allows, oldest first. */
export const shrinkOld = (deployment: Deployment, newest: ReplicaSet, old: readonly ReplicaSet[]): readonly Resize[] => {
  const all = [...old, newest];
  const minAvailable = desiredOf(deployment) - fenceposts(deployment).maxUnavailable;
  const newestUnavailable = desiredOf(newest) - (newest.status?.availableReplicas ?? 0);
  const budget = sizeOf(all) - minAvailable - newestUnavailable;
  if (sizeOf(old) === 0 || budget <= 0) return [];
  const sizes = new Map(old.toSorted(byCreation).map((set) => [set, desiredOf(set)]));
  dropUnhealthy(sizes, budget);
  dropAvailable(sizes, availableOf(all) - minAvailable);
  return [...sizes].filter(([set, replicas]) => replicas !== desiredOf(set)).map(([replicaSet, replicas]) => ({ replicaSet, replicas }));
};

function dropUnhealthy(sizes: Map<ReplicaSet, number>, budget: number): void {
  let left = budget;
  for (const [set, size] of sizes) {
    const unhealthy = Math.min(left, size - (set.status?.availableReplicas ?? 0));
    if (size === 0 || unhealthy <= 0) continue;
    sizes.set(set, size - unhealthy);
    left -= unhealthy;
  }
}

function dropAvailable(sizes: Map<ReplicaSet, number>, budget: number): void {
  let left = budget;
  for (const [set, size] of sizes) {
    if (left <= 0) break;
    const dropped = Math.min(size, left);
    sizes.set(set, size - dropped);
    left -= dropped;
  }
}

/** Nothing of the old is left to wait for: their pods are all gone. */
export const oldAreGone = (old: readonly ReplicaSet[]): boolean => sizeOf(old) === 0 && actualOf(old) === 0;
