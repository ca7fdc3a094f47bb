import { jsonEqual } from '../../../apimachinery/equality/json-equal.ts';
import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import type { Lease } from '../../../api/coordination/types.gen.ts';
import type { Node, Pod } from '../../../api/core/types.gen.ts';
import { leasesRef, nodesRef, podsRef } from '../../../api/refs.gen.ts';
import type { Manager, ReconcileResult } from '../../../controller-runtime/contract.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { findCondition, withCondition } from '../common/conditions.ts';
import { indexByNode, podsOn } from '../common/pods-by-node.ts';
import { isReady } from '../common/pod-state.ts';
import { unknownConditions, wantedTaints } from './reconcile.ts';

const leaseNamespace = 'kube-node-lease';

export interface NodeLifecycleOptions {
  /** A node whose Lease and status stood still for this long is Unknown. Default 50, as the original since 1.32. */
  readonly graceSeconds?: number;
}

/** Watches over heartbeats: silent nodes become Unknown, conditions become taints, pods of lost nodes stop being ready. */
export const addNodeLifecycleController = (manager: Manager, options: NodeLifecycleOptions = {}): void => {
  const { client, clock } = manager;
  const events = manager.recorder('node-controller');
  const graceMilliseconds = (options.graceSeconds ?? 50) * 1000;
  const nodes = manager.informer<Node>(nodesRef);
  const leases = manager.informer<Lease>(leasesRef, { namespace: leaseNamespace });
  const pods = manager.informer<Pod>(podsRef);
  indexByNode(pods);
  const nodeClient = client.resource<Node>(nodesRef);
  /** When a heartbeat was last seen to change, by our clock: a node's own clock is not trusted. */
  const heard = new Map<string, { readonly beat: string; readonly at: number }>();

  const lastHeard = (node: Node): number => {
    const { name } = node.metadata;
    const beat = JSON.stringify([
      leases.get(name, leaseNamespace)?.spec?.renewTime,
      findCondition(node.status?.conditions, 'Ready')?.lastHeartbeatTime,
    ]);
    const known = heard.get(name);
    if (known?.beat === beat) return known.at;
    heard.set(name, { beat, at: clock.now() });
    return clock.now();
  };
  const markPodsNotReady = async (node: Node): Promise<void> => {
    for (const pod of podsOn(pods, node.metadata.name)) {
      if (!isReady(pod)) continue;
      const conditions = withCondition(pod.status?.conditions, { type: 'Ready', status: 'False' }, clock.now());
      try {
        await client.resource<Pod>(podsRef).updateStatus({ ...pod, status: { ...pod.status, conditions } });
        events.event(pod, 'Warning', 'NodeNotReady', 'Node is not ready');
      } catch (error) {
        if (!isStatusError(error, 'NotFound')) throw error;
      }
    }
  };

  const reconcile = async (name: string): Promise<ReconcileResult> => {
    const found = nodes.byKey(name);
    if (!found) return void heard.delete(name);
    let node = found;
    const silentFor = clock.now() - lastHeard(node);
    if (silentFor >= graceMilliseconds) {
      const conditions = unknownConditions(node, clock.now());
      if (!jsonEqual(conditions, node.status?.conditions ?? [])) {
        node = await nodeClient.updateStatus({ ...node, status: { ...node.status, conditions } });
        events.event(node, 'Normal', 'NodeNotReady', `Node ${name} status is now: NodeNotReady`);
      }
    }
    const taints = wantedTaints(node, clock.now());
    if (taints)
      await nodeClient.patch(
        name,
        undefined,
        { metadata: { resourceVersion: node.metadata.resourceVersion }, spec: { taints } },
        { type: 'merge' },
      );
    const ready = findCondition(node.status?.conditions, 'Ready')?.status;
    if (ready !== undefined && ready !== 'True') await markPodsNotReady(node);
    return { requeueAfterSeconds: Math.max(0.5, (graceMilliseconds - silentFor) / 1000) };
  };

  manager.addController({
    name: 'node-lifecycle',
    watches: [watch(nodes), watch(leases, ({ object }) => [object.metadata.name])],
    reconcile,
  });
};
