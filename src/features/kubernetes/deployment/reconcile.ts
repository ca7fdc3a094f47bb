import { jsonEqual } from '../../../apimachinery/equality/json-equal.ts';
import { semanticEqual } from '../../../apimachinery/equality/semantic-equal.ts';
import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import type { Deployment, DeploymentStatus, ReplicaSet } from '../../../api/apps/types.gen.ts';
import { deploymentsRef, replicaSetsRef } from '../../../api/refs.gen.ts';
import type { Manager, ReconcileResult } from '../../../controller-runtime/contract.ts';
import { findCondition } from '../common/conditions.ts';
import { deleteObject } from '../common/delete-object.ts';
import { errorMessage } from '../common/error-message.ts';
import { isControlledBy } from '../common/owner.ts';
import { newestAnnotations, revisionAnnotation, revisionOf, sizeAnnotations } from './annotations.ts';
import { newReplicaSetOf } from './new-replica-set.ts';
import { isScalingEvent, scaleReplicaSets } from './proportional-scaling.ts';
import { byCreation, desiredOf, fenceposts, isRollingUpdate, sameTemplate, splitReplicaSets } from './replica-sets.ts';
import { newestSize, oldAreGone, shrinkOld } from './rolling-update.ts';
import type { Resize } from './rolling-update.ts';
import {
  countReplicas,
  deploymentPaused,
  hasProgressDeadline,
  isComplete,
  progressDeadlineExceeded,
  progressTimeLeft,
  withDeploymentCondition,
  withProgress,
} from './status.ts';

export interface DeploymentReconciler {
  /** One step of the rollout, by the ReplicaSets the Deployment owns. */
  reconcile(deployment: Deployment, owned: readonly ReplicaSet[]): Promise<ReconcileResult>;
}

/** The newest ReplicaSet, and the Deployment with what that means for it. */
interface Newest {
  readonly deployment: Deployment;
  readonly newest: ReplicaSet;
}

/** `manager` brings client, clock and events; no state is kept between steps. */
export const createDeploymentReconciler = ({ client, clock, recorder }: Manager): DeploymentReconciler => {
  const events = recorder('deployment-controller');
  const deployments = client.resource<Deployment>(deploymentsRef);
  const replicaSets = client.resource<ReplicaSet>(replicaSetsRef);

  /** A status write carries annotations too. */
  const writeStatus = async (deployment: Deployment, status: DeploymentStatus, stored = deployment): Promise<void> => {
    const sameRevision = deployment.metadata.annotations?.[revisionAnnotation] === stored.metadata.annotations?.[revisionAnnotation];
    if (!sameRevision || !semanticEqual(status, stored.status)) await deployments.updateStatus({ ...deployment, status });
  };
  const setProgressing = (deployment: Deployment, status: string, reason: string, message: string): Promise<void> => {
    const conditions = withDeploymentCondition(
      deployment.status?.conditions,
      { type: 'Progressing', status, reason, message },
      { now: clock.now() },
    );
    return writeStatus(deployment, { ...deployment.status, conditions });
  };

  const resize = async (deployment: Deployment, { replicaSet, replicas }: Resize): Promise<ReplicaSet> => {
    const desired = desiredOf(deployment);
    const annotations = sizeAnnotations(replicaSet.metadata.annotations, desired, desired + fenceposts(deployment).maxSurge);
    const before = desiredOf(replicaSet);
    if (before === replicas && jsonEqual(annotations, replicaSet.metadata.annotations)) return replicaSet;
    const { metadata, spec } = replicaSet;
    const updated = await replicaSets.update({ ...replicaSet, metadata: { ...metadata, annotations }, spec: { ...spec, replicas } });
    if (before !== replicas) {
      const direction = replicas > before ? 'up' : 'down';
      const message = `Scaled ${direction} replica set ${metadata.name} from ${before} to ${replicas}`;
      events.event(deployment, 'Normal', 'ScalingReplicaSet', message);
    }
    return updated;
  };

  /** Brings the newest ReplicaSet's annotations and the Deployment's revision up to date. */
  const adoptNewest = async (deployment: Deployment, newest: ReplicaSet, revision: bigint): Promise<ReplicaSet> => {
    const annotations = newestAnnotations(deployment, newest.metadata.annotations ?? {}, revision);
    const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
    const same = jsonEqual(annotations, newest.metadata.annotations) && (newest.spec.minReadySeconds ?? 0) === minReadySeconds;
    const current = same
      ? newest
      : await replicaSets.update({ ...newest, metadata: { ...newest.metadata, annotations }, spec: { ...newest.spec, minReadySeconds } });
    await recordRevision(deployment, annotations[revisionAnnotation] ?? String(revision));
    return current;
  };
  const recordRevision = async (deployment: Deployment, revision: string): Promise<void> => {
    const { metadata } = deployment;
    if (metadata.annotations?.[revisionAnnotation] === revision) return;
    const annotations = { ...metadata.annotations, [revisionAnnotation]: revision };
    await deployments.update({ ...deployment, metadata: { ...metadata, annotations } });
  };

  /** The Deployment with its Progressing condition, where it has a deadline; written with the rest of the status. */
  const progressing = (deployment: Deployment, reason: string, message: string): Deployment => {
    if (!hasProgressDeadline(deployment)) return deployment;
    const condition = { type: 'Progressing', status: 'True', reason, message };
    const conditions = withDeploymentCondition(deployment.status?.conditions, condition, { now: clock.now() });
    return { ...deployment, status: { ...deployment.status, conditions } };
  };
  const withCreation = (deployment: Deployment, { metadata }: ReplicaSet, revision: string): Deployment => {
    const annotations = { ...deployment.metadata.annotations, [revisionAnnotation]: revision };
    const noted = { ...deployment, metadata: { ...deployment.metadata, annotations } };
    return progressing(noted, 'NewReplicaSetCreated', `Created new replica set "${metadata.name}"`);
  };
  const withAdoption = (deployment: Deployment, { metadata }: ReplicaSet): Deployment =>
    findCondition(deployment.status?.conditions, 'Progressing')
      ? deployment
      : progressing(deployment, 'FoundNewReplicaSet', `Found new replica set "${metadata.name}"`);

  /** Undefined: its name was taken, and the next reconcile goes on from there. */
  const createNewest = async (deployment: Deployment, old: readonly ReplicaSet[], revision: bigint): Promise<Newest | undefined> => {
    const wanted = newReplicaSetOf(deployment, revision);
    wanted.spec.replicas = newestSize(deployment, old, undefined);
    try {
      const created = await replicaSets.create(wanted);
      if (wanted.spec.replicas > 0) {
        events.event(
          deployment,
          'Normal',
          'ScalingReplicaSet',
          `Scaled up replica set ${created.metadata.name} from 0 to ${wanted.spec.replicas}`,
        );
      }
      return { newest: created, deployment: withCreation(deployment, created, String(revision)) };
    } catch (error) {
      if (isStatusError(error, 'AlreadyExists')) {
        const existing = await resolveCollision(deployment, wanted);
        return existing && { newest: existing, deployment };
      }
      const message = `Failed to create new replica set "${wanted.metadata.name}": ${errorMessage(error)}`;
      events.event(deployment, 'Warning', 'ReplicaSetCreateError', message);
      if (hasProgressDeadline(deployment)) await setProgressing(deployment, 'False', 'ReplicaSetCreateError', message);
      throw error;
    }
  };
  /** The name is taken: by our own earlier try (the cache is behind), or by another template of the same hash. */
  const resolveCollision = async (deployment: Deployment, wanted: ReplicaSet): Promise<ReplicaSet | undefined> => {
    const existing = await replicaSets.find(wanted.metadata.name, wanted.metadata.namespace);
    if (existing && isControlledBy(existing, deployment) && sameTemplate(existing.spec.template, wanted.spec.template)) return existing;
    const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
    await writeStatus(deployment, { ...deployment.status, collisionCount });
    return undefined;
  };

  const cleanUp = async (deployment: Deployment, old: readonly ReplicaSet[]): Promise<void> => {
    const limit = deployment.spec.revisionHistoryLimit ?? 10;
    const removable = old.filter((set) => !set.metadata.deletionTimestamp);
    const excess = removable
      .toSorted((a, b) => Number(revisionOf(a) - revisionOf(b)) || byCreation(a, b))
      .slice(0, Math.max(0, removable.length - limit));
    for (const set of excess) {
      const { status, spec, metadata } = set;
      if ((status?.replicas ?? 0) !== 0 || spec.replicas !== 0 || (metadata.generation ?? 0) > (status?.observedGeneration ?? 0)) continue;
      await deleteObject(replicaSets, set);
    }
  };

  const finish = async (
    { deployment, newest }: { readonly deployment: Deployment; readonly newest: ReplicaSet | undefined },
    old: readonly ReplicaSet[],
    stored = deployment,
  ): Promise<ReconcileResult> => {
    const now = clock.now();
    const all = [...old, ...(newest ? [newest] : [])];
    const status = withProgress(deployment, countReplicas(deployment, { all, newest }, now), { newest, all, now });
    await writeStatus(deployment, status, stored);
    const left = progressTimeLeft(deployment, status, now);
    return left === undefined ? undefined : { requeueAfterSeconds: Math.max(0, left) / 1000 + 1 };
  };

  const syncScale = async (deployment: Deployment, newest: ReplicaSet | undefined, old: readonly ReplicaSet[]): Promise<void> => {
    for (const change of scaleReplicaSets(deployment, newest, old)) await resize(deployment, change);
    if (deployment.spec.paused) await cleanUp(deployment, old);
    const now = clock.now();
    await writeStatus(deployment, countReplicas(deployment, { all: [...old, ...(newest ? [newest] : [])], newest }, now));
  };

  const rollOut = async (stored: Deployment, found: ReplicaSet | undefined, old: readonly ReplicaSet[]): Promise<ReconcileResult> => {
    const newestRevision = old.map(revisionOf).reduce((most, revision) => (revision > most ? revision : most), 0n);
    const revision = newestRevision + 1n;
    const rolling = isRollingUpdate(stored);
    if (!rolling) {
      const shrinking = old.filter((set) => desiredOf(set) > 0);
      for (const replicaSet of shrinking) await resize(stored, { replicaSet, replicas: 0 });
      if (shrinking.length > 0 || !oldAreGone(old) || hasTerminatingPods(old)) return finish({ deployment: stored, newest: found }, old);
    }
    const adopted = found && { newest: await adoptNewest(stored, found, revision), deployment: withAdoption(stored, found) };
    const current = adopted ?? (await createNewest(stored, old, revision));
    if (!current) return { requeueAfterSeconds: 0 };
    const { deployment, newest } = current;
    const replicas = newestSize(deployment, [...old, newest], newest);
    const sized = await resize(deployment, { replicaSet: newest, replicas });
    if (desiredOf(newest) !== replicas) return finish({ deployment, newest: sized }, old, stored);
    if (rolling) for (const change of shrinkOld(deployment, sized, old)) await resize(deployment, change);
    if (isComplete(deployment, countReplicas(deployment, { all: [...old, sized], newest: sized }, clock.now())))
      await cleanUp(deployment, old);
    return finish({ deployment, newest: sized }, old, stored);
  };

  /** True when the paused or resumed condition was written: the event brings us back. */
  const syncPaused = async (deployment: Deployment): Promise<boolean> => {
    const reason = findCondition(deployment.status?.conditions, 'Progressing')?.reason;
    if (!hasProgressDeadline(deployment) || reason === progressDeadlineExceeded) return false;
    const paused = deployment.spec.paused === true;
    if (paused === (reason === deploymentPaused)) return false;
    if (paused) await setProgressing(deployment, 'Unknown', deploymentPaused, 'Deployment is paused');
    else await setProgressing(deployment, 'Unknown', 'DeploymentResumed', 'Deployment is resumed');
    return true;
  };

  return {
    reconcile: async (deployment, owned) => {
      const { newest, old } = splitReplicaSets(deployment, owned);
      if (deployment.metadata.deletionTimestamp)
        return void (await writeStatus(deployment, countReplicas(deployment, { all: owned, newest }, clock.now())));
      if (await syncPaused(deployment)) return undefined;
      if (deployment.spec.paused || isScalingEvent(deployment, owned)) return syncScale(deployment, newest, old);
      return rollOut(deployment, newest, old);
    },
  };
};

/** Recreate waits for terminating pods too: the old version must be gone. */
const hasTerminatingPods = (sets: readonly ReplicaSet[]): boolean => sets.some(({ status }) => (status?.terminatingReplicas ?? 0) > 0);
