import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Client } from '../client/contract.ts';
import type { Logger, Manager } from '../controller-runtime/contract.ts';
import { createManager } from '../controller-runtime/manager.ts';
import type { ManagerOptions } from '../controller-runtime/manager.ts';
import { createMemberClients, fleetFeature } from '../features/fleet/feature.ts';
import type { EmbeddedMembers, FleetSettings } from '../features/fleet/feature.ts';
import { kubernetesFeature } from '../features/kubernetes/feature.ts';
import type { KubernetesSettings } from '../features/kubernetes/settings.ts';
import { placementFeature } from '../features/placement/feature.ts';
import { installKinds } from './install-kinds.ts';

export interface HubControllersOptions {
  readonly client: Client;
  readonly log: Logger;
  /** What the API server itself needs of us; absent where a kube-controller-manager does that work. */
  readonly kubernetes?: KubernetesSettings;
  /** Of several processes one works, and another takes over when it ends. */
  readonly elect: boolean;
  readonly embedded?: EmbeddedMembers & { register(manager: Manager): void };
  readonly fleet?: Omit<FleetSettings, 'members'>;
}

const noEmbedded: EmbeddedMembers = { client: () => undefined, onChange: () => () => {} };

/** The Lease of the hub's controllers; the identity names host and process. */
const election = (): NonNullable<ManagerOptions['leaderElection']> => ({
  name: 'causeway-hub',
  namespace: 'kube-system',
  identity: `${hostname()}_${process.pid}_${randomBytes(4).toString('hex')}`,
});

/** Installs the hub's kinds and starts its controllers over any API server. The caller stops the manager, then closes the client. */
export const startHubControllers = async (options: HubControllersOptions): Promise<Manager> => {
  const { client, log, kubernetes, elect, embedded, fleet } = options;
  await installKinds(client, [...(fleetFeature.kinds?.hub ?? []), ...(placementFeature.kinds?.hub ?? [])], log);
  const manager = createManager({ client, log, component: 'causeway', ...(elect ? { leaderElection: election() } : {}) });
  const members = createMemberClients(manager, embedded ?? noEmbedded);
  if (kubernetes) await kubernetesFeature.controllers.hub?.(manager, kubernetes);
  await fleetFeature.controllers.hub?.(manager, { members, ...fleet });
  await placementFeature.controllers.hub?.(manager, { members });
  embedded?.register(manager);
  await manager.start();
  return manager;
};
