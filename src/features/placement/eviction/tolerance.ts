import type { Cluster } from '../../fleet/api/cluster.ts';
import type { ClusterToleration } from '../api/placement.ts';
import { tolerates } from '../schedule/filter.ts';

/**
 * Whether a cluster's NoExecute taints drive a binding away: undefined when they are all tolerated for good; else how long the shortest toleration still
 * lasts (0: now) and which taint it is about.
 */
export const untoleratedSince = (
  { spec }: Cluster,
  tolerations: readonly ClusterToleration[],
  now: number,
): { readonly waitSeconds: number; readonly message: string } | undefined => {
  let shortest: { waitSeconds: number; message: string } | undefined;
  for (const taint of spec.taints ?? []) {
    if (taint.effect !== 'NoExecute') continue;
    const matching = tolerations.filter((toleration) => tolerates([toleration], taint));
    const limits = matching.map(({ tolerationSeconds }) => tolerationSeconds);
    if (matching.length > 0 && limits.every((limit) => limit === undefined)) continue;
    const allowed = matching.length === 0 ? 0 : Math.min(...limits.filter((limit) => limit !== undefined).map(Number));
    const elapsed = taint.timeAdded === undefined ? 0 : (now - Date.parse(taint.timeAdded)) / 1000;
    const waitSeconds = Math.max(0, allowed - elapsed);
    const message = `taint ${taint.key}${taint.value ? `=${taint.value}` : ''}:NoExecute is not tolerated`;
    if (!shortest || waitSeconds < shortest.waitSeconds) shortest = { waitSeconds, message };
  }
  return shortest;
};
