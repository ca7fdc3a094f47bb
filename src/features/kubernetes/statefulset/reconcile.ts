import type { ControllerRevision, StatefulSet, StatefulSetStatus } from '../../../api/apps/types.gen.ts';
import type { Pod } from '../../../api/core/types.gen.ts';
import { resolveIntOrPercent } from '../common/int-or-percent.ts';
import { isAvailable, isReady, isTerminal, isTerminating } from '../common/pod-state.ts';
import { revisionHashLabel } from '../common/revision-history.ts';
import { ordinalOf } from './identity.ts';

/** One thing to do now. */
export type Action =
  | { readonly create: { readonly ordinal: number; readonly revision: ControllerRevision } }
  | { readonly remove: { readonly pod: Pod } };

export interface Revisions {
  /** What most pods were at before the rollout. */
  readonly current: ControllerRevision;
  /** The present template. */
  readonly update: ControllerRevision;
}

export const revisionOf = ({ metadata }: Pod): string | undefined => metadata.labels?.[revisionHashLabel];
const startOf = ({ spec }: StatefulSet): number => spec.ordinals?.start ?? 0;
const replicasOf = ({ spec }: StatefulSet): number => spec.replicas ?? 1;
/** Outside the wanted ordinals: scaled away. */
export const isCondemned = (set: StatefulSet, pod: Pod): boolean =>
  ordinalOf(set, pod) < startOf(set) || ordinalOf(set, pod) >= startOf(set) + replicasOf(set);
const isRolling = ({ spec }: StatefulSet): boolean => (spec.updateStrategy?.type ?? 'RollingUpdate') === 'RollingUpdate';
const partitionOf = ({ spec }: StatefulSet): number | undefined => spec.updateStrategy?.rollingUpdate?.partition;
const isRunningAndReady = (pod: Pod): boolean => pod.status?.phase === 'Running' && isReady(pod);

/** Pods below the partition, or not yet reached by the rollout, are made anew at the revision they had. */
const revisionFor = (set: StatefulSet, ordinal: number, revisions: Revisions): ControllerRevision => {
  if (!isRolling(set)) return revisions.update;
  const kept = partitionOf(set) ?? set.status?.currentReplicas ?? 0;
  return ordinal < startOf(set) + kept ? revisions.current : revisions.update;
};

/**
 * What to do next. Ordered sets take one step at a time, from the lowest ordinal up when creating and from the highest down when removing
 * and updating; Parallel ones do not wait.
 */
export const nextActions = (
  set: StatefulSet,
  pods: readonly Pod[],
  { revisions, now }: { readonly revisions: Revisions; readonly now: number },
): readonly Action[] => {
  const first = startOf(set);
  const last = first + replicasOf(set) - 1;
  const ordered = set.spec.podManagementPolicy !== 'Parallel';
  const byOrdinal = new Map(pods.map((pod) => [ordinalOf(set, pod), pod]));
  const healthy = (pod: Pod): boolean => isRunningAndReady(pod) && isAvailable(pod, set.spec.minReadySeconds ?? 0, now);
  const actions: Action[] = [];

  for (let ordinal = first; ordinal <= last; ordinal += 1) {
    const pod = byOrdinal.get(ordinal);
    if (!pod) actions.push({ create: { ordinal, revision: revisionFor(set, ordinal, revisions) } });
    else if (isTerminal(pod) && !isTerminating(pod)) actions.push({ remove: { pod } });
    if (ordered && (!pod || isTerminal(pod) || isTerminating(pod) || !healthy(pod))) return actions;
  }
  const condemned = pods.filter((pod) => isCondemned(set, pod)).toSorted((a, b) => ordinalOf(set, b) - ordinalOf(set, a));
  for (const pod of condemned) {
    if (!isTerminating(pod)) actions.push({ remove: { pod } });
    if (ordered) return actions;
  }
  if (actions.length > 0 || !isRolling(set)) return actions;
  return updates(set, byOrdinal, { revisions, healthy });
};

/** Outdated pods to delete, highest ordinal first, as long as no more than maxUnavailable are away. */
function updates(
  set: StatefulSet,
  byOrdinal: ReadonlyMap<number, Pod>,
  { revisions, healthy }: { readonly revisions: Revisions; readonly healthy: (pod: Pod) => boolean },
): readonly Action[] {
  const first = startOf(set);
  const last = first + replicasOf(set) - 1;
  const limit = Math.max(1, resolveIntOrPercent(set.spec.updateStrategy?.rollingUpdate?.maxUnavailable ?? 1, replicasOf(set), 'up'));
  const actions: Action[] = [];
  let unavailable = 0;
  for (let ordinal = first; ordinal <= last; ordinal += 1) {
    const pod = byOrdinal.get(ordinal);
    if (!pod || isTerminating(pod) || !healthy(pod)) unavailable += 1;
  }
  for (let ordinal = last; ordinal >= first + (partitionOf(set) ?? 0); ordinal -= 1) {
    const pod = byOrdinal.get(ordinal);
    if (!pod || isTerminating(pod) || revisionOf(pod) === revisions.update.metadata.name) continue;
    // A pod that is away already costs nothing more.
    const costs = healthy(pod) ? 1 : 0;
    if (unavailable + costs > limit) break;
    unavailable += costs;
    actions.push({ remove: { pod } });
  }
  return actions;
}

/** Counters and revisions; when a rollout is complete the update revision becomes the current one. */
export const nextStatus = (
  set: StatefulSet,
  pods: readonly Pod[],
  { revisions, now }: { readonly revisions: Revisions; readonly now: number },
): StatefulSetStatus => {
  const { current, update } = revisions;
  const count = (test: (pod: Pod) => boolean): number => pods.filter(test).length;
  const updated = count((pod) => revisionOf(pod) === update.metadata.name && !isTerminating(pod));
  const ready = count(isRunningAndReady);
  const total = pods.length;
  const complete = isRolling(set) && updated === replicasOf(set) && ready === replicasOf(set) && total === replicasOf(set);
  const atCurrent = count((pod) => revisionOf(pod) === current.metadata.name && !isTerminating(pod));
  return {
    observedGeneration: set.metadata.generation ?? 0,
    replicas: total,
    ...positive({ readyReplicas: ready, currentReplicas: complete ? updated : atCurrent, updatedReplicas: updated }),
    availableReplicas: count((pod) => isRunningAndReady(pod) && isAvailable(pod, set.spec.minReadySeconds ?? 0, now)),
    currentRevision: (complete ? update : current).metadata.name,
    updateRevision: update.metadata.name,
    collisionCount: set.status?.collisionCount ?? 0,
  };
};

const positive = (values: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value > 0));
