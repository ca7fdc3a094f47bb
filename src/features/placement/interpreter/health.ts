import type { JsonObject, UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import { kindKey, listAt, numberOr, objectAt } from './fields.ts';

export type Health = 'Healthy' | 'Unhealthy' | 'Unknown';

/** InterpretHealth of an object as a member reports it. Kinds without a notion of health, and custom kinds without a Ready condition, are Healthy once they exist. */
export const healthOf = (object: UnstructuredObject): Health => {
  const judge = judges[kindKey(object)] ?? judgeByConditions;
  return judge(object, objectAt(object, 'status')) ? 'Healthy' : 'Unhealthy';
};

type Judge = (object: UnstructuredObject, status: JsonObject) => boolean;

const isCurrent = (object: UnstructuredObject, status: JsonObject): boolean =>
  numberOr(status['observedGeneration'], 0) >= (object.metadata.generation ?? 0);

const wanted = (object: UnstructuredObject): number => numberOr(objectAt(object, 'spec')['replicas'], 1);

const allAvailable =
  (updated: string): Judge =>
  (object, status) =>
    isCurrent(object, status) &&
    numberOr(status[updated], 0) >= wanted(object) &&
    numberOr(status['availableReplicas'], 0) >= wanted(object);

const hasAddress: Judge = (_object, status) =>
  listAt(status, 'loadBalancer', 'ingress').some((entry) => entry['ip'] !== undefined || entry['hostname'] !== undefined);

const judgeByConditions: Judge = (_object, status) => {
  const ready = listAt(status, 'conditions').find(({ type }) => type === 'Ready');
  return ready === undefined || ready['status'] === 'True';
};

const judges: Record<string, Judge> = {
  'apps/v1/Deployment': allAvailable('updatedReplicas'),
  'apps/v1/StatefulSet': allAvailable('updatedReplicas'),
  'apps/v1/ReplicaSet': allAvailable('fullyLabeledReplicas'),
  'apps/v1/DaemonSet': (object, status) => {
    const desired = numberOr(status['desiredNumberScheduled'], 0);
    return (
      isCurrent(object, status) &&
      numberOr(status['updatedNumberScheduled'], 0) >= desired &&
      numberOr(status['numberAvailable'], 0) >= desired
    );
  },
  'v1/Service': (object, status) => objectAt(object, 'spec')['type'] !== 'LoadBalancer' || hasAddress(object, status),
  'networking.k8s.io/v1/Ingress': hasAddress,
  'v1/PersistentVolumeClaim': (_object, status) => status['phase'] === 'Bound',
  'v1/Pod': (_object, status) =>
    status['phase'] === 'Succeeded' ||
    (status['phase'] === 'Running' &&
      listAt(status, 'conditions').some((entry) => entry['type'] === 'Ready' && entry['status'] === 'True')),
  'policy/v1/PodDisruptionBudget': (_object, status) => numberOr(status['currentHealthy'], 0) >= numberOr(status['desiredHealthy'], 0),
  'batch/v1/Job': (_object, status) =>
    !listAt(status, 'conditions').some((entry) => entry['type'] === 'Failed' && entry['status'] === 'True'),
};
