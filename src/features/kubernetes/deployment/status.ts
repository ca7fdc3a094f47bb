import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from '../../../api/apps/types.gen.ts';
import { formatTime } from '../../../controller-runtime/clock.ts';
import { findCondition, withoutCondition } from '../common/conditions.ts';
import { actualOf, availableOf, desiredOf, fenceposts, readyOf } from './replica-sets.ts';

export const newReplicaSetAvailable = 'NewReplicaSetAvailable';
export const progressDeadlineExceeded = 'ProgressDeadlineExceeded';
export const deploymentPaused = 'DeploymentPaused';

/** 2^31 - 1 means that there is no deadline. */
export const hasProgressDeadline = ({ spec }: Pick<Deployment, 'spec'>): boolean =>
  spec.progressDeadlineSeconds !== undefined && spec.progressDeadlineSeconds !== 2_147_483_647;

/** The conditions with this one set; lastUpdateTime moves when the reason changes, lastTransitionTime when the status does. */
export const withDeploymentCondition = (
  conditions: readonly DeploymentCondition[] | undefined,
  condition: Pick<DeploymentCondition, 'type' | 'status' | 'reason' | 'message'>,
  options: { readonly now: number; readonly touch?: boolean },
): DeploymentCondition[] => {
  const old = findCondition(conditions, condition.type);
  if (old && !options.touch && old.status === condition.status && old.reason === condition.reason) return [...(conditions ?? [])];
  const time = formatTime(options.now);
  const transition = old?.status === condition.status && old.lastTransitionTime ? old.lastTransitionTime : time;
  return [...withoutCondition(conditions, condition.type), { ...condition, lastUpdateTime: time, lastTransitionTime: transition }];
};

/** Counters and the Available condition. */
export const countReplicas = (
  deployment: Deployment,
  { all, newest }: { readonly all: readonly ReplicaSet[]; readonly newest: ReplicaSet | undefined },
  now: number,
): DeploymentStatus => {
  const { status, metadata } = deployment;
  const total = actualOf(all);
  const available = availableOf(all);
  const updated = newest ? actualOf([newest]) : 0;
  const ready = readyOf(all);
  const terminating = all.reduce((sum, set) => sum + (set.status?.terminatingReplicas ?? 0), 0);
  const unavailable = Math.max(0, all.reduce((sum, set) => sum + desiredOf(set), 0) - available);
  const isAvailable = available >= desiredOf(deployment) - fenceposts(deployment).maxUnavailable;
  const conditions = withDeploymentCondition(
    status?.conditions,
    isAvailable
      ? { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message: 'Deployment has minimum availability.' }
      : {
          type: 'Available',
          status: 'False',
          reason: 'MinimumReplicasUnavailable',
          message: 'Deployment does not have minimum availability.',
        },
    { now },
  );
  return {
    ...positive({ replicas: total, updatedReplicas: updated, readyReplicas: ready, availableReplicas: available }),
    ...positive({ unavailableReplicas: unavailable, observedGeneration: metadata.generation ?? 0 }),
    terminatingReplicas: terminating,
    ...(status?.collisionCount === undefined ? {} : { collisionCount: status.collisionCount }),
    conditions,
  };
};

const positive = (values: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value > 0));

export const isComplete = (deployment: Deployment, status: DeploymentStatus): boolean => {
  const desired = desiredOf(deployment);
  return (
    (status.updatedReplicas ?? 0) === desired &&
    (status.replicas ?? 0) === desired &&
    (status.availableReplicas ?? 0) === desired &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  );
};

const outdated = (status: DeploymentStatus | undefined): number => (status?.replicas ?? 0) - (status?.updatedReplicas ?? 0);

const isProgressing = (old: DeploymentStatus | undefined, next: DeploymentStatus): boolean => {
  return (
    (next.updatedReplicas ?? 0) > (old?.updatedReplicas ?? 0) ||
    outdated(next) < outdated(old) ||
    (next.readyReplicas ?? 0) > (old?.readyReplicas ?? 0) ||
    (next.availableReplicas ?? 0) > (old?.availableReplicas ?? 0)
  );
};

/** Milliseconds left of the progress deadline; negative when it has passed, undefined when none runs. */
export const progressTimeLeft = (deployment: Deployment, status: DeploymentStatus, now: number): number | undefined => {
  const condition = findCondition(status.conditions, 'Progressing');
  if (!hasProgressDeadline(deployment) || !condition || isComplete(deployment, status)) return undefined;
  if (condition.reason === newReplicaSetAvailable || condition.reason === progressDeadlineExceeded) return undefined;
  const since = Date.parse(condition.lastUpdateTime ?? '') || now;
  return since + (deployment.spec.progressDeadlineSeconds ?? 600) * 1000 - now;
};

/** The status with the Progressing and ReplicaFailure conditions of a rollout. */
export const withProgress = (
  deployment: Deployment,
  status: DeploymentStatus,
  { newest, all, now }: { readonly newest: ReplicaSet | undefined; readonly all: readonly ReplicaSet[]; readonly now: number },
): DeploymentStatus => {
  let conditions: DeploymentCondition[] = [...(status.conditions ?? [])];
  const current = findCondition(deployment.status?.conditions, 'Progressing');
  const what = newest ? `ReplicaSet "${newest.metadata.name}"` : `Deployment "${deployment.metadata.name}"`;
  const settled = (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && current?.reason === newReplicaSetAvailable;
  if (!hasProgressDeadline(deployment)) conditions = withoutCondition(conditions, 'Progressing');
  else if (!settled) {
    const set = (state: string, reason: string, message: string, touch = false): void => {
      conditions = withDeploymentCondition(conditions, { type: 'Progressing', status: state, reason, message }, { now, touch });
    };
    const left = progressTimeLeft(deployment, { ...status, conditions }, now);
    if (isComplete(deployment, status)) set('True', newReplicaSetAvailable, `${what} has successfully progressed.`);
    else if (isProgressing(deployment.status, status)) set('True', 'ReplicaSetUpdated', `${what} is progressing.`, true);
    else if (left !== undefined && left < 0) set('False', progressDeadlineExceeded, `${what} has timed out progressing.`);
  }
  const failure = all.map((set) => findCondition(set.status?.conditions, 'ReplicaFailure')).find((condition) => condition !== undefined);
  conditions = failure
    ? withDeploymentCondition(conditions, { ...pickFailure(failure), type: 'ReplicaFailure' }, { now })
    : withoutCondition(conditions, 'ReplicaFailure');
  return { ...status, conditions };
};

const pickFailure = ({ status, reason, message }: { status: string; reason?: string; message?: string }) => ({
  status,
  ...(reason === undefined ? {} : { reason }),
  ...(message === undefined ? {} : { message }),
});
