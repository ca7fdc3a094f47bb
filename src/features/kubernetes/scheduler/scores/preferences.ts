import { tolerates } from '../../common/tolerates.ts';
import { matchesTerm } from '../../common/node-affinity.ts';
import { normalize } from './score.ts';
import type { Score } from './score.ts';

/** The weights of the preferred node affinity terms that match. */
export const preferredNodes: Score = ({ pod }, nodes) => {
  const preferred = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  if (preferred.length === 0) return undefined;
  return normalize(
    nodes.map((node) => preferred.reduce((sum, { preference, weight }) => sum + (matchesTerm(preference, node) ? weight : 0), 0)),
  );
};

/** Fewer PreferNoSchedule taints that the pod does not tolerate. */
export const fewerTaints: Score = ({ pod }, nodes) => {
  const count = (node: (typeof nodes)[number]): number =>
    (node.node.spec?.taints ?? []).filter(
      (taint) => taint.effect === 'PreferNoSchedule' && !pod.spec.tolerations?.some((toleration) => tolerates(toleration, taint)),
    ).length;
  return normalize(nodes.map(count), { reverse: true });
};
