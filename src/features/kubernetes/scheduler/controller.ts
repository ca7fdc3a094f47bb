import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import type { Namespace, Node, PersistentVolume, PersistentVolumeClaim, Pod } from '../../../api/core/types.gen.ts';
import type { PodDisruptionBudget } from '../../../api/policy/types.gen.ts';
import * as refs from '../../../api/refs.gen.ts';
import type { StorageClass } from '../../../api/storage/types.gen.ts';
import type { Manager } from '../../../controller-runtime/contract.ts';
import { keyOf } from '../../../controller-runtime/object-key.ts';
import { errorMessage } from '../common/error-message.ts';
import { isActive } from '../common/pod-state.ts';
import { bindPod, claimNames, selectNodeForClaims } from './bind.ts';
import { createClusterCache } from './cluster-cache.ts';
import type { ClusterCache } from './cluster-cache.ts';
import { chooseNode, explain, findFeasible } from './decide.ts';
import type { Feasibility } from './decide.ts';
import type { Cluster } from './filters/filter.ts';
import type { NodeInfo } from './node-info.ts';
import { createPodInfo } from './pod-info.ts';
import type { PodInfo } from './pod-info.ts';
import { findPreemption } from './preemption.ts';
import { evictVictim, reportUnschedulable } from './report.ts';
import { createSchedulingQueue } from './scheduling-queue.ts';

const schedulerName = 'default-scheduler';

const isWaiting = (pod: Pod): boolean =>
  (pod.spec.schedulerName ?? schedulerName) === schedulerName && isActive(pod) && !pod.spec.nodeName && !pod.spec.schedulingGates?.length;
const isWaitingFor = (pod: Pod, claim: string): boolean => isWaiting(pod) && claimNames(pod).includes(claim);

/** Places pods on nodes. Decisions are made one at a time, writes run beside them. */
export const addScheduler = (manager: Manager, options: { readonly random?: () => number } = {}): void => {
  const { client, clock, log } = manager;
  const events = manager.recorder('default-scheduler');
  const random = options.random ?? Math.random;
  const pods = manager.informer<Pod>(refs.podsRef);
  const nodes = manager.informer<Node>(refs.nodesRef);
  const namespaces = manager.informer<Namespace>(refs.namespacesRef);
  const claims = manager.informer<PersistentVolumeClaim>(refs.persistentVolumeClaimsRef);
  const volumes = manager.informer<PersistentVolume>(refs.persistentVolumesRef);
  const storageClasses = manager.informer<StorageClass>(refs.storageClassesRef);
  const budgets = manager.informer<PodDisruptionBudget>(refs.podDisruptionBudgetsRef);

  const clusterFor = (cache: ClusterCache, pod: PodInfo): Cluster => ({
    nodes: cache.nodesFor(pod),
    namespaceLabels: (name) => namespaces.byKey(name)?.metadata.labels ?? {},
    claim: (name, namespace) => claims.get(name, namespace),
    volume: (name) => volumes.byKey(name),
    storageClass: (name) => storageClasses.byKey(name),
  });

  const run = async (signal: AbortSignal): Promise<void> => {
    const queue = createSchedulingQueue(clock);
    /** The node that a pod's volumes are being provisioned for: it goes there when they are bound. */
    const promised = new Map<string, string>();
    const { cache, stop } = createClusterCache({ nodes, pods }, queue.moveAll);
    const unsubscribes = [
      stop,
      pods.onEvent(({ type, object }) => {
        if (type === 'deleted') promised.delete(keyOf(object));
        if (type === 'deleted' || !isWaiting(object)) queue.remove(keyOf(object));
        else if (type === 'added') queue.add(keyOf(object), object.spec.priority ?? 0);
      }),
      // A change of the pod itself (a gate gone, a label, a smaller request), not of its status.
      pods.onEvent(({ type, object, old }) => {
        const changed = type === 'modified' && old && old.metadata.generation !== object.metadata.generation;
        const relabelled = type === 'modified' && old && JSON.stringify(old.metadata.labels) !== JSON.stringify(object.metadata.labels);
        if ((changed || relabelled) && isWaiting(object)) queue.add(keyOf(object), object.spec.priority ?? 0);
      }),
      claims.onEvent(({ type, object, old }) => {
        queue.moveAll();
        // What these pods waited for is there: no reason to back off.
        if (type === 'modified' && object.spec?.volumeName && !old?.spec?.volumeName)
          for (const pod of pods.list(object.metadata.namespace ?? ''))
            if (isWaitingFor(pod, object.metadata.name)) queue.add(keyOf(pod), pod.spec.priority ?? 0);
      }),
      volumes.onEvent(queue.moveAll),
    ];

    const bind = async (info: PodInfo, node: NodeInfo, cluster: Cluster): Promise<void> => {
      try {
        if (await selectNodeForClaims(client, info.pod, { nodeName: node.name, cluster })) {
          cache.forget(info.key);
          promised.set(info.key, node.name);
          return queue.park(info.key, info.priority);
        }
        await bindPod(client, info.pod, node);
        queue.remove(info.key);
        promised.delete(info.key);
        events.event(info.pod, 'Normal', 'Scheduled', `Successfully assigned ${info.key} to ${node.name}`);
      } catch (error) {
        cache.forget(info.key);
        if (signal.aborted || isStatusError(error, 'NotFound')) return;
        log.debug('bind failed', { pod: info.key, node: node.name, error: errorMessage(error) });
        queue.park(info.key, info.priority);
      }
    };
    const preempt = async (info: PodInfo, cluster: Cluster, { rejected }: Feasibility): Promise<{ message: string; nodeName?: string }> => {
      if (info.pod.spec.preemptionPolicy === 'Never') {
        return { message: ` preemption: not eligible due to preemptionPolicy=Never.` };
      }
      const { found, rejections } = findPreemption(info, cluster, { rejected, budgets: budgets.list() });
      if (!found) return { message: rejections.length === 0 ? '' : ` preemption: ${explain(rejections)}` };
      const nodeName = found.node.name;
      cache.nominate(info, nodeName);
      for (const victim of found.victims) {
        await evictVictim(client, victim, { preemptor: info.pod, now: clock.now() });
        events.event(victim.pod, 'Normal', 'Preempted', `Preempted by pod ${info.pod.metadata.uid ?? info.key} on node ${nodeName}`);
      }
      return { message: '', nodeName };
    };
    const giveUp = async (info: PodInfo, cluster: Cluster, feasibility: Feasibility): Promise<void> => {
      const none = cluster.nodes.length === 0;
      const outcome = none ? { message: '' } : await preempt(info, cluster, feasibility);
      const message = none ? 'no nodes available to schedule pods' : explain([...feasibility.rejected.values()]) + outcome.message;
      events.event(info.pod, 'Warning', 'FailedScheduling', message);
      queue.park(info.key, info.priority);
      const nominatedNodeName = 'nodeName' in outcome ? outcome.nodeName : undefined;
      await reportUnschedulable(client, info.pod, { message, nominatedNodeName, now: clock.now() });
    };

    const scheduleOne = (key: string): Promise<void> | undefined => {
      const pod = pods.byKey(key);
      if (!pod || pod.spec.nodeName || !isActive(pod)) return undefined;
      const info = createPodInfo(pod);
      const cluster = clusterFor(cache, info);
      const feasibility = findFeasible(info, cluster);
      if (feasibility.feasible.length === 0) return giveUp(info, cluster, feasibility);
      const kept = feasibility.feasible.find(({ name }) => name === promised.get(key));
      const node = kept ?? chooseNode(info, feasibility.feasible, { cluster, random });
      cache.assume(info, node.name);
      return bind(info, node, cluster);
    };

    for (let key = await queue.next(signal); key !== undefined; key = await queue.next(signal)) {
      scheduleOne(key)?.catch((error: unknown) => {
        if (!signal.aborted) log.warn('scheduling failed', { pod: key, error: errorMessage(error) });
      });
    }
    for (const unsubscribe of unsubscribes) unsubscribe();
  };
  manager.addRunnable('scheduler', run);
};
