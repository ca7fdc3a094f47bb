import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import type { Lease } from '../../../api/coordination/types.gen.ts';
import type { Node } from '../../../api/core/types.gen.ts';
import { leasesRef, nodesRef } from '../../../api/refs.gen.ts';
import { formatMicroTime, sleep } from '../../../controller-runtime/clock.ts';
import type { Manager } from '../../../controller-runtime/contract.ts';
import { errorMessage } from '../common/error-message.ts';
import { isOfferStale, nodeObject, nodeStatus } from './node-object.ts';
import type { SimulatedNode } from './node-object.ts';
import { nodeFailedAnnotation } from './simulation.ts';

const renewMilliseconds = 10_000;
const leaseDurationSeconds = 40;
/** A healthy node's status is posted this often, however little changes. */
const statusMilliseconds = 5 * 60_000;
const leaseNamespace = 'kube-node-lease';

/** Registers the node and keeps its Lease and its status fresh until the signal aborts. */
export const runHeartbeat = async (manager: Manager, node: SimulatedNode, signal: AbortSignal): Promise<void> => {
  const { client, clock, log } = manager;
  const nodes = client.resource<Node>(nodesRef);
  const leases = client.resource<Lease>(leasesRef);
  let statusAt = -Infinity;

  const register = async (): Promise<Node> => {
    const found = await nodes.find(node.name, undefined, { signal });
    return found ?? nodes.create(nodeObject(node), { signal });
  };
  const renew = async (owner: Node): Promise<void> => {
    const spec = { holderIdentity: node.name, leaseDurationSeconds, renewTime: formatMicroTime(clock.now()) };
    try {
      await leases.patch(node.name, leaseNamespace, { spec }, { type: 'merge', signal });
    } catch (error) {
      if (!isStatusError(error, 'NotFound')) throw error;
      const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name: node.name, uid: owner.metadata.uid ?? '' }];
      const metadata = { name: node.name, namespace: leaseNamespace, ownerReferences };
      await leases.create({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec }, { signal });
    }
  };
  const beat = async (): Promise<void> => {
    const current = await register();
    if (current.metadata.annotations?.[nodeFailedAnnotation] === 'true') return;
    const ready = current.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
    if (!ready || clock.now() - statusAt >= statusMilliseconds || isOfferStale(node, current.status)) {
      await nodes.updateStatus({ ...current, status: nodeStatus(node, current.status, clock.now()) }, { signal });
      statusAt = clock.now();
    }
    await renew(current);
  };

  while (!signal.aborted) {
    try {
      await beat();
      await sleep(clock, renewMilliseconds, signal);
    } catch (error) {
      if (!signal.aborted) log.debug('heartbeat failed', { node: node.name, error: errorMessage(error) });
      await sleep(clock, 500, signal);
    }
  }
};
