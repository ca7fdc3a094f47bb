import type { ResourceRef } from '../../../apimachinery/meta/group-version.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { array, boolean, int32, object, oneOf, string } from '../../../apimachinery/schema/define.ts';
import type { Static } from '../../../apimachinery/schema/define.ts';
import { defineKind } from '../../../apimachinery/schema/define-kind.ts';
import { failoverSchema, placementSchema, resourceSelectorSchema, suspensionSchema } from './placement.ts';

export const propagationSpecSchema = object(
  { resourceSelectors: array(resourceSelectorSchema, { minItems: 1 }) },
  {
    association: boolean(),
    propagateDeps: boolean(),
    placement: placementSchema,
    priority: int32({ default: 0 }),
    preemption: oneOf(['Always', 'Never'], { default: 'Never' }),
    dependentOverrides: array(string()),
    schedulerName: string({ default: 'default-scheduler' }),
    failover: failoverSchema,
    conflictResolution: oneOf(['Abort', 'Overwrite'], { default: 'Abort' }),
    activationPreference: oneOf(['Lazy']),
    suspension: suspensionSchema,
    preserveResourcesOnDeletion: boolean(),
    schedulePriority: object({ priorityClassSource: oneOf(['KubePriorityClass']), priorityClassName: string() }),
  },
);

export type PropagationSpec = Static<typeof propagationSpecSchema>;

/** policy.karmada.io/v1alpha1 PropagationPolicy, and ClusterPropagationPolicy without a namespace. */
export interface PropagationPolicy extends KubeObject {
  spec: PropagationSpec;
}

const group = 'policy.karmada.io';

export const propagationPoliciesRef: ResourceRef = {
  group,
  version: 'v1alpha1',
  resource: 'propagationpolicies',
  kind: 'PropagationPolicy',
  namespaced: true,
};
export const clusterPropagationPoliciesRef: ResourceRef = {
  group,
  version: 'v1alpha1',
  resource: 'clusterpropagationpolicies',
  kind: 'ClusterPropagationPolicy',
  namespaced: false,
};

const columns = [
  { name: 'Conflict-Resolution', type: 'string', jsonPath: '.spec.conflictResolution' },
  { name: 'Priority', type: 'string', jsonPath: '.spec.priority' },
];

const define = (ref: ResourceRef, shortName: string) =>
  defineKind(ref, { spec: propagationSpecSchema, shortName, category: 'karmada-io', columns });

export const propagationPolicyDefinition = define(propagationPoliciesRef, 'pp');
export const clusterPropagationPolicyDefinition = define(clusterPropagationPoliciesRef, 'cpp');
