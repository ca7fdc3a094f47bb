import type { ResourceRef } from '../../../apimachinery/meta/group-version.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import { anyValue, array, object, oneOf, record, string } from '../../../apimachinery/schema/define.ts';
import type { Static } from '../../../apimachinery/schema/define.ts';
import { defineKind } from '../../../apimachinery/schema/define-kind.ts';
import { clusterAffinitySchema, resourceSelectorSchema } from './placement.ts';

const operator = () => oneOf(['add', 'remove', 'replace']);
const keyValues = () => array(object({ operator: operator(), value: record(string()) }));
const commandArguments = () => array(object({ containerName: string(), operator: oneOf(['add', 'remove']) }, { value: array(string()) }));
const fieldOperations = () => array(object({ subPath: string(), operator: operator() }, { value: anyValue() }));

const overridersSchema = object(
  {},
  {
    plaintext: array(object({ path: string(), operator: operator() }, { value: anyValue() })),
    imageOverrider: array(
      object(
        { component: oneOf(['Registry', 'Repository', 'Tag']), operator: operator() },
        { predicate: object({ path: string() }), value: string() },
      ),
    ),
    commandOverrider: commandArguments(),
    argsOverrider: commandArguments(),
    labelsOverrider: keyValues(),
    annotationsOverrider: keyValues(),
    fieldOverrider: array(object({ fieldPath: string() }, { json: fieldOperations(), yaml: fieldOperations() })),
  },
);

export const overrideSpecSchema = object(
  {},
  {
    resourceSelectors: array(resourceSelectorSchema),
    overrideRules: array(object({ overriders: overridersSchema }, { targetCluster: clusterAffinitySchema })),
    targetCluster: clusterAffinitySchema,
    overriders: overridersSchema,
  },
);

export type Overriders = Static<typeof overridersSchema>;
export type OverrideSpec = Static<typeof overrideSpecSchema>;

/** policy.karmada.io/v1alpha1 OverridePolicy, and ClusterOverridePolicy without a namespace. */
export interface OverridePolicy extends KubeObject {
  spec: OverrideSpec;
}

const group = 'policy.karmada.io';

export const overridePoliciesRef: ResourceRef = {
  group,
  version: 'v1alpha1',
  resource: 'overridepolicies',
  kind: 'OverridePolicy',
  namespaced: true,
};
export const clusterOverridePoliciesRef: ResourceRef = {
  group,
  version: 'v1alpha1',
  resource: 'clusteroverridepolicies',
  kind: 'ClusterOverridePolicy',
  namespaced: false,
};

const define = (ref: ResourceRef, shortName: string) => defineKind(ref, { spec: overrideSpecSchema, shortName, category: 'karmada-io' });

export const overridePolicyDefinition = define(overridePoliciesRef, 'op');
export const clusterOverridePolicyDefinition = define(clusterOverridePoliciesRef, 'cop');
