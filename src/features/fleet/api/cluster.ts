import { defineKind } from '../../../apimachinery/schema/define-kind.ts';
import type { ResourceRef } from '../../../apimachinery/meta/group-version.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import {
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

const secretReference = () => object({ namespace: string(), name: string() });

const resources = () => record(quantity());

const taint = object(
  { key: string({ minLength: 1 }), effect: oneOf(['NoSchedule', 'PreferNoSchedule', 'NoExecute']) },
  { value: string(), timeAdded: dateTime() },
);

export const clusterSpecSchema = object(
  { syncMode: oneOf(['Push', 'Pull']) },
  {
    id: string(),
    apiEndpoint: string(),
    secretRef: secretReference(),
    impersonatorSecretRef: secretReference(),
    insecureSkipTLSVerification: boolean(),
    proxyURL: string(),
    proxyHeader: record(string()),
    provider: string(),
    region: string(),
    zone: string(),
    zones: array(string()),
    taints: array(taint),
    resourceModels: array(
      object({ grade: int64({ minimum: 0 }), ranges: array(object({ name: string(), min: quantity(), max: quantity() })) }),
    ),
  },
);

export const clusterStatusSchema = object(
  {},
  {
    kubernetesVersion: string(),
    apiEnablements: array(object({ groupVersion: string() }, { resources: array(object({ name: string(), kind: string() })) })),
    conditions: conditions(),
    nodeSummary: object({}, { totalNum: int32(), readyNum: int32() }),
    resourceSummary: object(
      {},
      {
        allocatable: resources(),
        allocating: resources(),
        allocated: resources(),
        allocatableModelings: array(object({ grade: int64(), count: int64() })),
      },
    ),
    remedyActions: array(string()),
    id: string(),
  },
);

export type ClusterSpec = Static<typeof clusterSpecSchema>;
export type ClusterStatus = Static<typeof clusterStatusSchema>;
export type ClusterTaint = Static<typeof taint>;

/** cluster.karmada.io/v1alpha1 Cluster: one member of the fleet. Cluster-scoped. */
export interface Cluster extends KubeObject {
  spec: ClusterSpec;
  status?: ClusterStatus;
}

export const clustersRef: ResourceRef = {
  group: 'cluster.karmada.io',
  version: 'v1alpha1',
  resource: 'clusters',
  kind: 'Cluster',
  namespaced: false,
};

export const clusterDefinition = defineKind(clustersRef, {
  spec: clusterSpecSchema,
  status: clusterStatusSchema,
  category: 'karmada-io',
  columns: [
    { name: 'Version', type: 'string', jsonPath: '.status.kubernetesVersion' },
    { name: 'Mode', type: 'string', jsonPath: '.spec.syncMode' },
    { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    { name: 'Nodes', type: 'integer', jsonPath: '.status.nodeSummary.totalNum', priority: 1 },
    { name: 'Region', type: 'string', jsonPath: '.spec.region', priority: 1 },
    { name: 'Zones', type: 'string', jsonPath: '.spec.zones', priority: 1 },
    { name: 'Provider', type: 'string', jsonPath: '.spec.provider', priority: 1 },
    { name: 'APIEndpoint', type: 'string', jsonPath: '.spec.apiEndpoint', priority: 1 },
  ],
});
