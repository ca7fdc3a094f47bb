import { termSelects } from '../pod-info.ts';
import type { AffinityTerm, PodInfo } from '../pod-info.ts';
import { normalize } from './score.ts';
import type { Score } from './score.ts';

/** A pod that is required to be near the incoming one adds this, as the original's hardPodAffinityWeight. */
const hardAffinityWeight = 1;

/** Preferred pod affinity and anti-affinity, of the incoming pod towards those there and of those there towards it. */
export const podAffinityPreference: Score = (incoming, nodes, cluster) => {
  const weights = new Map<string, number>();
  const add = (term: AffinityTerm, value: string | undefined, weight: number): void => {
    if (value === undefined) return;
    const place = `${term.topologyKey}=${value}`;
    weights.set(place, (weights.get(place) ?? 0) + weight);
  };
  const weigh = (from: PodInfo, to: PodInfo, labels: Readonly<Record<string, string>>): void => {
    for (const term of from.preferredAffinity) {
      if (termSelects(term, to.pod, cluster.namespaceLabels)) add(term, labels[term.topologyKey], term.weight);
    }
    for (const term of from.preferredAntiAffinity) {
      if (termSelects(term, to.pod, cluster.namespaceLabels)) add(term, labels[term.topologyKey], -term.weight);
    }
  };
  for (const { labels, pods } of cluster.nodes) {
    for (const other of pods) {
      weigh(incoming, other, labels);
      weigh(other, incoming, labels);
      for (const term of other.affinity) {
        if (termSelects(term, incoming.pod, cluster.namespaceLabels)) add(term, labels[term.topologyKey], hardAffinityWeight);
      }
    }
  }
  if (weights.size === 0) return undefined;
  return normalize(
    nodes.map(({ labels }) => Object.entries(labels).reduce((sum, [key, value]) => sum + (weights.get(`${key}=${value}`) ?? 0), 0)),
  );
};
