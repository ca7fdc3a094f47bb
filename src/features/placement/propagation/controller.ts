import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import { jsonEqual } from '../../../apimachinery/equality/json-equal.ts';
import type { Json, UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import type { InformerEvent, Manager, ObjectKey } from '../../../controller-runtime/contract.ts';
import { keyOf, splitKey } from '../../../controller-runtime/object-key.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { clusterPropagationPoliciesRef, propagationPoliciesRef } from '../api/propagation-policy.ts';
import type { PropagationPolicy } from '../api/propagation-policy.ts';
import type { ResourceSelector } from '../api/placement.ts';
import type { ResourceBinding } from '../api/resource-binding.ts';
import type { BindingStore } from '../binding-store.ts';
import { bindingKeyFor } from '../binding-store.ts';
import { changesWishes } from '../changes.ts';
import { isPerCluster, isReservedNamespace, precision } from '../claim/choose-policy.ts';
import { carriesClaim, claimOf, claimPatch, decideClaim } from '../claim/claim.ts';
import { createPolicyIndex } from '../claim/policy-index.ts';
import type { Templates } from '../templates.ts';
import { splitTemplateKey, templateKey } from '../templates.ts';
import { desiredSpec, newBinding } from './desired-binding.ts';

export interface PropagationDependencies {
  readonly templates: Templates;
  readonly bindings: BindingStore;
  /** A new binding with its clusters, where the scheduler finds some at once. */
  readonly place: (binding: ResourceBinding) => ResourceBinding;
}

/** Claims templates for policies and keeps one binding per claimed template. Kinds are watched once a policy selects them. */
export const addPropagation = (manager: Manager, { templates, bindings, place }: PropagationDependencies): void => {
  const namespaced = manager.informer<PropagationPolicy>(propagationPoliciesRef);
  const cluster = manager.informer<PropagationPolicy>(clusterPropagationPoliciesRef);
  const policies = createPolicyIndex(namespaced, cluster);

  manager.addController({
    name: 'propagation-policy',
    watches: [watch(namespaced), watch(cluster)],
    reconcile: async (key) => {
      const policy = (key.includes('/') ? namespaced : cluster).byKey(key);
      let missing = false;
      for (const { apiVersion, kind } of policy?.spec.resourceSelectors ?? [])
        missing = !(await templates.want(apiVersion, kind)) || missing;
      return missing ? { requeueAfterSeconds: 5 } : undefined;
    },
  });

  /** Every template that the policy selects, or selected before. */
  const templatesOf = ({ object, old }: InformerEvent<PropagationPolicy>): ObjectKey[] => {
    const selectors = [...object.spec.resourceSelectors, ...(old?.spec.resourceSelectors ?? [])];
    const within = object.metadata.namespace;
    return [...new Set(selectors.flatMap((selector) => selectedKeys(templates, selector, within)))];
  };

  manager.addController({
    name: 'propagation',
    watches: [
      templates.watch((event, key) => (changesWishes(event) ? [key] : [])),
      watch(namespaced, templatesOf),
      watch(cluster, templatesOf),
      // A binding that somebody deletes comes back.
      ...bindings.informers.map((informer) =>
        watch(informer, ({ type, object: { spec, metadata } }) =>
          type === 'deleted'
            ? [
                templateKey(
                  spec.resource.apiVersion,
                  spec.resource.kind,
                  metadata.namespace ? `${metadata.namespace}/${spec.resource.name}` : spec.resource.name,
                ),
              ]
            : [],
        ),
      ),
    ],
    concurrency: 16,
    reconcile: async (key) => {
      const { kind, key: objectKey } = splitTemplateKey(key);
      const bindingKey = bindingKeyFor(kind, objectKey);
      const template = templates.get(key);
      if (!template || template.metadata.deletionTimestamp)
        return removeBinding(bindings, bindingKey, template === undefined ? splitTemplateKey(key) : undefined);
      if (isReservedNamespace(template.metadata.namespace ?? '') || isPerCluster(template)) return;
      const policy = decideClaim(template, policies.candidates(template));
      if (!policy && !claimOf(template)) return;
      await writeClaim(manager, template, policy);
      await writeBinding(bindings, bindingKey, { template, policy, place });
    },
  });
};

/** Keys of the known templates that a selector of a policy of this namespace (undefined: of the cluster) selects. */
const selectedKeys = (templates: Templates, selector: ResourceSelector, within: string | undefined): ObjectKey[] => {
  const { apiVersion, kind, name } = selector;
  const known = templates.known(apiVersion, kind);
  if (!known) return [];
  const namespace = within ?? selector.namespace;
  const named = name && namespace ? [known.get(name, namespace)].filter((template) => template !== undefined) : known.list(namespace);
  return named.filter((template) => precision(selector, template) > 0).map((template) => templateKey(apiVersion, kind, keyOf(template)));
};

/** Only the binding of this very template: another kind of another group may have the same binding name. */
const removeBinding = async (bindings: BindingStore, key: ObjectKey, gone: { readonly apiVersion: string } | undefined): Promise<void> => {
  const binding = bindings.get(key);
  if (!binding || binding.metadata.deletionTimestamp || !gone || binding.spec.resource.apiVersion !== gone.apiVersion) return;
  const { namespace, name } = splitKey(key);
  try {
    await bindings.client(key).delete(name, namespace);
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error;
  }
};

const writeClaim = async (manager: Manager, template: UnstructuredObject, policy: PropagationPolicy | undefined): Promise<void> => {
  const claim = claimPatch(policy);
  if (carriesClaim(template, claim)) return;
  const ref = await manager.client.refFor(template.apiVersion, template.kind);
  if (!ref) return;
  await manager.client
    .resource(ref)
    .patch(
      template.metadata.name,
      template.metadata.namespace,
      { metadata: { uid: template.metadata.uid, ...claim } },
      { type: 'merge', fieldManager: 'karmada' },
    );
};

interface BindingInput {
  readonly template: UnstructuredObject;
  readonly policy: PropagationPolicy | undefined;
  readonly place: PropagationDependencies['place'];
}

const writeBinding = async (bindings: BindingStore, key: ObjectKey, { template, policy, place }: BindingInput): Promise<void> => {
  const current = bindings.get(key);
  if (!current) {
    if (policy) await createBinding(bindings, key, place(newBinding(template, policy)));
    return;
  }
  if (current.metadata.deletionTimestamp) return;
  const claim = claimPatch(policy);
  const lazy = policy?.spec.activationPreference === 'Lazy' && current.spec.resource.resourceVersion === template.metadata.resourceVersion;
  const spec = desiredSpec(template, lazy ? undefined : policy, current.spec);
  if (jsonEqual(spec as Json, current.spec as Json) && carriesClaim(current as unknown as UnstructuredObject, claim)) return;
  const { namespace, name } = splitKey(key);
  // A merge patch with the version: nothing of the scheduler's is written back from a stale cache.
  const { clusters: _clusters, gracefulEvictionTasks: _tasks, requiredBy: _requiredBy, ...owned } = spec;
  await bindings.client(key).patch(
    name,
    namespace,
    {
      metadata: { resourceVersion: current.metadata.resourceVersion, ...claim },
      spec: { ...clearAbsent(owned, current.spec), resource: { ...spec.resource, resourceVersion: template.metadata.resourceVersion } },
    },
    { type: 'merge', fieldManager: 'causeway-propagation' },
  );
};

/** null for every field that the current spec has and the wanted one does not; placement is replaced as a whole. */
const clearAbsent = (wanted: Record<string, unknown>, current: Record<string, unknown>): Record<string, unknown> => {
  const result: Record<string, unknown> = { ...wanted };
  for (const [field, value] of Object.entries(current)) {
    if (
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      typeof wanted[field] === 'object' &&
      wanted[field] !== null
    ) {
      result[field] = clearAbsent(wanted[field] as Record<string, unknown>, value as Record<string, unknown>);
    } else if (!(field in wanted) && !othersFields.has(field)) result[field] = null;
  }
  return result;
};

const othersFields = new Set(['clusters', 'gracefulEvictionTasks', 'requiredBy', 'rescheduleTriggeredAt']);

const createBinding = async (
  bindings: BindingStore,
  key: ObjectKey,
  binding: Parameters<ReturnType<BindingStore['client']>['create']>[0],
): Promise<void> => {
  try {
    await bindings.client(key).create(binding, { fieldManager: 'causeway-propagation' });
  } catch (error) {
    // Created by a reconcile that the cache has not shown yet: the next event brings the rest.
    if (!isStatusError(error, 'AlreadyExists')) throw error;
  }
};
