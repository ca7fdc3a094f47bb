import { join } from 'node:path';
import type { Client } from '../client/contract.ts';
import type { Logger, Manager } from '../controller-runtime/contract.ts';
import { createManager } from '../controller-runtime/manager.ts';
import { kubernetesFeature } from '../features/kubernetes/feature.ts';
import { startClusterServer } from './cluster-server.ts';
import type { ClusterServer } from './cluster-server.ts';
import { controllersUser, hubUser } from './users.ts';

export interface MemberOptions {
  readonly name: string;
  /** Everything of this member is below it. */
  readonly directory: string;
  readonly nodes: number;
  readonly preferredPort: number | undefined;
  readonly log: Logger;
  readonly region?: string;
  readonly zone?: string;
}

/** A member inside this process: an API server, the cluster's controllers and its simulated nodes. */
export interface Member {
  readonly server: ClusterServer;
  /** As the hub. */
  readonly client: Client;
  stop(): Promise<void>;
}

export const startMember = async ({ name, directory, nodes, preferredPort, log, region, zone }: MemberOptions): Promise<Member> => {
  const server = await startClusterServer({
    name,
    directory,
    store: `lmdb:${join(directory, 'store')}`,
    seed: ['cluster'],
    port: 0,
    ...(preferredPort === undefined ? {} : { preferredPort }),
    log,
  });
  let manager: Manager | undefined;
  try {
    manager = createManager({ client: server.client(controllersUser, 'causeway-controllers'), log, component: 'causeway' });
    await kubernetesFeature.controllers.cluster?.(manager, {
      rootCertificateAuthority: server.identity.certificateAuthority.certificate,
      signer: server.identity.certificateAuthority,
      simulatedNodes: Array.from({ length: nodes }, (_, index) => ({
        name: `${name}-${index + 1}`,
        ...nodeAddresses(index),
        ...(region ? { region } : {}),
        ...(zone ? { zone } : {}),
      })),
    });
    await manager.start();
  } catch (error) {
    await manager?.stop().catch(() => {});
    await server.close();
    throw error;
  }
  const started = manager;
  return {
    server,
    client: server.client(hubUser, 'causeway-hub'),
    stop: async () => {
      await started.stop();
      await server.close();
    },
  };
};

/** Addresses of the simulated node with this index: 172.18.x.y, its pods' 10.a.b.0/24. */
const nodeAddresses = (index: number): { readonly address: string; readonly podCIDR: string } => ({
  address: `172.18.${(index + 2) >> 8}.${(index + 2) & 255}`,
  podCIDR: `10.${244 + (index >> 8)}.${index & 255}.0/24`,
});
