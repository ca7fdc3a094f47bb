import { formatTime } from '../../../controller-runtime/clock.ts';
import type { Manager } from '../../../controller-runtime/contract.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { clustersRef } from '../api/cluster.ts';
import type { Cluster, ClusterTaint } from '../api/cluster.ts';
import { healthTaints } from '../api/names.ts';

/** Taints a member whose Ready condition is not True: NoSchedule keeps new work away, NoExecute (unless failover is off) moves what it has. */
export const addTaints = (manager: Manager, { failover }: { readonly failover: boolean }): void => {
  const clusters = manager.informer<Cluster>(clustersRef);
  manager.addController({
    name: 'cluster-taints',
    watches: [watch(clusters)],
    reconcile: async (name) => {
      const cluster = clusters.get(name);
      if (!cluster || cluster.metadata.deletionTimestamp) return;
      const taints = taintsFor(cluster, { failover, now: manager.clock.now() });
      if (taints === undefined) return;
      const body = { metadata: { resourceVersion: cluster.metadata.resourceVersion }, spec: { taints: taints.length > 0 ? taints : null } };
      await manager.client.resource<Cluster>(clustersRef).patch(name, undefined, body, { type: 'merge', fieldManager: 'causeway-fleet' });
      manager.events.event(cluster, taints.length > 0 ? 'Warning' : 'Normal', 'TaintClusterSucceed', describe(taints));
    },
  });
};

const describe = (taints: readonly ClusterTaint[]): string =>
  taints.length === 0 ? 'Taints of health removed' : `Taints: ${taints.map(({ key, effect }) => `${key}:${effect}`).join(', ')}`;

/** The taints a cluster is to have; undefined when it has them. Taints of others stay, and so does the time a taint was added. Pure. */
export const taintsFor = (
  { spec, status }: Cluster,
  { failover, now }: { readonly failover: boolean; readonly now: number },
): ClusterTaint[] | undefined => {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')?.status;
  const current = spec.taints ?? [];
  const key = ready === 'False' ? healthTaints.notReady : ready === 'Unknown' ? healthTaints.unreachable : undefined;
  const effects: ClusterTaint['effect'][] = key === undefined ? [] : failover ? ['NoSchedule', 'NoExecute'] : ['NoSchedule'];
  const isHealth = (taint: ClusterTaint): boolean => taint.key === healthTaints.notReady || taint.key === healthTaints.unreachable;
  const wanted = effects.map(
    (effect) => current.find((taint) => taint.key === key && taint.effect === effect) ?? { key: key!, effect, timeAdded: formatTime(now) },
  );
  const had = current.filter(isHealth);
  if (had.length === wanted.length && wanted.every((taint) => had.includes(taint))) return undefined;
  return [...current.filter((taint) => !isHealth(taint)), ...wanted];
};
