import { matchesNodeAffinity } from '../../common/node-affinity.ts';
import { hopeless } from './filter.ts';
import type { Filter } from './filter.ts';

export const nodeAffinity: Filter = ({ pod }) => {
  if (!pod.spec.nodeSelector && !pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution) return undefined;
  return (node) => (matchesNodeAffinity(pod, node) ? undefined : hopeless("node(s) didn't match Pod's node affinity/selector"));
};
