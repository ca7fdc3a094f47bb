import type { ResourceRef } from '../../../apimachinery/meta/group-version.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import {
  anyObject,
  array,
  boolean,
  conditions,
  dateTime,
  int32,
  int64,
  object,
  oneOf,
  quantity,
  record,
  string,
} from '../../../apimachinery/schema/define.ts';
import type { Static } from '../../../apimachinery/schema/define.ts';
import { defineKind } from '../../../apimachinery/schema/define-kind.ts';
import { failoverSchema, placementSchema, suspensionFields } from './placement.ts';

const nodeRequirements = array(object({ key: string(), operator: string() }, { values: array(string()) }));

const nodeClaimSchema = object(
  {},
  {
    hardNodeAffinity: object({
      nodeSelectorTerms: array(object({}, { matchExpressions: nodeRequirements, matchFields: nodeRequirements })),
    }),
    nodeSelector: record(string()),
    tolerations: array(object({}, { key: string(), operator: string(), value: string(), effect: string(), tolerationSeconds: int64() })),
  },
);

const requirements = { nodeClaim: nodeClaimSchema, priorityClassName: string(), resourceRequest: record(quantity()) };

const replicaRequirementsSchema = object({}, { ...requirements, namespace: string() });

const targetClusterSchema = object(
  { name: string() },
  { replicas: int32(), components: array(object({ name: string(), replicas: int32() })) },
);

const evictionTaskSchema = object(
  { fromCluster: string(), reason: string({ minLength: 1, maxLength: 32 }), producer: string() },
  {
    replicas: int32(),
    message: string({ maxLength: 1024 }),
    gracePeriodSeconds: int32(),
    suppressDeletion: boolean(),
    creationTimestamp: dateTime(),
    purgeMode: oneOf(['Directly', 'Gracefully', 'Never']),
    preservedLabelState: record(string()),
    clustersBeforeFailover: array(string()),
  },
);

export const bindingSpecSchema = object(
  {
    resource: object(
      { apiVersion: string(), kind: string(), name: string() },
      { namespace: string(), uid: string(), resourceVersion: string() },
    ),
  },
  {
    propagateDeps: boolean(),
    replicaRequirements: replicaRequirementsSchema,
    replicas: int32(),
    components: array(object({ name: string({ maxLength: 32 }), replicas: int32() }, { replicaRequirements: object({}, requirements) })),
    clusters: array(targetClusterSchema),
    gracefulEvictionTasks: array(evictionTaskSchema),
    requiredBy: array(object({ name: string() }, { namespace: string(), clusters: array(targetClusterSchema) })),
    schedulerName: string(),
    placement: placementSchema,
    failover: failoverSchema,
    conflictResolution: oneOf(['Abort', 'Overwrite'], { default: 'Abort' }),
    rescheduleTriggeredAt: dateTime(),
    suspension: object({}, { ...suspensionFields(), scheduling: boolean() }),
    preserveResourcesOnDeletion: boolean(),
    schedulePriority: object({}, { priority: int32({ default: 0 }) }),
    workloadAffinityGroups: object({}, { affinityGroup: string(), antiAffinityGroup: string() }),
  },
);

const aggregatedItemSchema = object(
  { clusterName: string() },
  { status: anyObject(), applied: boolean(), appliedMessage: string(), health: oneOf(['Healthy', 'Unhealthy', 'Unknown']) },
);

export const bindingStatusSchema = object(
  {},
  {
    schedulerObservedGeneration: int64(),
    schedulerObservingAffinityName: string(),
    lastScheduledTime: dateTime(),
    conditions: conditions(),
    aggregatedStatus: array(aggregatedItemSchema),
  },
);

export type BindingSpec = Static<typeof bindingSpecSchema>;
export type BindingStatus = Static<typeof bindingStatusSchema>;
export type TargetCluster = Static<typeof targetClusterSchema>;
export type EvictionTask = Static<typeof evictionTaskSchema>;
export type AggregatedStatusItem = Static<typeof aggregatedItemSchema>;
export type ReplicaRequirements = Static<typeof replicaRequirementsSchema>;

/** work.karmada.io/v1alpha2 ResourceBinding, and ClusterResourceBinding without a namespace: where one template goes. */
export interface ResourceBinding extends KubeObject {
  spec: BindingSpec;
  status?: BindingStatus;
}

const group = 'work.karmada.io';

export const resourceBindingsRef: ResourceRef = {
  group,
  version: 'v1alpha2',
  resource: 'resourcebindings',
  kind: 'ResourceBinding',
  namespaced: true,
};
export const clusterResourceBindingsRef: ResourceRef = {
  group,
  version: 'v1alpha2',
  resource: 'clusterresourcebindings',
  kind: 'ClusterResourceBinding',
  namespaced: false,
};

const conditionColumn = (type: string) => ({ name: type, type: 'string', jsonPath: `.status.conditions[?(@.type=="${type}")].status` });

const columns = [
  conditionColumn('Scheduled'),
  conditionColumn('FullyApplied'),
  { name: 'Clusters', type: 'string', jsonPath: '.metadata.annotations.placement\\.causeway\\.dev/clusters' },
];

const define = (ref: ResourceRef, shortName: string) =>
  defineKind(ref, { spec: bindingSpecSchema, status: bindingStatusSchema, shortName, category: 'karmada-io', columns });

export const resourceBindingDefinition = define(resourceBindingsRef, 'rb');
export const clusterResourceBindingDefinition = define(clusterResourceBindingsRef, 'crb');
