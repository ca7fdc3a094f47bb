import type { ResourceRef } from '../../../apimachinery/meta/group-version.ts';
import type { InformerEvent, Manager, ReconcileResult } from '../../../controller-runtime/contract.ts';
import { createCollector } from './collect.ts';
import { createOwnerGraph, isOrphaning, isWaitingForDependents, nodeOf } from './graph.ts';
import type { GraphNode } from './graph.ts';
import { runMonitors } from './monitors.ts';

/** Deletes what nobody owns any more: background, foreground and orphan, across all kinds, custom ones included. */
export const addGarbageCollector = (manager: Manager): void => {
  const graph = createOwnerGraph();
  const collector = createCollector(manager, graph);
  let enqueue: (uid: string) => void = () => undefined;

  const touch = (node: GraphNode): void => enqueue(node.uid);
  const observe = (ref: ResourceRef, { type, object }: InformerEvent): void => {
    const node = nodeOf(ref, object);
    if (type === 'deleted') {
      const known = graph.delete(node.uid) ?? node;
      for (const dependent of graph.dependents(node.uid)) touch(dependent);
      // A foreground-deleted owner may have waited for this one.
      for (const { uid } of known.owners) if (graph.get(uid)?.deleting) enqueue(uid);
      return;
    }
    const old = graph.set(node);
    if (isOrphaning(node) || isWaitingForDependents(node)) touch(node);
    // An owner that begins to wait wants its dependents deleted.
    if (isWaitingForDependents(node) && !(old && isWaitingForDependents(old)))
      for (const dependent of graph.dependents(node.uid)) touch(dependent);
    if (node.owners.length > 0 && (!old || JSON.stringify(old.owners) !== JSON.stringify(node.owners))) {
      touch(node);
      for (const { uid } of old?.owners ?? []) if (graph.get(uid)?.deleting) enqueue(uid);
    }
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
  manager.addRunnable('garbage-collector-monitors', (signal) => runMonitors(manager, observe, signal));
};
