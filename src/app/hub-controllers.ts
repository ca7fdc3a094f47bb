import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Client } from '../client/contract.ts';
import type { MetricsSink } from '../client/metrics-sink.ts';
import type { ControllerRole } from '../controller-runtime/feature.ts';
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
  /** See ManagerOptions. */
  readonly clientAs?: (identity: string) => Client;
  readonly log: Logger;
  /** See ManagerOptions. */
  readonly metrics?: MetricsSink;
  /** What the API server itself needs of us; absent where a kube-controller-manager does that work. */
  readonly kubernetes?: KubernetesSettings;
  /** Of several processes one works, and another takes over when it ends. */
  readonly elect: boolean;
  readonly embedded?: EmbeddedMembers & { register(manager: Manager): void };
  readonly fleet?: Omit<FleetSettings, 'members'>;
}

/** Installs our kinds. */
export const installer = 'causeway-installer';
/** Runs the members of this process and joins them. */
export const embeddedClusters = 'causeway-embedded-clusters';
const leaseName = 'causeway-hub';

const noEmbedded: EmbeddedMembers = { client: () => undefined, onChange: () => () => {} };

/** The Lease of the hub's controllers; the identity names host and process. */
const election = (): NonNullable<ManagerOptions['leaderElection']> => ({
  name: leaseName,
  namespace: 'kube-system',
  identity: `${hostname()}_${process.pid}_${randomBytes(4).toString('hex')}`,
});

/** What the identities of a hub may do, besides upstream's default roles. */
export const hubRoles: readonly ControllerRole[] = [
  {
    name: 'causeway-leader-election',
    identities: ['system:kube-controller-manager'],
    rules: [{ apiGroups: ['coordination.k8s.io'], resources: ['leases'], resourceNames: [leaseName], verbs: ['get', 'update'] }],
  },
  {
    name: installer,
    rules: [
      {
        apiGroups: ['apiextensions.k8s.io'],
        resources: ['customresourcedefinitions'],
        verbs: ['get', 'list', 'watch', 'create', 'update'],
      },
    ],
  },
  {
    name: embeddedClusters,
    rules: [
      { apiGroups: ['fleet.causeway.dev'], resources: ['embeddedclusters'], verbs: ['list', 'create', 'patch'] },
      { apiGroups: ['fleet.causeway.dev'], resources: ['embeddedclusters/status'], verbs: ['patch'] },
      { apiGroups: ['cluster.karmada.io'], resources: ['clusters'], verbs: ['get', 'create', 'patch', 'delete'] },
    ],
  },
  ...(kubernetesFeature.roles?.hub ?? []),
  ...(fleetFeature.roles?.hub ?? []),
  ...(placementFeature.roles?.hub ?? []),
];

/** Installs the hub's kinds and makes its controllers, over any API server. The caller starts and stops the manager, then closes the client. */
export const createHubControllers = async (options: HubControllersOptions): Promise<Manager> => {
  const { client, clientAs, log, metrics, kubernetes, elect, embedded, fleet } = options;
  await installKinds(clientAs?.(installer) ?? client, [...(fleetFeature.kinds?.hub ?? []), ...(placementFeature.kinds?.hub ?? [])], log);
  const manager = createManager({
    client,
    ...(clientAs ? { clientAs } : {}),
    log,
    component: 'causeway',
    ...(metrics ? { metrics } : {}),
    ...(elect ? { leaderElection: election() } : {}),
  });
  const members = createMemberClients(manager, embedded ?? noEmbedded);
  if (kubernetes) await kubernetesFeature.controllers.hub?.(manager, kubernetes);
  await fleetFeature.controllers.hub?.(manager, { members, ...fleet });
  await placementFeature.controllers.hub?.(manager, { members });
  embedded?.register(manager.as(embeddedClusters));
  return manager;
};
