import type { Manager } from '../controller-runtime/contract.ts';
import type { EmbeddedMembers, FleetSettings } from '../features/fleet/feature.ts';
import { startClusterServer } from './cluster-server.ts';
import type { ClusterServer, ClusterServerOptions } from './cluster-server.ts';
import { hubRoles, createHubControllers } from './hub-controllers.ts';
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

/**
 * Starts the server, then the controllers; nothing is left running when either fails. It is ready when the API is: the controllers' caches
 * take their time over a large store.
 */
export const startHub = async (options: HubOptions): Promise<Hub> => {
  let manager: Manager | undefined;
  const controllersRun = (): void => {
    if (!manager) throw new Error('the controllers have not started yet');
  };
  // A hub has no scheduler: what is created there is placed on members.
  const components = { 'controller-manager': controllersRun };
  const server = await startClusterServer({ ...options, name: 'hub', seed: ['cluster', 'hub'], components, roles: hubRoles });
  try {
    const { certificateAuthority } = server.identity;
    manager = await createHubControllers({
      ...managerClients(server),
      metrics: server.metrics,
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
  const starting = started.start();
  return {
    server,
    manager: started,
    stop: async () => {
      await started.stop();
      await starting;
      await server.close();
    },
  };
};
