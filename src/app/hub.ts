import type { Logger, Manager } from '../controller-runtime/contract.ts';
import { createManager } from '../controller-runtime/manager.ts';
import { createMemberClients, fleetFeature } from '../features/fleet/feature.ts';
import type { EmbeddedMembers, FleetSettings } from '../features/fleet/feature.ts';
import { kubernetesFeature } from '../features/kubernetes/feature.ts';
import { placementFeature } from '../features/placement/feature.ts';
import { startClusterServer } from './cluster-server.ts';
import type { ClusterServer, ClusterServerOptions } from './cluster-server.ts';
import { installKinds } from './install-kinds.ts';
import { controllersUser } from './users.ts';

export interface HubOptions extends Omit<ClusterServerOptions, 'name'> {
  /** Members that run in this process; none on a production hub. */
  readonly embedded?: EmbeddedMembers & { register(manager: Manager): void };
  readonly fleet?: Omit<FleetSettings, 'members'>;
}

/** A hub: the API server with the hub's controllers over it. */
export interface Hub {
  readonly server: ClusterServer;
  readonly manager: Manager;
  stop(): Promise<void>;
}

const noEmbedded: EmbeddedMembers = { client: () => undefined, onChange: () => () => {} };

export const startHub = async (options: HubOptions): Promise<Hub> => {
  const server = await startClusterServer({ ...options, name: 'hub' });
  let manager: Manager | undefined;
  try {
    manager = await startHubControllers(server, options);
  } catch (error) {
    await server.close();
    throw error;
  }
  const started = manager;
  return {
    server,
    manager: started,
    stop: async () => {
      await started.stop();
      await server.close();
    },
  };
};

const startHubControllers = async (server: ClusterServer, { log, embedded, fleet }: HubOptions): Promise<Manager> => {
  const client = server.client(controllersUser, 'causeway-controllers');
  await installKinds(client, [...(fleetFeature.kinds?.hub ?? []), ...(placementFeature.kinds?.hub ?? [])], log);
  const manager = createManager({ client, log: log as Logger, component: 'causeway' });
  const members = createMemberClients(manager, embedded ?? noEmbedded);
  await kubernetesFeature.controllers.hub?.(manager, {
    rootCertificateAuthority: server.identity.certificateAuthority.certificate,
    signer: server.identity.certificateAuthority,
  });
  await fleetFeature.controllers.hub?.(manager, { members, ...fleet });
  await placementFeature.controllers.hub?.(manager, { members });
  embedded?.register(manager);
  await manager.start();
  return manager;
};
