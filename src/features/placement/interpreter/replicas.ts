import type { JsonObject, UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import type { ReplicaRequirements } from '../api/resource-binding.ts';
import { podSpecOf } from '../override/pod-spec.ts';
import { isObject, kindKey, listAt, numberOr, objectAt } from './fields.ts';
import { addQuantities, maxQuantities } from './quantities.ts';

export interface Replicas {
  readonly replicas: number;
  readonly requirements: ReplicaRequirements;
}

/** Kinds whose `spec.replicas` is not about pods to place, or that run everywhere. */
const undivided = new Set(['apps/v1/DaemonSet', 'batch/v1/CronJob', 'v1/Pod']);

/**
 * InterpretReplica: how many replicas an object wants and what each needs; undefined for objects that are not divided. A Job's replicas are
 * min(parallelism, completions). Custom kinds with an integer spec.replicas count too.
 */
export const replicasOf = (object: UnstructuredObject): Replicas | undefined => {
  const spec = objectAt(object, 'spec');
  if (kindKey(object) === 'batch/v1/Job') {
    const parallelism = numberOr(spec['parallelism'], 1);
    return { replicas: Math.min(parallelism, numberOr(spec['completions'], parallelism)), requirements: requirementsOf(object) };
  }
  if (undivided.has(kindKey(object)) || object.apiVersion.startsWith('autoscaling/')) return undefined;
  const replicas = spec['replicas'];
  if (typeof replicas === 'number') return { replicas, requirements: requirementsOf(object) };
  return object.apiVersion === 'apps/v1' && object.kind !== 'ControllerRevision'
    ? { replicas: 1, requirements: requirementsOf(object) }
    : undefined;
};

/** ReviseReplica: the object with this many replicas, in place. A Job's completions are divided in the same proportion, rounded up. */
export const reviseReplicas = (object: UnstructuredObject, replicas: number): void => {
  const spec = objectAt(object, 'spec');
  if (kindKey(object) === 'batch/v1/Job') spec['parallelism'] = replicas;
  else spec['replicas'] = replicas;
};

const requirementsOf = (object: UnstructuredObject): ReplicaRequirements => {
  const pod = podSpecOf(object)?.spec;
  if (!pod) return {};
  const requests = (containers: JsonObject[]) =>
    containers.map((container) => objectAt(container, 'resources', 'requests') as Record<string, string | number>);
  const resourceRequest = maxQuantities(addQuantities(requests(listAt(pod, 'containers'))), ...requests(listAt(pod, 'initContainers')));
  const hardNodeAffinity = objectAt(pod, 'affinity', 'nodeAffinity')['requiredDuringSchedulingIgnoredDuringExecution'];
  const nodeClaim = {
    ...(isObject(pod['nodeSelector']) ? { nodeSelector: pod['nodeSelector'] as Record<string, string> } : {}),
    ...(listAt(pod, 'tolerations').length > 0 ? { tolerations: listAt(pod, 'tolerations') } : {}),
    ...(isObject(hardNodeAffinity)
      ? { hardNodeAffinity: hardNodeAffinity as unknown as NonNullable<NonNullable<ReplicaRequirements['nodeClaim']>['hardNodeAffinity']> }
      : {}),
  };
  return {
    ...(Object.keys(resourceRequest).length > 0 ? { resourceRequest } : {}),
    ...(Object.keys(nodeClaim).length > 0 ? { nodeClaim: nodeClaim as NonNullable<ReplicaRequirements['nodeClaim']> } : {}),
    ...(object.metadata.namespace ? { namespace: object.metadata.namespace } : {}),
    ...(typeof pod['priorityClassName'] === 'string' ? { priorityClassName: pod['priorityClassName'] } : {}),
  };
};
