import { leasesRef } from '../../../api/refs.gen.ts';
import { formatMicroTime, sleep } from '../../../controller-runtime/clock.ts';
import type { Manager } from '../../../controller-runtime/contract.ts';
import { clustersRef } from '../api/cluster.ts';
import type { Cluster } from '../api/cluster.ts';
import { fleetNamespace } from '../api/names.ts';
import { addHealth, defaultHealthSettings } from '../health/controller.ts';
import type { HealthSettings } from '../health/controller.ts';

export interface AgentSettings {
  readonly cluster: string;
  /** Says on the Lease which process renews it. */
  readonly identity: string;
  readonly health?: Partial<HealthSettings>;
  /** Default 10. */
  readonly leaseRenewSeconds?: number;
}

/** An agent's part of the fleet: reports its cluster's status to the hub and renews its Lease there. */
export const addAgent = ({ hub, member }: { readonly hub: Manager; readonly member: Manager }, settings: AgentSettings): void => {
  const { cluster, leaseRenewSeconds = 10 } = settings;
  const clusters = hub.informer<Cluster>(clustersRef, { fieldSelector: `metadata.name=${cluster}` });
  addHealth(hub, {
    members: { get: () => member.client, names: () => [cluster], onChange: () => () => {} },
    settings: { ...defaultHealthSettings, ...settings.health },
    mode: 'Pull',
    clusters,
  });
  clusters.onEvent(({ type }) => {
    if (type === 'deleted') hub.log.error('the cluster has left the fleet: stop this agent, or join again with a new token', { cluster });
  });
  hub.addRunnable('lease', async (signal) => {
    let failures = 0;
    while (!signal.aborted) {
      try {
        await renew(hub, settings);
        failures = 0;
      } catch (error) {
        failures++;
        if (failures === 1) hub.log.warn('cannot renew the Lease on the hub', { cluster, error: String(error) });
      }
      await sleep(hub.clock, failures === 0 ? leaseRenewSeconds * 1000 : Math.min(leaseRenewSeconds, 2) * 1000, signal);
    }
  });
};

const renew = async ({ client, clock }: Manager, { cluster, identity, leaseRenewSeconds = 10 }: AgentSettings): Promise<void> => {
  const spec = {
    holderIdentity: identity,
    leaseDurationSeconds: Math.ceil(leaseRenewSeconds * 4),
    renewTime: formatMicroTime(clock.now()),
  };
  const signal = AbortSignal.timeout(10_000);
  await client.resource(leasesRef).patch(cluster, fleetNamespace, { spec }, { type: 'merge', fieldManager: 'causeway-agent', signal });
};
