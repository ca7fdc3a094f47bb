import { parseGroupVersion, type ResourceRef } from '../../../apimachinery/meta/group-version.ts';
import type { InformerEvent, Manager, ReconcileResult } from '../../../controller-runtime/contract.ts';
import { createCollector } from './collect.ts';
import { createOwnerGraph, isInteresting, isOrphaning, isWaitingForDependents, nodeOf } from './graph.ts';
import type { GraphNode } from './graph.ts';
import { createMonitors } from './monitors.ts';

/** Deletes what nobody owns any more: background, foreground and orphan, across all kinds, custom ones included. */
export const addGarbageCollector = (manager: Manager): void => {
  const graph = createOwnerGraph();
  const monitors = createMonitors(manager);
  const collector = createCollector(manager, graph, monitors);
  let enqueue: (uid: string) => void = () => undefined;

  const touch = (node: GraphNode): void => enqueue(node.uid);
  /** Owners that are being deleted may have waited for it. */
  const touchDeletedOwners = ({ owners }: GraphNode): void => {
    for (const { uid } of owners) if (graph.get(uid)?.deleting) enqueue(uid);
  };
  const event = (ref: ResourceRef, { type, object }: InformerEvent): void => {
    const { uid = '' } = object.metadata;
    if (type === 'deleted') {
      const known = graph.delete(uid) ?? nodeOf(ref, object);
      for (const dependent of graph.dependents(uid)) touch(dependent);
      touchDeletedOwners(known);
      return;
    }
    if (!isInteresting(object)) {
      const known = graph.delete(uid);
      if (known) touchDeletedOwners(known);
      return;
    }
    const node = nodeOf(ref, object);
    const old = graph.set(node);
    if (isOrphaning(node) || isWaitingForDependents(node)) touch(node);
    // An owner that begins to wait wants its dependents deleted.
    if (isWaitingForDependents(node) && !(old && isWaitingForDependents(old)))
      for (const dependent of graph.dependents(node.uid)) touch(dependent);
    if (!old || JSON.stringify(old.owners) !== JSON.stringify(node.owners)) {
      if (node.owners.length > 0) touch(node);
      if (old) touchDeletedOwners(old);
    }
  };
  /** Owners of that kind may have gone unseen. */
  const relisted = ({ group, kind }: ResourceRef): void => {
    for (const node of graph.nodes())
      if (node.owners.some((owner) => owner.kind === kind && parseGroupVersion(owner.apiVersion).group === group)) touch(node);
  };

  const reconcile = async (uid: string): Promise<ReconcileResult> => {
    const node = graph.get(uid);
    if (!node) return undefined;
    if (isOrphaning(node)) return collector.orphanDependents(node);
    if (isWaitingForDependents(node)) {
      if (await collector.releaseForeground(node)) return undefined;
      for (const dependent of graph.dependents(uid)) if (!dependent.deleting) touch(dependent);
      return { requeueAfterSeconds: 5 };
    }
    if (node.owners.length > 0 && !node.deleting) await collector.collect(node);
    return undefined;
  };

  manager.addController({
    name: 'garbage-collector',
    watches: [
      {
        subscribe: (add) => {
          enqueue = add;
          return () => (enqueue = () => undefined);
        },
        synced: () => Promise.resolve(),
      },
    ],
    reconcile,
    concurrency: 10,
  });
  manager.addRunnable('garbage-collector-monitors', (signal) => {
    // What was known in an earlier term may be gone by now, and no informer of this term would tell.
    graph.clear();
    return monitors.run({ event, relisted }, signal);
  });
};
