import { leasesRef, namespacesRef } from '../../../api/refs.gen.ts';
import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import type { ResourceRef } from '../../../apimachinery/meta/group-version.ts';
import type { Manager } from '../../../controller-runtime/contract.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { clustersRef } from '../api/cluster.ts';
import type { Cluster } from '../api/cluster.ts';
import { clusterFinalizer, fleetNamespace } from '../api/names.ts';
import { ensureAgentAccess } from './agent-access.ts';
import { ensureNamespace } from './ensure-namespace.ts';

/** Placement's Works, by reference only: a cluster leaves after they are finished. */
const worksRef: ResourceRef = { group: 'work.karmada.io', version: 'v1alpha1', resource: 'works', kind: 'Work', namespaced: true };

const executionNamespace = (cluster: string): string => `karmada-es-${cluster}`;

/** Gives every joined cluster its execution namespace and its agent, if it pulls, its access, and takes it away, Works first, when the cluster leaves. */
export const addRegistration = (manager: Manager): void => {
  const clusters = manager.informer<Cluster>(clustersRef);
  const leases = manager.informer(leasesRef, { namespace: fleetNamespace });
  manager.addController({
    name: 'cluster-registration',
    watches: [
      watch(clusters, ({ type, object, old }) => (type === 'modified' && isReportOnly(object, old) ? [] : [object.metadata.name])),
      watch(leases, ({ type, object }) => (type === 'deleted' ? [object.metadata.name] : [])),
    ],
    reconcile: async (name) => {
      const cluster = clusters.get(name);
      if (!cluster) return;
      return cluster.metadata.deletionTimestamp ? leave(manager, cluster) : join(manager, cluster);
    },
  });
};

/** Whether nothing but the status changed. */
const isReportOnly = ({ metadata }: Cluster, old: Cluster | undefined): boolean =>
  metadata.generation !== undefined &&
  metadata.generation === old?.metadata.generation &&
  metadata.deletionTimestamp === old.metadata.deletionTimestamp;

const join = async (manager: Manager, cluster: Cluster): Promise<void> => {
  const { metadata, spec } = cluster;
  await ensureNamespace(manager.client, executionNamespace(metadata.name));
  if (spec.syncMode === 'Pull') await ensureAgentAccess(manager.client, cluster);
  if (metadata.finalizers?.includes(clusterFinalizer)) return;
  const body = { metadata: { resourceVersion: metadata.resourceVersion, finalizers: [...(metadata.finalizers ?? []), clusterFinalizer] } };
  await manager.client
    .resource<Cluster>(clustersRef)
    .patch(metadata.name, undefined, body, { type: 'merge', fieldManager: 'causeway-fleet' });
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
