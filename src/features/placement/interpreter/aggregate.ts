import type { JsonObject, UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import type { AggregatedStatusItem } from '../api/resource-binding.ts';
import { aggregateConditions } from './aggregate-conditions.ts';
import { isObject, kindKey, listAt, numberOr, objectAt, stringOr } from './fields.ts';

interface Item {
  readonly cluster: string;
  readonly status: JsonObject;
}

interface Surroundings {
  /** The template's status as it is. */
  readonly current: JsonObject;
  /** Every cluster has reported. */
  readonly complete: boolean;
}

type Aggregate = (template: UnstructuredObject, items: readonly Item[], surroundings: Surroundings) => JsonObject | undefined;

/**
 * AggregateStatus: the template's new status from what its clusters report; undefined leaves the status as it is. Items without a status are
 * clusters that have not reported yet: a rollout, or a Job, is not over before they have.
 */
export const aggregateStatus = (template: UnstructuredObject, items: readonly AggregatedStatusItem[]): JsonObject | undefined => {
  const reported = items.flatMap(({ clusterName, status }) => (isObject(status) ? [{ cluster: clusterName, status }] : []));
  const current = objectAt(template, 'status');
  const aggregate = aggregates[kindKey(template)];
  if (aggregate) return aggregate(template, reported, { current, complete: reported.length === items.length });
  return reported.length === 1 ? reported[0]!.status : reported.length === 0 ? undefined : sumNumbers(template, reported);
};

const sum = (items: readonly Item[], field: string): number => items.reduce((total, { status }) => total + numberOr(status[field], 0), 0);

const sums = (items: readonly Item[], fields: readonly string[]): JsonObject => {
  const result: JsonObject = {};
  for (const field of fields) {
    const total = sum(items, field);
    if (total !== 0) result[field] = total;
  }
  return result;
};

/** The template's own generation only when every cluster has observed its object's latest, made from the template's latest. */
const observedGeneration = (template: UnstructuredObject, items: readonly Item[], { current, complete }: Surroundings): number => {
  const generation = template.metadata.generation ?? 0;
  const latest = items.every(
    ({ status }) =>
      numberOr(status['resourceTemplateGeneration'], 0) === generation &&
      numberOr(status['generation'], 0) === numberOr(status['observedGeneration'], 0),
  );
  return complete && latest ? generation : numberOr(current['observedGeneration'], 0);
};

const workload =
  (fields: readonly string[]): Aggregate =>
  (template, items, surroundings) => {
    const conditions = aggregateConditions(items, listAt(surroundings.current, 'conditions'));
    return {
      observedGeneration: observedGeneration(template, items, surroundings),
      ...sums(items, fields),
      ...(conditions.length > 0 ? { conditions } : {}),
    };
  };

/** The worst phase of all clusters; one that has not reported yet is Pending. */
const worstPhase =
  (order: readonly string[]) =>
  (items: readonly Item[], { complete }: Surroundings): string => {
    const phases = items.map(({ status }) => stringOr(status['phase'], 'Pending'));
    if (!complete || phases.length === 0) phases.push('Pending');
    return order.find((phase) => phases.includes(phase)) ?? phases[0]!;
  };

const podPhase = worstPhase(['Failed', 'Pending', 'Running', 'Succeeded']);
const claimPhase = worstPhase(['Lost', 'Pending', 'Bound']);

const latest = (items: readonly Item[], field: string): JsonObject => {
  const value = items
    .map(({ status }) => stringOr(status[field], ''))
    .toSorted()
    .at(-1);
  return value ? { [field]: value } : {};
};

const loadBalancer: Aggregate = (_template, items) => {
  const ingress = items.flatMap(({ cluster, status }) =>
    listAt(status, 'loadBalancer', 'ingress').map((entry) => (entry['hostname'] === undefined ? { ...entry, hostname: cluster } : entry)),
  );
  return { loadBalancer: ingress.length > 0 ? { ingress } : {} };
};

const isFinished = (status: JsonObject): boolean =>
  listAt(status, 'conditions').some(({ type, status: value }) => (type === 'Complete' || type === 'Failed') && value === 'True');

const aggregates: Record<string, Aggregate> = {
  'apps/v1/Deployment': workload([
    'replicas',
    'updatedReplicas',
    'readyReplicas',
    'availableReplicas',
    'unavailableReplicas',
    'terminatingReplicas',
  ]),
  'apps/v1/StatefulSet': (template, items, surroundings) => ({
    availableReplicas: 0,
    replicas: 0,
    ...workload(['replicas', 'readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'])(template, items, surroundings),
    ...sharedRevision(items, 'currentRevision'),
    ...sharedRevision(items, 'updateRevision'),
  }),
  'apps/v1/ReplicaSet': (template, items, surroundings) => ({
    replicas: 0,
    ...workload(['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'])(template, items, surroundings),
  }),
  'apps/v1/DaemonSet': (template, items, surroundings) => {
    const required = ['currentNumberScheduled', 'numberMisscheduled', 'desiredNumberScheduled', 'numberReady'];
    const zeros = Object.fromEntries(required.map((field) => [field, 0]));
    return {
      ...zeros,
      ...workload([...required, 'updatedNumberScheduled', 'numberAvailable', 'numberUnavailable'])(template, items, surroundings),
    };
  },
  'batch/v1/Job': (_template, items, { current, complete: allReported }) => {
    if (isFinished(current)) return undefined;
    const counts = sums(items, ['active', 'succeeded', 'failed', 'ready', 'terminating']);
    const start = items
      .map(({ status }) => stringOr(status['startTime'], ''))
      .filter(Boolean)
      .toSorted()[0];
    const failed = items.filter(({ status }) =>
      listAt(status, 'conditions').some((entry) => entry['type'] === 'Failed' && entry['status'] === 'True'),
    );
    const complete = allReported && items.length > 0 && items.every(({ status }) => isFinished(status));
    const conditions = aggregateConditions(items, listAt(current, 'conditions'));
    const final = !complete
      ? []
      : conditions.filter(({ type }) =>
          failed.length > 0 ? type === 'Failed' || type === 'FailureTarget' : type === 'Complete' || type === 'SuccessCriteriaMet',
        );
    return {
      ...counts,
      ...(start ? { startTime: start } : {}),
      ...(complete && failed.length === 0 ? latest(items, 'completionTime') : {}),
      ...(final.length > 0 ? { conditions: final.map((entry) => ({ ...entry, status: 'True' })) } : {}),
    };
  },
  'batch/v1/CronJob': (_template, items) => {
    const active = items.flatMap(({ status }) => listAt(status, 'active'));
    return { ...(active.length > 0 ? { active } : {}), ...latest(items, 'lastScheduleTime'), ...latest(items, 'lastSuccessfulTime') };
  },
  'v1/Service': (template, items, surroundings) =>
    objectAt(template, 'spec')['type'] === 'LoadBalancer' ? loadBalancer(template, items, surroundings) : { loadBalancer: {} },
  'networking.k8s.io/v1/Ingress': loadBalancer,
  'v1/Pod': (_template, items, surroundings) => ({
    phase: podPhase(items, surroundings),
    containerStatuses: items.flatMap(({ status }) => listAt(status, 'containerStatuses')),
  }),
  'v1/PersistentVolumeClaim': (_template, items, surroundings) => ({ phase: claimPhase(items, surroundings) }),
  'policy/v1/PodDisruptionBudget': (template, items, surroundings) => ({
    observedGeneration: observedGeneration(template, items, surroundings),
    disruptionsAllowed: sum(items, 'disruptionsAllowed'),
    currentHealthy: sum(items, 'currentHealthy'),
    desiredHealthy: sum(items, 'desiredHealthy'),
    expectedPods: sum(items, 'expectedPods'),
  }),
  'autoscaling/v2/HorizontalPodAutoscaler': (_template, items) => ({
    currentReplicas: sum(items, 'currentReplicas'),
    desiredReplicas: sum(items, 'desiredReplicas'),
  }),
};

const sharedRevision = (items: readonly Item[], field: string): JsonObject => {
  const values = new Set(items.map(({ status }) => status[field]));
  const [only] = values;
  return values.size === 1 && typeof only === 'string' ? { [field]: only } : {};
};

/** Custom kinds on several clusters: counters are summed, conditions combined, anything else is the first cluster's. */
const sumNumbers = (template: UnstructuredObject, items: readonly Item[]): JsonObject => {
  const result: JsonObject = { ...items[0]!.status };
  for (const [field, value] of Object.entries(result)) if (typeof value === 'number') result[field] = sum(items, field);
  delete result['generation'];
  delete result['resourceTemplateGeneration'];
  if ('observedGeneration' in result) result['observedGeneration'] = template.metadata.generation ?? 0;
  if ('conditions' in result) result['conditions'] = aggregateConditions(items, listAt(template, 'status', 'conditions'));
  return result;
};
