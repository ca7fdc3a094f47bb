import type { NodeInfo } from '../node-info.ts';
import type { PodInfo } from '../pod-info.ts';
import type { Score } from './score.ts';

const scored = ['cpu', 'memory'] as const;

const usedShare = ({ allocatable, assumed }: NodeInfo, { assumedRequests }: PodInfo, name: string): number => {
  const capacity = allocatable[name] ?? 0;
  return capacity === 0 ? 1 : Math.min(1, ((assumed[name] ?? 0) + (assumedRequests[name] ?? 0)) / capacity);
};

/** The emptier the node would be left, the better. */
export const leastAllocated: Score = (pod, nodes) =>
  nodes.map((node) => (100 * scored.reduce((sum, name) => sum + 1 - usedShare(node, pod, name), 0)) / scored.length);

/** The closer the shares of cpu and memory would be, the better. */
export const balancedAllocation: Score = (pod, nodes) =>
  nodes.map((node) => 100 * (1 - Math.abs(usedShare(node, pod, 'cpu') - usedShare(node, pod, 'memory')) / 2));
