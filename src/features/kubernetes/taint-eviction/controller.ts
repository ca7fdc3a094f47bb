import type { Node, Pod, Taint, Toleration } from '../../../api/core/types.gen.ts';
import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import { nodesRef, podsRef } from '../../../api/refs.gen.ts';
import type { Manager, ReconcileResult } from '../../../controller-runtime/contract.ts';
import { keyOf } from '../../../controller-runtime/object-key.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { findCondition, observedGeneration, withCondition } from '../common/conditions.ts';
import { deleteObject } from '../common/delete-object.ts';
import { indexByNode, podsOn } from '../common/pods-by-node.ts';
import { tolerates } from '../common/tolerates.ts';

/** Seconds a pod may stay on a node with these NoExecute taints: 0 when one is not tolerated, infinity when all are for ever. */
export const toleratedSeconds = (taints: readonly Taint[], tolerations: readonly Toleration[] | undefined): number => {
  let shortest = Infinity;
  for (const taint of taints) {
    const matching = (tolerations ?? []).filter((toleration) => tolerates(toleration, taint));
    if (matching.length === 0) return 0;
    const seconds = matching.map(({ tolerationSeconds }) => Number(tolerationSeconds ?? Infinity));
    shortest = Math.min(shortest, Math.max(0, Math.min(...seconds)));
  }
  return shortest;
};

/** Since when, in milliseconds, its tolerations count for a pod: the first taint, or when the pod came to a node tainted before. */
export const countedFrom = ({ metadata, status }: Pod, taints: readonly Taint[], now: number): number => {
  const tainted = Math.min(...taints.map(({ timeAdded }) => Date.parse(timeAdded ?? '') || now));
  const bound = findCondition(status?.conditions, 'PodScheduled')?.lastTransitionTime ?? metadata.creationTimestamp;
  return Math.max(tainted, Date.parse(bound ?? '') || 0);
};

/** Deletes pods from nodes with NoExecute taints once their tolerations run out. */
export const addTaintEvictionController = (manager: Manager): void => {
  const { client, clock } = manager;
  const events = manager.recorder('taint-eviction-controller');
  const nodes = manager.informer<Node>(nodesRef);
  const pods = manager.informer<Pod>(podsRef);
  indexByNode(pods);
  const podClient = client.resource<Pod>(podsRef);

  const evict = async (pod: Pod): Promise<void> => {
    events.event(pod, 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${keyOf(pod)}`);
    const condition = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'DeletionByTaintManager',
      message: 'Taint manager: deleting due to NoExecute taint',
      ...observedGeneration(pod),
    };
    try {
      await podClient.updateStatus({
        ...pod,
        status: { ...pod.status, conditions: withCondition(pod.status?.conditions, condition, clock.now()) },
      });
    } catch (error) {
      if (!isStatusError(error, 'NotFound') && !isStatusError(error, 'Conflict')) throw error;
    }
    await deleteObject(podClient, pod);
  };

  const reconcile = async (key: string): Promise<ReconcileResult> => {
    const pod = pods.byKey(key);
    if (!pod?.spec.nodeName || pod.metadata.deletionTimestamp) return undefined;
    const taints = (nodes.byKey(pod.spec.nodeName)?.spec?.taints ?? []).filter(({ effect }) => effect === 'NoExecute');
    if (taints.length === 0) return undefined;
    const seconds = toleratedSeconds(taints, pod.spec.tolerations);
    if (seconds === Infinity) return undefined;
    const left = seconds - (clock.now() - countedFrom(pod, taints, clock.now())) / 1000;
    if (left > 0) return { requeueAfterSeconds: left };
    return evict(pod);
  };

  const hasNoExecute = (node: Node | undefined): boolean => node?.spec?.taints?.some(({ effect }) => effect === 'NoExecute') ?? false;
  manager.addController({
    name: 'taint-eviction',
    watches: [
      watch(nodes, ({ object }) => (hasNoExecute(object) ? podsOn(pods, object.metadata.name).map(keyOf) : [])),
      watch(pods, ({ object, old }) => (object.spec.nodeName && old?.spec.nodeName !== object.spec.nodeName ? [keyOf(object)] : [])),
    ],
    reconcile,
  });
};
