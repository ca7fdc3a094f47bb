import type { Node, Pod } from '../../../api/core/types.gen.ts';
import { nodesRef, podsRef } from '../../../api/refs.gen.ts';
import { sleep } from '../../../controller-runtime/clock.ts';
import type { Manager } from '../../../controller-runtime/contract.ts';
import { deleteObject } from '../common/delete-object.ts';
import { errorMessage } from '../common/error-message.ts';
import { isTerminal, isTerminating } from '../common/pod-state.ts';

const roundMilliseconds = 20_000;
/** A node must be gone for this long before its pods are: it may be on its way back. */
const quarantineMilliseconds = 40_000;
/** Finished pods kept for people to look at. */
const maxTerminated = 12_500;

/** Removes pods that nobody will: on nodes that are gone, deleted before they were scheduled, and finished ones above the limit. */
export const addPodGarbageCollector = (manager: Manager): void => {
  const { client, clock, log } = manager;
  const pods = manager.informer<Pod>(podsRef);
  const nodes = manager.informer<Node>(nodesRef);
  const podClient = client.resource<Pod>(podsRef);
  const missingSince = new Map<string, number>();

  const remove = async (pod: Pod): Promise<void> => {
    const { metadata } = pod;
    const failed = { metadata: { uid: metadata.uid }, status: { phase: 'Failed' } };
    if (!isTerminal(pod)) await podClient.patch(metadata.name, metadata.namespace, failed, { type: 'merge', subresource: 'status' });
    await deleteObject(podClient, pod, { gracePeriodSeconds: 0 });
  };
  const round = async (): Promise<void> => {
    const now = clock.now();
    const all = pods.list();
    const used = new Set(all.map(({ spec }) => spec.nodeName).filter((name) => name !== undefined && name !== ''));
    for (const name of missingSince.keys()) if (nodes.byKey(name) || !used.has(name)) missingSince.delete(name);
    for (const name of used) if (name && !nodes.byKey(name) && !missingSince.has(name)) missingSince.set(name, now);
    const isLost = ({ spec }: Pod): boolean => now - (missingSince.get(spec.nodeName ?? '') ?? now) >= quarantineMilliseconds;
    const neverRan = (pod: Pod): boolean => isTerminating(pod) && !pod.spec.nodeName;
    const finished = all.filter((pod) => isTerminal(pod) && !isTerminating(pod));
    const excess = finished
      .toSorted((a, b) => Date.parse(a.metadata.creationTimestamp ?? '') - Date.parse(b.metadata.creationTimestamp ?? ''))
      .slice(0, Math.max(0, finished.length - maxTerminated));
    for (const pod of new Set([...all.filter((candidate) => isLost(candidate) || neverRan(candidate)), ...excess])) {
      await remove(pod).catch((error: unknown) => log.debug('pod was not removed', { pod: pod.metadata.name, error: errorMessage(error) }));
    }
  };

  manager.addRunnable('pod-garbage-collector', async (signal) => {
    while (!signal.aborted) {
      await sleep(clock, roundMilliseconds, signal);
      if (!signal.aborted) await round();
    }
  });
};
