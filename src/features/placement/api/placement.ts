import { array, int32, int64, labelSelector, object, oneOf, string, boolean } from '../../../apimachinery/schema/define.ts';
import type { Static } from '../../../apimachinery/schema/define.ts';

const fieldSelector = () =>
  object(
    {},
    {
      matchExpressions: array(
        object({ key: string(), operator: string() }, { values: array(string(), { 'x-kubernetes-list-type': 'atomic' }) }),
      ),
    },
  );

const affinityTerms = () => ({
  clusterNames: array(string()),
  exclude: array(string()),
  labelSelector: labelSelector(),
  fieldSelector: fieldSelector(),
});

export const clusterAffinitySchema = object({}, affinityTerms());

const affinityName = () => string({ minLength: 1, maxLength: 32 });

const affinityTermSchema = object(
  { affinityName: affinityName() },
  { ...affinityTerms(), overflowAffinities: array(object({ affinityName: affinityName() }, affinityTerms())) },
);

const tolerationSchema = object({}, { key: string(), operator: string(), value: string(), effect: string(), tolerationSeconds: int64() });

const spreadConstraintSchema = object(
  {},
  { spreadByField: oneOf(['cluster', 'region', 'zone', 'provider']), spreadByLabel: string(), minGroups: int64(), maxGroups: int64() },
);

const replicaSchedulingSchema = object(
  {},
  {
    replicaSchedulingType: oneOf(['Duplicated', 'Divided'], { default: 'Divided' }),
    replicaDivisionPreference: oneOf(['Aggregated', 'Weighted']),
    weightPreference: object(
      {},
      {
        dynamicWeight: oneOf(['AvailableReplicas']),
        staticWeightList: array(object({ targetCluster: clusterAffinitySchema, weight: int64({ minimum: 1 }) })),
      },
    ),
  },
);

const groupByLabel = () => object({ groupByLabelKey: string() });

export const placementSchema = object(
  {},
  {
    clusterAffinity: clusterAffinitySchema,
    clusterAffinities: array(affinityTermSchema),
    clusterTolerations: array(tolerationSchema),
    spreadConstraints: array(spreadConstraintSchema),
    replicaScheduling: replicaSchedulingSchema,
    workloadAffinity: object({}, { affinity: groupByLabel(), antiAffinity: groupByLabel() }),
  },
);

const statePreservation = () => object({ rules: array(object({ aliasLabelName: string(), jsonPath: string() })) });

export const failoverSchema = object(
  {},
  {
    application: object(
      { decisionConditions: object({}, { tolerationSeconds: int32({ default: 300 }) }) },
      {
        gracePeriodSeconds: int32(),
        purgeMode: oneOf(['Directly', 'Gracefully', 'Never'], { default: 'Gracefully' }),
        statePreservation: statePreservation(),
      },
    ),
    cluster: object(
      {},
      { purgeMode: oneOf(['Directly', 'Gracefully'], { default: 'Gracefully' }), statePreservation: statePreservation() },
    ),
  },
);

export const suspensionFields = () => ({ dispatching: boolean(), dispatchingOnClusters: object({}, { clusterNames: array(string()) }) });

export const suspensionSchema = object({}, suspensionFields());

export const resourceSelectorSchema = object(
  { apiVersion: string(), kind: string() },
  { namespace: string(), name: string(), labelSelector: labelSelector() },
);

export type ClusterAffinity = Static<typeof clusterAffinitySchema>;
export type ClusterAffinityTerm = Static<typeof affinityTermSchema>;
export type Placement = Static<typeof placementSchema>;
export type ReplicaScheduling = Static<typeof replicaSchedulingSchema>;
export type SpreadConstraint = Static<typeof spreadConstraintSchema>;
export type ClusterToleration = Static<typeof tolerationSchema>;
export type ResourceSelector = Static<typeof resourceSelectorSchema>;
