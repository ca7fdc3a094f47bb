import type { ResourceRef } from '../../../apimachinery/meta/group-version.ts';
import type { KubeObject, UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import { anyObject, array, boolean, conditions, int64, object, oneOf, string } from '../../../apimachinery/schema/define.ts';
import type { Static } from '../../../apimachinery/schema/define.ts';
import { defineKind } from '../../../apimachinery/schema/define-kind.ts';

const workSpecSchema = object(
  {},
  {
    workload: object({}, { manifests: array(anyObject({ 'x-kubernetes-embedded-resource': true })) }),
    suspendDispatching: boolean(),
    preserveResourcesOnDeletion: boolean(),
  },
);

const manifestStatusSchema = object(
  {
    identifier: object(
      { ordinal: int64(), version: string(), kind: string(), resource: string(), name: string() },
      { group: string(), namespace: string() },
    ),
  },
  { status: anyObject(), health: oneOf(['Healthy', 'Unhealthy', 'Unknown']) },
);

const workStatusSchema = object({}, { conditions: conditions(), manifestStatuses: array(manifestStatusSchema) });

export type WorkStatus = Static<typeof workStatusSchema>;
export type ManifestStatus = Static<typeof manifestStatusSchema>;

/** work.karmada.io/v1alpha1 Work: what one member cluster has to hold, in the execution namespace of that cluster. */
export interface Work extends KubeObject {
  spec: { workload?: { manifests?: UnstructuredObject[] }; suspendDispatching?: boolean; preserveResourcesOnDeletion?: boolean };
  status?: WorkStatus;
}

export const worksRef: ResourceRef = { group: 'work.karmada.io', version: 'v1alpha1', resource: 'works', kind: 'Work', namespaced: true };

export const workDefinition = defineKind(worksRef, {
  spec: workSpecSchema,
  status: workStatusSchema,
  shortName: 'wk',
  category: 'karmada-io',
  columns: [
    { name: 'Workload-Kind', type: 'string', jsonPath: '.spec.workload.manifests[*].kind' },
    { name: 'Applied', type: 'string', jsonPath: '.status.conditions[?(@.type=="Applied")].status' },
  ],
});
