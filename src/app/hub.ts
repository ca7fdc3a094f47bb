import type { Manager } from '../controller-runtime/contract.ts';
import type { EmbeddedMembers, FleetSettings } from '../features/fleet/feature.ts';
import { startClusterServer } from './cluster-server.ts';
import type { ClusterServer, ClusterServerOptions } from './cluster-server.ts';
import { hubRoles, startHubControllers } from './hub-controllers.ts';
import { managerClients } from './identities.ts';

export interface HubOptions extends Omit<ClusterServerOptions, 'name' | 'seed'> {
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

/** Starts the server, then the controllers; nothing is left running when either fails. */
export const startHub = async (options: HubOptions): Promise<Hub> => {
  const server = await startClusterServer({ ...options, name: 'hub', seed: ['cluster', 'hub'], roles: hubRoles });
  let manager: Manager | undefined;
  try {
    const { certificateAuthority } = server.identity;
    manager = await startHubControllers({
      ...managerClients(server),
      log: options.log,
      kubernetes: { rootCertificateAuthority: certificateAuthority.certificate, signer: certificateAuthority },
      // Several hubs may share an etcd; only one process can open any other store.
      elect: options.store.startsWith('etcd:'),
      ...(options.embedded ? { embedded: options.embedded } : {}),
      ...(options.fleet ? { fleet: options.fleet } : {}),
    });
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
