import { semanticEqual } from '../../../apimachinery/equality/semantic-equal.ts';
import type { Node, Pod } from '../../../api/core/types.gen.ts';
import { nodesRef, podsRef } from '../../../api/refs.gen.ts';
import type { ResourceClient } from '../../../client/contract.ts';
import type { EventRecorder, Manager, ReconcileResult } from '../../../controller-runtime/contract.ts';
import { formatTime } from '../../../controller-runtime/clock.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { observedGeneration } from '../common/conditions.ts';
import { deleteObject } from '../common/delete-object.ts';
import { isTerminal } from '../common/pod-state.ts';
import { indexByNode, podsOn } from '../common/pods-by-node.ts';
import { simulatedLabel } from '../common/simulated-label.ts';
import { createAddressPool } from './address-pool.ts';
import { refusalOf } from './admit.ts';
import { runHeartbeat } from './heartbeat.ts';
import type { SimulatedNode } from './node-object.ts';
import { stepPod, stoppedPodStatus } from './pod-status.ts';
import { reportContainerEvents } from './pod-events.ts';
import { defaultTiming, nodeFailedAnnotation } from './simulation.ts';
import type { SimulationTiming } from './simulation.ts';

/** Who a node acts as: what the API server knows as its kubelet. */
const nodeIdentity = (name: string): string => `system:node:${name}`;

/** Who puts the label that says simulated on pods. */
export const podMarker = 'causeway-simulated-node-labels';

interface Host {
  readonly node: SimulatedNode;
  /** The manager as the node. */
  readonly acting: Manager;
  readonly pods: ResourceClient<Pod>;
  readonly events: EventRecorder;
  readonly pool: ReturnType<typeof createAddressPool>;
}

/** Kubelets without containers: they register nodes and take the pods bound to them through their phases. */
export const addSimulatedNodes = (
  manager: Manager,
  nodes: readonly SimulatedNode[],
  options: { readonly timing?: Partial<SimulationTiming> } = {},
): void => {
  const { clock } = manager;
  const timing = { ...defaultTiming, ...options.timing };
  const pods = manager.informer<Pod>(podsRef);
  indexByNode(pods);
  const marker = manager.as(podMarker).client.resource<Pod>(podsRef);
  const nodeObjects = manager.informer<Node>(nodesRef);
  const hosts = nodes.map((node): Host => {
    const acting = manager.as(nodeIdentity(node.name));
    return {
      node,
      acting,
      pods: acting.client.resource<Pod>(podsRef),
      events: acting.recorder('kubelet'),
      pool: createAddressPool(node.podCIDR),
    };
  });
  const byName = new Map(hosts.map((host) => [host.node.name, host]));
  /** When something that takes less than a second began: binding, deletion. Lost on a restart, which only makes it take longer. */
  const began = new Map<string, number>();

  for (const { node, acting } of hosts) manager.addRunnable(`node-${node.name}`, (signal) => runHeartbeat(acting, node, signal));

  /** Seconds until the named moment, which is `seconds` after it was first asked for. */
  const remaining = (what: string, seconds: number): number => {
    const now = clock.now();
    if (!began.has(what)) began.set(what, now);
    return seconds - (now - (began.get(what) ?? now)) / 1000;
  };
  const forget = (pod: { readonly uid: string; readonly key: string }): void => {
    began.delete(`start/${pod.uid}`);
    began.delete(`stop/${pod.uid}`);
    for (const { pool } of byName.values()) pool.free(pod.key);
  };

  const stop = async (host: Host, pod: Pod): Promise<ReconcileResult> => {
    const uid = pod.metadata.uid ?? '';
    const grace = Math.min(timing.stopSeconds, Number(pod.metadata.deletionGracePeriodSeconds ?? 0));
    const left = remaining(`stop/${uid}`, grace);
    if (left > 0) return { requeueAfterSeconds: left };
    if (pod.metadata.finalizers?.length && !isTerminal(pod)) {
      await host.pods.updateStatus({ ...pod, status: stoppedPodStatus(pod, clock.now()) });
    }
    if (pod.metadata.deletionGracePeriodSeconds !== 0 || !pod.metadata.finalizers?.length)
      await deleteObject(host.pods, pod, { gracePeriodSeconds: 0 });
    return undefined;
  };

  /** The scheduler's Binding brings the label along; pods bound otherwise get it here. */
  const marked = async (pod: Pod): Promise<Pod> => {
    const { metadata } = pod;
    if (metadata.labels?.[simulatedLabel] === 'true') return pod;
    return marker.patch(metadata.name, metadata.namespace, { metadata: { labels: { [simulatedLabel]: 'true' } } }, { type: 'merge' });
  };

  const reconcile = async (key: string): Promise<ReconcileResult> => {
    const pod = pods.byKey(key);
    const host = byName.get(pod?.spec.nodeName ?? '');
    if (!pod || !host) return undefined;
    if (nodeObjects.byKey(host.node.name)?.metadata.annotations?.[nodeFailedAnnotation] === 'true') return { requeueAfterSeconds: 5 };
    if (pod.metadata.deletionTimestamp) return stop(host, pod);
    if (isTerminal(pod)) return undefined;
    const left = pod.status?.startTime ? 0 : remaining(`start/${pod.metadata.uid ?? ''}`, timing.startSeconds);
    if (left > 0) return { requeueAfterSeconds: left };
    const refusal = pod.status?.startTime
      ? undefined
      : refusalOf(pod, podsOn(pods, host.node.name), nodeObjects.byKey(host.node.name)?.status?.allocatable);
    if (refusal) {
      await host.pods.updateStatus({
        ...(await marked(pod)),
        status: { ...refusal, ...observedGeneration(pod), startTime: formatTime(clock.now()) },
      });
      host.events.event(pod, 'Warning', refusal.reason, refusal.message);
      return undefined;
    }
    const podIP = pod.spec.hostNetwork ? host.node.address : host.pool.take(key, pod.status?.podIP);
    const { status, dueSeconds } = stepPod(pod, { timing, now: clock.now(), hostIP: host.node.address, podIP });
    if (!semanticEqual(status, pod.status)) {
      await host.pods.updateStatus({ ...(await marked(pod)), status });
      reportContainerEvents(host.events, pod, status);
    }
    return dueSeconds === undefined ? undefined : { requeueAfterSeconds: Math.max(dueSeconds, 0.05) };
  };

  manager.addController({
    name: 'simulated-node',
    watches: [
      watch(pods, ({ type, object }) => {
        const { namespace = '', name, uid = '' } = object.metadata;
        const key = `${namespace}/${name}`;
        if (type === 'deleted') forget({ uid, key });
        return byName.has(object.spec.nodeName ?? '') && type !== 'deleted' ? [key] : [];
      }),
    ],
    reconcile,
    concurrency: 8,
  });
};
