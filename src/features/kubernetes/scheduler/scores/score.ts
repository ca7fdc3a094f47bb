import type { Cluster } from '../filters/filter.ts';
import type { NodeInfo } from '../node-info.ts';
import type { PodInfo } from '../pod-info.ts';

/** 0 to 100 for each of the feasible nodes, in their order. Undefined: nothing to say about this pod. */
export type Score = (pod: PodInfo, nodes: readonly NodeInfo[], cluster: Cluster) => readonly number[] | undefined;

/** Stretches raw values to 0…100, the largest (or, reversed, the smallest) first. All equal: nothing to say. */
export const normalize = (raw: readonly number[], options: { readonly reverse?: boolean } = {}): readonly number[] | undefined => {
  const max = Math.max(...raw);
  const min = Math.min(...raw);
  if (max === min) return undefined;
  return raw.map((value) => (100 * (options.reverse ? max - value : value - min)) / (max - min));
};
