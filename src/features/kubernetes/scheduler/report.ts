import type { Pod, PodCondition } from '../../../api/core/types.gen.ts';
import { podsRef } from '../../../api/refs.gen.ts';
import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import type { Client } from '../../../client/contract.ts';
import { findCondition, observedGeneration, withCondition } from '../common/conditions.ts';
import { deleteObject } from '../common/delete-object.ts';
import type { PodInfo } from './pod-info.ts';

/** Writes PodScheduled=False with the reason, and the node a preemptor waits for. */
export const reportUnschedulable = async (
  client: Client,
  pod: Pod,
  { message, nominatedNodeName, now }: { readonly message: string; readonly nominatedNodeName: string | undefined; readonly now: number },
): Promise<void> => {
  const old = findCondition(pod.status?.conditions, 'PodScheduled');
  const nominated = nominatedNodeName ?? pod.status?.nominatedNodeName;
  if (old?.status === 'False' && old.message === message && nominated === pod.status?.nominatedNodeName) return;
  const condition: PodCondition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, ...observedGeneration(pod) };
  const conditions = withCondition(pod.status?.conditions, condition, now);
  const status = { ...pod.status, conditions, ...(nominated ? { nominatedNodeName: nominated } : {}) };
  await ignoreLostRace(client.resource<Pod>(podsRef).updateStatus({ ...pod, status }));
};

/** Marks a victim as disrupted, then deletes it with its grace period. */
export const evictVictim = async (
  client: Client,
  { pod }: PodInfo,
  { preemptor, now }: { readonly preemptor: Pod; readonly now: number },
): Promise<void> => {
  const pods = client.resource<Pod>(podsRef);
  const message = `${preemptor.spec.schedulerName ?? 'default-scheduler'}: preempting to accommodate a higher priority pod`;
  const condition: PodCondition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'PreemptionByScheduler',
    message,
    ...observedGeneration(pod),
  };
  const conditions = withCondition(pod.status?.conditions, condition, now);
  await ignoreLostRace(pods.updateStatus({ ...pod, status: { ...pod.status, conditions } }));
  await deleteObject(pods, pod);
};

const ignoreLostRace = async (write: Promise<unknown>): Promise<void> => {
  try {
    await write;
  } catch (error) {
    if (!isStatusError(error, 'Conflict') && !isStatusError(error, 'NotFound')) throw error;
  }
};
