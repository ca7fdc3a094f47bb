import { jsonEqual } from '../../../apimachinery/equality/json-equal.ts';
import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import type { ResourceRef } from '../../../apimachinery/meta/group-version.ts';
import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import type { Manager } from '../../../controller-runtime/contract.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { clustersRef } from '../../fleet/api/cluster.ts';
import type { Cluster } from '../../fleet/api/cluster.ts';
import { clusterOfExecutionNamespace, executionNamespace } from '../api/names.ts';
import { worksRef } from '../api/work.ts';
import type { Work } from '../api/work.ts';
import { isReservedNamespace } from '../claim/choose-policy.ts';
import { renderWork } from '../works/render-work.ts';

const namespacesRef: ResourceRef = { group: '', version: 'v1', resource: 'namespaces', kind: 'Namespace', namespaced: false };

/** On a Namespace: `"true"` keeps it on the hub. */
const skipLabel = 'namespace.karmada.io/skip-auto-propagation';

/** Every namespace of the hub exists on every member, so that what is propagated finds its place. `default` exists there already. */
export const addNamespaces = (manager: Manager): void => {
  const namespaces = manager.informer(namespacesRef);
  const clusters = manager.informer<Cluster>(clustersRef);
  const works = manager.informer<Work>(worksRef);

  manager.addController({
    name: 'namespace-propagation',
    watches: [
      // An execution namespace that appears makes its cluster ready for Works.
      watch(namespaces, ({ type, object: { metadata } }) =>
        type === 'added' && clusterOfExecutionNamespace(metadata.name) !== undefined
          ? namespaces.list().map((each) => each.metadata.name)
          : [metadata.name],
      ),
      watch(clusters, ({ type, object, old }) =>
        type === 'modified' && old?.metadata.deletionTimestamp === object.metadata.deletionTimestamp
          ? []
          : namespaces.list().map(({ metadata }) => metadata.name),
      ),
    ],
    concurrency: 8,
    reconcile: async (name) => {
      const namespace = namespaces.get(name);
      if (name === 'default' || isReservedNamespace(name)) return;
      const wanted = namespace !== undefined && !namespace.metadata.deletionTimestamp && namespace.metadata.labels?.[skipLabel] !== 'true';
      const joined = clusters.list().filter(({ metadata }) => namespaces.get(executionNamespace(metadata.name)));
      await Promise.all(
        joined.map((cluster) =>
          sync(manager, {
            cluster,
            name,
            namespace: wanted ? namespace : undefined,
            existing: works.get(`${name}-namespace`, executionNamespace(cluster.metadata.name)),
          }),
        ),
      );
    },
  });
};

interface SyncInput {
  readonly cluster: Cluster;
  readonly name: string;
  readonly namespace: UnstructuredObject | undefined;
  readonly existing: Work | undefined;
}

const sync = async (manager: Manager, { cluster, name, namespace, existing }: SyncInput): Promise<void> => {
  const client = manager.client.resource<Work>(worksRef);
  if (!namespace || cluster.metadata.deletionTimestamp) {
    if (existing && !existing.metadata.deletionTimestamp) await client.delete(existing.metadata.name, existing.metadata.namespace);
    return;
  }
  const work = namespaceWork(namespace, cluster, `${name}-namespace`);
  if (existing?.metadata.deletionTimestamp)
    throw new Error(`namespace ${name} on ${cluster.metadata.name}: its former Work is still being removed`);
  if (existing) {
    if (!jsonEqual(existing.spec, work.spec))
      await client.update({ ...existing, spec: work.spec }, { fieldManager: 'causeway-namespaces' });
    return;
  }
  try {
    await client.create(work, { fieldManager: 'causeway-namespaces' });
  } catch (error) {
    if (!isStatusError(error, 'AlreadyExists')) throw error;
  }
};

const namespaceWork = (namespace: UnstructuredObject, cluster: Cluster, name: string): Work => {
  const { labels, annotations, uid } = namespace.metadata;
  const bare = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: namespace.metadata.name,
      ...(labels ? { labels } : {}),
      ...(annotations ? { annotations } : {}),
      ...(uid ? { uid } : {}),
    },
  };
  const binding = {
    apiVersion: '',
    kind: '',
    metadata: { name: '' },
    spec: { resource: { apiVersion: 'v1', kind: 'Namespace', name: namespace.metadata.name }, conflictResolution: 'Overwrite' as const },
  };
  const work = renderWork({ binding, template: bare, cluster, replicas: undefined, completions: undefined, overrides: [] });
  const [manifest] = work.spec.workload!.manifests!;
  manifest!.metadata.annotations!['work.karmada.io/name'] = name;
  return { ...work, metadata: { ...work.metadata, name, labels: {}, annotations: {} } };
};
