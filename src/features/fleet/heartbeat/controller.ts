import type { Lease } from '../../../api/coordination/types.gen.ts';
import { leasesRef } from '../../../api/refs.gen.ts';
import type { Manager } from '../../../controller-runtime/contract.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { clustersRef } from '../api/cluster.ts';
import type { Cluster } from '../api/cluster.ts';
import { fleetNamespace } from '../api/names.ts';
import { withReady, writeStatus } from '../health/cluster-status.ts';

/**
 * Sets Ready to Unknown on a pull cluster whose agent stopped renewing its Lease for the grace period. Clocks of two machines are never
 * compared: a Lease is stale when its record did not change for that long of the hub's own time.
 */
export const addHeartbeat = (manager: Manager, { graceSeconds }: { readonly graceSeconds: number }): void => {
  const { clock } = manager;
  const clusters = manager.informer<Cluster>(clustersRef);
  const leases = manager.informer<Lease>(leasesRef, { namespace: fleetNamespace });
  const seen = new Map<string, { readonly record: string; readonly at: number }>();

  manager.addController({
    name: 'cluster-heartbeat',
    watches: [watch(clusters), watch(leases, ({ object }) => [object.metadata.name])],
    reconcile: async (name) => {
      const cluster = clusters.get(name);
      if (!cluster || cluster.spec.syncMode !== 'Pull') return void seen.delete(name);
      const spec = leases.get(name, fleetNamespace)?.spec;
      const record = `${cluster.metadata.uid} ${spec?.holderIdentity ?? ''} ${spec?.renewTime ?? ''}`;
      const now = clock.now();
      if (seen.get(name)?.record !== record) seen.set(name, { record, at: now });
      const remaining = seen.get(name)!.at + graceSeconds * 1000 - now;
      if (remaining > 0) return { requeueAfterSeconds: remaining / 1000 };
      const ready = cluster.status?.conditions?.find(({ type }) => type === 'Ready');
      if (ready?.status === 'Unknown') return;
      const unknown = spec?.renewTime
        ? { reason: 'ClusterStatusUnknown', message: `the agent did not renew its Lease for ${graceSeconds} s` }
        : { reason: 'ClusterStatusNeverUpdated', message: `the agent has not reported within ${graceSeconds} s` };
      await writeStatus(manager.client, cluster, { conditions: withReady(cluster, { status: 'Unknown', ...unknown }, now) });
      manager.events.event(cluster, 'Warning', unknown.reason, unknown.message);
      return;
    },
  });
};
