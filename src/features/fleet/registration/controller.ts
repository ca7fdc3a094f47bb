import { namespacesRef } from '../../../api/refs.gen.ts';
import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import type { ResourceRef } from '../../../apimachinery/meta/group-version.ts';
import type { Manager } from '../../../controller-runtime/contract.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { clustersRef } from '../api/cluster.ts';
import type { Cluster } from '../api/cluster.ts';
import { clusterFinalizer } from '../api/names.ts';

/** Placement's Works, by reference only: a cluster leaves after they are finished. */
const worksRef: ResourceRef = { group: 'work.karmada.io', version: 'v1alpha1', resource: 'works', kind: 'Work', namespaced: true };

const executionNamespace = (cluster: string): string => `karmada-es-${cluster}`;

/** Gives every joined cluster its execution namespace, and takes it away, Works first, when the cluster leaves. */
export const addRegistration = (manager: Manager): void => {
  const clusters = manager.informer<Cluster>(clustersRef);
  manager.addController({
    name: 'cluster-registration',
    watches: [watch(clusters)],
    reconcile: async (name) => {
      const cluster = clusters.get(name);
      if (!cluster) return;
      return cluster.metadata.deletionTimestamp ? leave(manager, cluster) : join(manager, cluster);
    },
  });
};

const join = async (manager: Manager, { metadata }: Cluster): Promise<void> => {
  await ensureNamespace(manager, executionNamespace(metadata.name));
  if (metadata.finalizers?.includes(clusterFinalizer)) return;
  const body = { metadata: { resourceVersion: metadata.resourceVersion, finalizers: [...(metadata.finalizers ?? []), clusterFinalizer] } };
  await manager.client
    .resource<Cluster>(clustersRef)
    .patch(metadata.name, undefined, body, { type: 'merge', fieldManager: 'causeway-fleet' });
};

/** Creates the namespace unless it is there. */
export const ensureNamespace = async (manager: Manager, name: string): Promise<void> => {
  const namespaces = manager.client.resource(namespacesRef);
  if (await namespaces.find(name, undefined)) return;
  try {
    await namespaces.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  } catch (error) {
    if (!isStatusError(error, 'AlreadyExists')) throw error;
  }
};

/** A member that answers removes what it holds first; one that does not is let go as it is. */
const leave = async (manager: Manager, cluster: Cluster): Promise<void | { requeueAfterSeconds: number }> => {
  const { metadata, status } = cluster;
  if (!metadata.finalizers?.includes(clusterFinalizer)) return;
  const namespace = executionNamespace(metadata.name);
  const works = manager.client.resource(worksRef);
  const { items } = await works.list({ namespace });
  for (const work of items) if (!work.metadata.deletionTimestamp) await works.delete(work.metadata.name, namespace);
  const reachable = status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True');
  if (items.length > 0 && reachable) return { requeueAfterSeconds: 1 };
  try {
    await manager.client.resource(namespacesRef).delete(namespace, undefined);
  } catch (error) {
    if (!isStatusError(error, 'NotFound') && !isStatusError(error, 'Conflict')) throw error;
  }
  const body = {
    metadata: {
      resourceVersion: metadata.resourceVersion,
      finalizers: metadata.finalizers.filter((finalizer) => finalizer !== clusterFinalizer),
    },
  };
  await manager.client
    .resource<Cluster>(clustersRef)
    .patch(metadata.name, undefined, body, { type: 'merge', fieldManager: 'causeway-fleet' });
};
