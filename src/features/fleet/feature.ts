import type { Feature } from '../../controller-runtime/feature.ts';
import { clusterDefinition } from './api/cluster.ts';
import { embeddedClusterDefinition } from './api/embedded-cluster.ts';
import type { MemberClients } from './api/member-clients.ts';
import { fleetNamespace } from './api/names.ts';
import { addHealth, defaultHealthSettings } from './health/controller.ts';
import type { HealthSettings } from './health/controller.ts';
import { addRegistration, ensureNamespace } from './registration/controller.ts';
import { addTaints } from './taints/controller.ts';

export { createMemberClients } from './members/member-clients.ts';
export type { EmbeddedMembers } from './members/member-clients.ts';

export interface FleetSettings {
  readonly members: MemberClients;
  readonly health?: Partial<HealthSettings>;
  /** Whether work moves off a member that is not ready. Default true. */
  readonly failover?: boolean;
}

/** Inventory, registration and health of clusters, through cluster.karmada.io. */
export const fleetFeature: Feature<FleetSettings> = {
  name: 'fleet',
  kinds: { hub: [clusterDefinition, embeddedClusterDefinition] },
  controllers: {
    hub: async (manager, { members, health, failover = true }) => {
      await ensureNamespace(manager, fleetNamespace);
      addRegistration(manager);
      addHealth(manager, { members, settings: { ...defaultHealthSettings, ...health } });
      addTaints(manager, { failover });
    },
  },
};
