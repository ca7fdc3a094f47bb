import { join } from 'node:path';
import type { Transport } from '../client/transport.ts';
import type { ControllerRole } from '../controller-runtime/feature.ts';
import type { Logger, Manager } from '../controller-runtime/contract.ts';
import { createManager } from '../controller-runtime/manager.ts';
import { kubernetesFeature, simulatedNodeRoles } from '../features/kubernetes/feature.ts';
import { startClusterServer } from './cluster-server.ts';
import { resourceMetricsKinds } from '../api/kinds.ts';
import { resourceMetricsExtension } from './resource-metrics.ts';
import type { KubeconfigContext } from './kubeconfig.ts';
import { managerClients, userOf } from './identities.ts';

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
  readonly url: string;
  readonly kubeconfig: KubeconfigContext;
  /** To its API server, as the hub. */
  readonly transport: Transport;
  stop(): Promise<void>;
}

/** Where members run. */
export interface MemberHost {
  /** `onLost` is called when the member ends by itself. @throws {Error} when it does not start */
  start(options: Omit<MemberOptions, 'log'>, onLost: (error: Error) => void): Promise<Member>;
  /** The members have been stopped before. */
  close(): Promise<void>;
}

/** Runs members in the caller's thread: they end only with it. */
export const membersInThisThread = (log: Logger): MemberHost => ({
  start: (options) => startMember({ ...options, log }),
  close: async () => {},
});

/** The hub, on a member. */
const hub = 'causeway-hub';

/** What the identities of a member may do, besides upstream's default roles. */
export const memberRoles: readonly ControllerRole[] = [
  // What is propagated is of any kind, and may be a role of any rules.
  {
    name: hub,
    rules: [
      { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
      { nonResourceURLs: ['*'], verbs: ['*'] },
    ],
  },
  ...(kubernetesFeature.roles?.cluster ?? []),
  ...simulatedNodeRoles,
];

export const startMember = async ({ name, directory, nodes, preferredPort, log, region, zone }: MemberOptions): Promise<Member> => {
  const simulatedNodes = Array.from({ length: nodes }, (_, index) => ({
    name: `${name}-${index + 1}`,
    ...nodeAddresses(index),
    ...(region ? { region } : {}),
    ...(zone ? { zone } : {}),
  }));
  let manager: Manager | undefined;
  const controllersRun = (): void => {
    if (!manager) throw new Error('the controllers have not started yet');
  };
  const server = await startClusterServer({
    name,
    directory,
    store: `lmdb:${join(directory, 'store')}`,
    seed: ['cluster', 'member'],
    port: 0,
    ...(preferredPort === undefined ? {} : { preferredPort }),
    log,
    kinds: resourceMetricsKinds(),
    extensions: [resourceMetricsExtension],
    // Simulated nodes are held to what a kubelet may do.
    serving: { enableAdmissionPlugins: ['NodeRestriction'] },
    components: { scheduler: controllersRun, 'controller-manager': controllersRun },
    roles: memberRoles,
  });
  try {
    manager = createManager({ ...managerClients(server), metrics: server.metrics, log, component: 'causeway' });
    await kubernetesFeature.controllers.cluster?.(manager, {
      rootCertificateAuthority: server.identity.certificateAuthority.certificate,
      signer: server.identity.certificateAuthority,
      simulatedNodes,
    });
    await manager.start();
  } catch (error) {
    await manager?.stop().catch(() => {});
    await server.close();
    throw error;
  }
  const started = manager;
  return {
    url: server.url,
    kubeconfig: server.kubeconfig,
    transport: server.transport(userOf(hub)),
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
