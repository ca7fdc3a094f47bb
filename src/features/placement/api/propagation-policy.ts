import type { ResourceRef } from '../../../apimachinery/meta/group-version.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { array, boolean, int32, object, oneOf, rootSchema, string } from '../../../apimachinery/schema/define.ts';
import type { Static } from '../../../apimachinery/schema/define.ts';
import type { CustomResourceDefinitionSource } from '../../../apimachinery/schema/definition-source.ts';
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

const define = (ref: ResourceRef, shortName: string): CustomResourceDefinitionSource => ({
  group,
  kind: ref.kind,
  plural: ref.resource,
  singular: ref.kind.toLowerCase(),
  shortNames: [shortName],
  categories: ['karmada-io'],
  namespaced: ref.namespaced,
  versions: [
    {
      name: ref.version,
      served: true,
      storage: true,
      schema: rootSchema(propagationSpecSchema, undefined, { required: ['spec'] }),
      columns: [
        { name: 'Conflict-Resolution', type: 'string', jsonPath: '.spec.conflictResolution' },
        { name: 'Priority', type: 'string', jsonPath: '.spec.priority' },
        { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
      ],
    },
  ],
});

export const propagationPolicyDefinition = define(propagationPoliciesRef, 'pp');
export const clusterPropagationPolicyDefinition = define(clusterPropagationPoliciesRef, 'cpp');
