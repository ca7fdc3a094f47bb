import type { Deployment, ReplicaSet } from '../../../api/apps/types.gen.ts';
import { desiredReplicasOf, maxReplicasOf } from './annotations.ts';
import { byCreation, desiredOf, fenceposts, isRollingUpdate, sizeOf } from './replica-sets.ts';
import type { Resize } from './rolling-update.ts';

/** The Deployment was scaled since its ReplicaSets were sized. */
export const isScalingEvent = (deployment: Deployment, all: readonly ReplicaSet[]): boolean =>
  all.some((set) => {
    const desired = desiredReplicasOf(set);
    return desiredOf(set) > 0 && desired !== undefined && desired !== desiredOf(deployment);
  });

/** The sizes after a change of spec.replicas (or while paused): one active ReplicaSet takes it all, several share in proportion. */
export const scaleReplicaSets = (deployment: Deployment, newest: ReplicaSet | undefined, old: readonly ReplicaSet[]): readonly Resize[] => {
  const desired = desiredOf(deployment);
  const all = [...old, ...(newest ? [newest] : [])];
  const active = all.filter((set) => desiredOf(set) > 0);
  const only = active.length === 1 ? active[0] : active.length === 0 ? (newest ?? old.toSorted(byCreation).at(-1)) : undefined;
  if (only) return desiredOf(only) === desired ? [] : [{ replicaSet: only, replicas: desired }];
  if (newest && isSaturated(deployment, newest)) {
    return old.filter((set) => desiredOf(set) > 0).map((replicaSet) => ({ replicaSet, replicas: 0 }));
  }
  return isRollingUpdate(deployment) ? shareChange(deployment, active) : [];
};

const isSaturated = (deployment: Deployment, set: ReplicaSet): boolean =>
  desiredReplicasOf(set) === desiredOf(deployment) &&
  desiredOf(set) === desiredOf(deployment) &&
  (set.status?.availableReplicas ?? 0) === desiredOf(deployment);

function shareChange(deployment: Deployment, active: readonly ReplicaSet[]): readonly Resize[] {
  const desired = desiredOf(deployment);
  const allowed = desired > 0 ? desired + fenceposts(deployment).maxSurge : 0;
  const change = allowed - sizeOf(active);
  // Growing favours the newer of equals, shrinking the older; the largest takes what rounding leaves.
  const ordered = active.toSorted((a, b) => desiredOf(b) - desiredOf(a) || (change > 0 ? byCreation(b, a) : byCreation(a, b)));
  let added = 0;
  const resizes = ordered.map((replicaSet) => {
    const share = shareOf(deployment, replicaSet, { change, added });
    added += share;
    return { replicaSet, replicas: desiredOf(replicaSet) + share };
  });
  return resizes.map((resize, index) => (index === 0 ? { ...resize, replicas: Math.max(0, resize.replicas + change - added) } : resize));
}

function shareOf(deployment: Deployment, set: ReplicaSet, { change, added }: { change: number; added: number }): number {
  if (change === 0 || change === added) return 0;
  const fraction = fractionOf(deployment, set);
  return change > 0 ? Math.min(fraction, change - added) : Math.max(fraction, change - added);
}

/** What this ReplicaSet gains when the Deployment's maximum goes from what it was to what it is. */
function fractionOf(deployment: Deployment, set: ReplicaSet): number {
  const desired = desiredOf(deployment);
  if (desired === 0) return -desiredOf(set);
  const before = maxReplicasOf(set) || deployment.status?.replicas || desiredOf(set);
  return Math.round((desiredOf(set) * (desired + fenceposts(deployment).maxSurge)) / before) - desiredOf(set);
}
