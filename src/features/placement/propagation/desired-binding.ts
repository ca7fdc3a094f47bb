import { randomUUID } from 'node:crypto';
import { formatGroupVersion } from '../../../apimachinery/meta/group-version.ts';
import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import { finalizers, labels } from '../api/names.ts';
import type { PropagationPolicy } from '../api/propagation-policy.ts';
import type { BindingSpec, ResourceBinding } from '../api/resource-binding.ts';
import { clusterResourceBindingsRef, resourceBindingsRef } from '../api/resource-binding.ts';
import { bindingName } from '../binding-store.ts';
import { claimPatch } from '../claim/claim.ts';
import { replicasOf } from '../interpreter/replicas.ts';

/** The part of a binding's spec that follows from the template and its policy; the rest (clusters, eviction tasks, requiredBy) is others'. */
export const desiredSpec = (
  template: UnstructuredObject,
  policy: PropagationPolicy | undefined,
  current: BindingSpec | undefined,
): BindingSpec => {
  const sized = replicasOf(template);
  const { metadata } = template;
  const { replicas: _replicas, replicaRequirements: _requirements, ...kept } = current ?? {};
  return {
    ...(policy ? withoutPolicy(kept) : kept),
    resource: {
      apiVersion: template.apiVersion,
      kind: template.kind,
      name: metadata.name,
      ...(metadata.namespace ? { namespace: metadata.namespace } : {}),
      ...(metadata.uid ? { uid: metadata.uid } : {}),
      ...(current?.resource.resourceVersion
        ? { resourceVersion: current.resource.resourceVersion }
        : { resourceVersion: metadata.resourceVersion ?? '' }),
    },
    ...(sized ? { replicas: sized.replicas, replicaRequirements: sized.requirements } : {}),
    ...(policy ? fromPolicy(policy, current) : {}),
  };
};

/** What a policy says only when it wants to: gone from the binding when it is gone from the policy. */
const withoutPolicy = ({ failover: _failover, suspension: _suspension, ...rest }: Partial<BindingSpec>): Partial<BindingSpec> => rest;

/** `suspension.scheduling` is not the policy's to say, and stays. */
const suspensionFrom = ({ spec }: PropagationPolicy, current: BindingSpec | undefined): BindingSpec['suspension'] => {
  const scheduling = current?.suspension?.scheduling;
  const suspension = { ...spec.suspension, ...(scheduling === undefined ? {} : { scheduling }) };
  return Object.keys(suspension).length > 0 ? suspension : undefined;
};

const fromPolicy = (policy: PropagationPolicy, current: BindingSpec | undefined): Partial<BindingSpec> => {
  const { spec } = policy;
  const suspension = suspensionFrom(policy, current);
  return {
    placement: spec.placement ?? {},
    propagateDeps: spec.propagateDeps ?? false,
    schedulerName: spec.schedulerName ?? 'default-scheduler',
    conflictResolution: spec.conflictResolution ?? 'Abort',
    preserveResourcesOnDeletion: spec.preserveResourcesOnDeletion ?? false,
    ...(spec.failover ? { failover: spec.failover } : {}),
    ...(suspension ? { suspension } : {}),
  };
};

/** A new binding for a template, owned by it, with the policy's claim on it. */
export const newBinding = (template: UnstructuredObject, policy: PropagationPolicy | undefined): ResourceBinding => {
  const ref = template.metadata.namespace ? resourceBindingsRef : clusterResourceBindingsRef;
  const idLabel = template.metadata.namespace ? labels.bindingId : labels.clusterBindingId;
  const claim = claimPatch(policy);
  return {
    apiVersion: formatGroupVersion(ref.group, ref.version),
    kind: ref.kind,
    metadata: {
      name: bindingName(template.kind, template.metadata.name),
      ...(template.metadata.namespace ? { namespace: template.metadata.namespace } : {}),
      labels: { [idLabel]: randomUUID(), ...present(claim.labels) },
      annotations: present(claim.annotations),
      finalizers: [template.metadata.namespace ? finalizers.binding : finalizers.clusterBinding],
      ownerReferences: [
        {
          apiVersion: template.apiVersion,
          kind: template.kind,
          name: template.metadata.name,
          uid: template.metadata.uid ?? '',
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: desiredSpec(template, policy, undefined),
  };
};

const present = (values: Record<string, string | null>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== null));
