import type { Manager } from '../../controller-runtime/contract.ts';
import type { Feature } from '../../controller-runtime/feature.ts';
import { addAgent } from './agent/controller.ts';
import type { AgentSettings } from './agent/controller.ts';
import { defaultLeaseGraceSeconds } from './api/agent.ts';
import { clusterDefinition } from './api/cluster.ts';
import { embeddedClusterDefinition } from './api/embedded-cluster.ts';
import type { MemberClients } from './api/member-clients.ts';
import { addHealth, defaultHealthSettings } from './health/controller.ts';
import type { HealthSettings } from './health/controller.ts';
import { addHeartbeat } from './heartbeat/controller.ts';
import { addAgentRequests } from './registration/agent-requests.ts';
import { addRegistration } from './registration/controller.ts';
import { addHubPreparation } from './registration/prepare-hub.ts';
import { fleetRoles } from './roles.ts';
import { addTaints } from './taints/controller.ts';

export { authorityOfHub, publicKeyHash } from './agent/authority.ts';
export { requestCertificate } from './agent/certificate.ts';
export { addCertificateRenewal, validityOf } from './agent/renewal.ts';
export { createMemberClients } from './members/member-clients.ts';
export type { EmbeddedMembers } from './members/member-clients.ts';

export interface FleetSettings {
  readonly members: MemberClients;
  readonly health?: Partial<HealthSettings>;
  /** How long a pull cluster's Lease may go without renewal before the cluster counts as unreachable. Default 40. */
  readonly leaseGraceSeconds?: number;
  /** Whether work moves off a member that is not ready. Default true. */
  readonly failover?: boolean;
}

/** Inventory, registration and health of clusters, through cluster.karmada.io. */
export const fleetFeature: Feature<FleetSettings, AgentSettings & { readonly hub: Manager }> = {
  name: 'fleet',
  roles: { hub: fleetRoles },
  kinds: { hub: [clusterDefinition, embeddedClusterDefinition] },
  controllers: {
    hub: (manager, { members, health, failover = true, leaseGraceSeconds = defaultLeaseGraceSeconds }) => {
      addHubPreparation(manager.as('causeway-cluster-registration'));
      addRegistration(manager.as('causeway-cluster-registration'));
      addAgentRequests(manager.as('causeway-agent-requests'));
      addHealth(manager.as('causeway-cluster-status'), { members, settings: { ...defaultHealthSettings, ...health } });
      addHeartbeat(manager.as('causeway-cluster-status'), { graceSeconds: leaseGraceSeconds });
      addTaints(manager.as('causeway-cluster-taints'), { failover });
    },
    member: (manager, { hub, ...settings }) => addAgent({ hub, member: manager }, settings),
  },
};
