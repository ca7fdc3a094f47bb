import type { Pod } from '../../../api/core/types.gen.ts';
import { isReady, maxRestarts, readySince } from './pod-state.ts';

const deletionCostAnnotation = 'controller.kubernetes.io/pod-deletion-cost';
const phaseOrder: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

const deletionCost = ({ metadata }: Pod): number => {
  const cost = Number.parseInt(metadata.annotations?.[deletionCostAnnotation] ?? '0', 10);
  return Number.isNaN(cost) ? 0 : cost;
};
const phaseRank = ({ status }: Pod): number => phaseOrder[status?.phase ?? 'Pending'] ?? 0;
const createdAt = ({ metadata }: Pod): number => Date.parse(metadata.creationTimestamp ?? '') || 0;
/** Ages are compared by powers of two of seconds, so that near-equal ones tie and other reasons decide. */
const ageBucket = (since: number, now: number): number => Math.floor(Math.log2(Math.max(1, (now - since) / 1000)));

/**
 * Active pods, those to delete first in front: unassigned, pending, not ready, cheap (pod-deletion-cost), on crowded nodes, ready for
 * shorter, restarted more often, younger (KEP-2255). `colocated` counts the owner's pods on a node.
 */
export const rankForDeletion = (pods: readonly Pod[], colocated: (nodeName: string) => number, now: number): Pod[] =>
  pods.toSorted(
    (a, b) =>
      Number(Boolean(a.spec.nodeName)) - Number(Boolean(b.spec.nodeName)) ||
      phaseRank(a) - phaseRank(b) ||
      Number(isReady(a)) - Number(isReady(b)) ||
      deletionCost(a) - deletionCost(b) ||
      colocated(b.spec.nodeName ?? '') - colocated(a.spec.nodeName ?? '') ||
      ageBucket(readySince(a) ?? now, now) - ageBucket(readySince(b) ?? now, now) ||
      maxRestarts(b) - maxRestarts(a) ||
      createdAt(b) - createdAt(a) ||
      (a.metadata.name < b.metadata.name ? -1 : 1),
  );

/** Pods by node name. */
export const countByNode = (pods: readonly Pod[]): ((nodeName: string) => number) => {
  const counts = new Map<string, number>();
  for (const { spec } of pods) if (spec.nodeName) counts.set(spec.nodeName, (counts.get(spec.nodeName) ?? 0) + 1);
  return (nodeName) => counts.get(nodeName) ?? 0;
};
