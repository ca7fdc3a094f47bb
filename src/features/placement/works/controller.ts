import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import { jsonEqual } from '../../../apimachinery/equality/json-equal.ts';
import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import type { ResourceClient } from '../../../client/contract.ts';
import type { Informer, InformerEvent, Manager, ObjectKey } from '../../../controller-runtime/contract.ts';
import { keyOf, splitKey } from '../../../controller-runtime/object-key.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { clustersRef } from '../../fleet/api/cluster.ts';
import type { Cluster } from '../../fleet/api/cluster.ts';
import { clusterOfExecutionNamespace, finalizers } from '../api/names.ts';
import { clusterOverridePoliciesRef, overridePoliciesRef } from '../api/override-policy.ts';
import type { OverridePolicy } from '../api/override-policy.ts';
import type { ResourceBinding } from '../api/resource-binding.ts';
import { worksRef } from '../api/work.ts';
import type { Work } from '../api/work.ts';
import { changesWishes } from '../changes.ts';
import type { BindingStore } from '../binding-store.ts';
import { bindingKeyFor, bindingKeyOf } from '../binding-store.ts';
import { matchingOverrides } from '../override/matching-overrides.ts';
import { precision } from '../claim/choose-policy.ts';
import type { Templates } from '../templates.ts';
import { splitTemplateKey } from '../templates.ts';
import type { BindingStatuses } from '../status/binding-statuses.ts';
import { collectStatus } from '../status/collect-status.ts';
import { renderWork } from './render-work.ts';
import { evictedClusters, workTargets } from './target-clusters.ts';

/** The index of Works by the key of their binding. */
const byBinding = 'binding';

export interface WorksDependencies {
  readonly templates: Templates;
  readonly bindings: BindingStore;
  readonly statuses: BindingStatuses;
}

/** Renders one Work per target cluster of each binding, removes those that are not wanted any more, and carries their status back up. */
export const addWorks = (manager: Manager, { templates, bindings, statuses }: WorksDependencies): void => {
  const works = manager.informer<Work>(worksRef);
  const clusters = manager.informer<Cluster>(clustersRef);
  const overrides = {
    namespaced: manager.informer<OverridePolicy>(overridePoliciesRef),
    cluster: manager.informer<OverridePolicy>(clusterOverridePoliciesRef),
  };
  works.addIndex(byBinding, (work) => [bindingKeyOf(work.metadata) ?? ''].filter(Boolean));

  const overridden = ({ object, old }: InformerEvent<OverridePolicy>): ObjectKey[] =>
    bindings
      .all()
      .filter(({ metadata }) => object.metadata.namespace === undefined || metadata.namespace === object.metadata.namespace)
      .filter((binding) => [object, ...(old ? [old] : [])].some((policy) => selectsResource(policy, binding, templates)))
      .map(keyOf);

  manager.addController({
    name: 'work',
    watches: [
      ...bindings.informers.map((informer) => watch(informer, (event) => (changesWishes(event) ? [keyOf(event.object)] : []))),
      watch(works, ({ object }) => [bindingKeyOf(object.metadata) ?? ''].filter(Boolean)),
      templates.watch((event, key) => {
        if (!changesWishes(event)) return [];
        const { kind, key: objectKey } = splitTemplateKey(key);
        return [bindingKeyFor(kind, objectKey)];
      }),
      watch(overrides.namespaced, overridden),
      watch(overrides.cluster, overridden),
      watch(clusters, ({ object, old, type }) =>
        type === 'modified' && jsonEqual(old?.metadata.labels, object.metadata.labels) && jsonEqual(old?.spec, object.spec)
          ? []
          : bindings.all().map(keyOf),
      ),
    ],
    concurrency: 32,
    reconcile: async (key) => {
      const binding = bindings.get(key);
      if (!binding) return;
      const current = works.byIndex(byBinding, key);
      if (binding.metadata.deletionTimestamp) return finish(manager, bindings, key, { binding, works: current });
      await templates.want(binding.spec.resource.apiVersion, binding.spec.resource.kind);
      const template = templates.of(binding);
      if (!template) return;
      const failures = await syncWorks(manager, { binding, template, works: current, clusters, overrides });
      const { part, underway } = collectStatus({ binding, works: works.byIndex(byBinding, key), failures });
      const told = binding.status?.conditions?.length;
      statuses.say(binding, part, underway && !told ? 'underway' : 'soon');
    },
  });
};

const selectsResource = ({ spec }: OverridePolicy, binding: ResourceBinding, templates: Templates): boolean => {
  const template = templates.of(binding);
  return (
    template !== undefined &&
    ((spec.resourceSelectors ?? []).length === 0 || spec.resourceSelectors!.some((selector) => precision(selector, template) > 0))
  );
};

interface SyncInput {
  readonly binding: ResourceBinding;
  readonly template: UnstructuredObject;
  readonly works: readonly Work[];
  readonly clusters: Informer<Cluster>;
  readonly overrides: { readonly namespaced: Informer<OverridePolicy>; readonly cluster: Informer<OverridePolicy> };
}

/** Creates, updates and deletes Works; answers why clusters could not get theirs. */
const syncWorks = async (manager: Manager, { binding, template, works, clusters, overrides }: SyncInput): Promise<Map<string, string>> => {
  const failures = new Map<string, string>();
  const client = manager.client.resource<Work>(worksRef);
  const existing = new Map(works.map((work) => [clusterOfExecutionNamespace(work.metadata.namespace ?? ''), work]));
  const policies = {
    namespaced: overrides.namespaced.list(binding.metadata.namespace).filter(() => binding.metadata.namespace !== undefined),
    cluster: overrides.cluster.list(),
  };
  const wanted = evictedClusters(binding);
  await Promise.all(
    workTargets(binding, template).map(async (target) => {
      wanted.add(target.cluster);
      const cluster = clusters.get(target.cluster);
      if (!cluster || cluster.metadata.deletionTimestamp) return;
      let work: Work;
      try {
        work = renderWork({ binding, template, ...target, cluster, overrides: matchingOverrides(template, cluster, policies) });
      } catch (error) {
        failures.set(target.cluster, error instanceof Error ? error.message : String(error));
        return;
      }
      await writeWork(client, work, existing.get(target.cluster));
    }),
  );
  await Promise.all(
    [...existing].filter(([cluster]) => cluster === undefined || !wanted.has(cluster)).map(([, work]) => removeWork(client, work)),
  );
  return failures;
};

const writeWork = async (client: ResourceClient<Work>, work: Work, current: Work | undefined): Promise<void> => {
  const options = { fieldManager: 'causeway-work' };
  if (!current) {
    try {
      await client.create(work, options);
    } catch (error) {
      // Made a moment ago, and not in the cache yet: its event reconciles again.
      if (!isStatusError(error, 'AlreadyExists')) throw error;
    }
    return;
  }
  if (current.metadata.deletionTimestamp || jsonEqual(current.spec, work.spec)) return;
  await client.update(
    { ...current, spec: work.spec, metadata: { ...current.metadata, labels: { ...current.metadata.labels, ...work.metadata.labels } } },
    options,
  );
};

const removeWork = async (client: ResourceClient<Work>, { metadata }: Work): Promise<void> => {
  if (metadata.deletionTimestamp) return;
  try {
    await client.delete(metadata.name, metadata.namespace);
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error;
  }
};

/** A binding goes only after all its Works are gone. */
const finish = async (
  manager: Manager,
  bindings: BindingStore,
  key: ObjectKey,
  { binding, works }: { readonly binding: ResourceBinding; readonly works: readonly Work[] },
): Promise<void> => {
  const client = manager.client.resource<Work>(worksRef);
  await Promise.all(works.map((work) => removeWork(client, work)));
  const own = [finalizers.binding, finalizers.clusterBinding] as readonly string[];
  const remaining = (binding.metadata.finalizers ?? []).filter((finalizer) => !own.includes(finalizer));
  if (works.length > 0 || remaining.length === (binding.metadata.finalizers ?? []).length) return;
  const { namespace, name } = splitKey(key);
  await bindings
    .client(key)
    .patch(name, namespace, { metadata: { resourceVersion: binding.metadata.resourceVersion, finalizers: remaining } }, { type: 'merge' });
};
