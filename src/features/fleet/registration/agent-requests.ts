import type { CertificateSigningRequest, CertificateSigningRequestCondition } from '../../../api/certificates/types.gen.ts';
import { certificateSigningRequestsRef } from '../../../api/refs.gen.ts';
import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import type { ResourceClient } from '../../../client/contract.ts';
import { formatTime } from '../../../controller-runtime/clock.ts';
import type { Manager } from '../../../controller-runtime/contract.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { joinAnnotations } from '../api/agent.ts';
import { clustersRef } from '../api/cluster.ts';
import type { Cluster } from '../api/cluster.ts';
import { ensureAgentAccess } from './agent-access.ts';
import { decideRequest } from './decide-request.ts';

/** Approves or denies agents' requests for certificates. The first approval for a name joins the cluster: its Cluster exists, with access for its agent, before the certificate does. */
export const addAgentRequests = (manager: Manager): void => {
  const requests = manager.informer<CertificateSigningRequest>(certificateSigningRequestsRef);
  const resource = manager.client.resource<CertificateSigningRequest>(certificateSigningRequestsRef);
  const clusters = manager.client.resource<Cluster>(clustersRef);

  manager.addController({
    name: 'agent-requests',
    watches: [watch(requests)],
    // One after another: of two that ask for the same new name at once, the second must see the first's Cluster.
    concurrency: 1,
    reconcile: async (name) => {
      const request = requests.byKey(name);
      if (!request || request.status?.certificate || request.status?.conditions?.length) return;
      if (decideRequest(request, () => undefined) === undefined) return;
      const existing = new Map((await clusters.list()).items.map((cluster) => [cluster.metadata.name, cluster]));
      const decision = decideRequest(request, (cluster) => existing.get(cluster));
      if (!decision) return;
      if (!decision.approve) {
        await decide(resource, request, { type: 'Denied', reason: decision.reason, message: decision.message }, manager.clock.now());
        manager.log.warn("an agent's request was denied", { request: name, user: request.spec.username, reason: decision.message });
        return;
      }
      const cluster = existing.get(decision.cluster) ?? (await clusters.create(clusterOf(decision.cluster, request)));
      await ensureAgentAccess(manager.client, cluster);
      const message = `the agent of cluster ${decision.cluster} may have its certificate`;
      await decide(resource, request, { type: 'Approved', reason: 'AgentApproved', message }, manager.clock.now());
    },
  });
};

const clusterOf = (name: string, { metadata }: CertificateSigningRequest): Cluster => {
  const told = Object.entries(joinAnnotations).flatMap(([field, annotation]) => {
    const value = metadata.annotations?.[annotation];
    return value ? [[field, value] as const] : [];
  });
  return {
    apiVersion: 'cluster.karmada.io/v1alpha1',
    kind: 'Cluster',
    metadata: { name },
    spec: { syncMode: 'Pull', ...Object.fromEntries(told) },
  };
};

type Requests = ResourceClient<CertificateSigningRequest>;

const decide = async (
  resource: Requests,
  request: CertificateSigningRequest,
  condition: Omit<CertificateSigningRequestCondition, 'status'>,
  now: number,
): Promise<void> => {
  const decided = { ...condition, status: 'True', lastUpdateTime: formatTime(now) };
  try {
    await resource.updateSubresource(request.metadata.name, undefined, 'approval', {
      ...request,
      status: { ...request.status, conditions: [decided] },
    });
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error;
  }
};
