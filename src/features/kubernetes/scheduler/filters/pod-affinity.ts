import type { NodeInfo } from '../node-info.ts';
import { termSelects } from '../pod-info.ts';
import type { AffinityTerm } from '../pod-info.ts';
import { crowded, hopeless } from './filter.ts';
import type { Cluster, Filter } from './filter.ts';

/** Topology key and value: where something is. */
const place = (key: string, value: string): string => `${key}=${value}`;

export const podAffinity: Filter = (incoming, cluster) => {
  const selects = (term: AffinityTerm, pod: typeof incoming.pod): boolean => termSelects(term, pod, cluster.namespaceLabels);
  const repelledBy = placesThatRepel(incoming, cluster, selects);
  const wanted = incoming.affinity.map((term) => placesOf(term, cluster.nodes, (pod) => selects(term, pod)));
  const unwanted = incoming.antiAffinity.map((term) => placesOf(term, cluster.nodes, (pod) => selects(term, pod)));
  if (repelledBy.size === 0 && incoming.affinity.length === 0 && incoming.antiAffinity.length === 0) return undefined;
  // The first pod of a group that wants to be together has nobody to join: it may start anywhere.
  const first = wanted.every((places) => places.size === 0) && incoming.affinity.every((term) => selects(term, incoming.pod));

  return ({ labels }) => {
    const isAt = (places: ReadonlySet<string>, key: string): boolean => labels[key] !== undefined && places.has(place(key, labels[key]));
    for (const [index, term] of incoming.affinity.entries()) {
      const here = isAt(wanted[index] ?? new Set(), term.topologyKey);
      if (!here && !(first && labels[term.topologyKey] !== undefined)) return hopeless("node(s) didn't match pod affinity rules");
    }
    for (const [index, term] of incoming.antiAffinity.entries()) {
      if (isAt(unwanted[index] ?? new Set(), term.topologyKey)) return crowded("node(s) didn't match pod anti-affinity rules");
    }
    for (const [key, value] of Object.entries(labels)) {
      if (repelledBy.has(place(key, value))) return crowded("node(s) didn't satisfy existing pods anti-affinity rules");
    }
    return undefined;
  };
};

/** Where pods are that the test accepts, in the term's topology. */
function placesOf(
  term: AffinityTerm,
  nodes: readonly NodeInfo[],
  accepts: (pod: NodeInfo['pods'][number]['pod']) => boolean,
): ReadonlySet<string> {
  const places = new Set<string>();
  for (const { labels, pods } of nodes) {
    const value = labels[term.topologyKey];
    if (value !== undefined && pods.some(({ pod }) => accepts(pod))) places.add(place(term.topologyKey, value));
  }
  return places;
}

/** Where pods with anti-affinity against the incoming one are. */
function placesThatRepel(
  incoming: Parameters<Filter>[0],
  { nodes }: Cluster,
  selects: (term: AffinityTerm, pod: NodeInfo['pods'][number]['pod']) => boolean,
): ReadonlySet<string> {
  const places = new Set<string>();
  for (const { labels, pods } of nodes) {
    for (const { antiAffinity } of pods) {
      for (const term of antiAffinity) {
        const value = labels[term.topologyKey];
        if (value !== undefined && selects(term, incoming.pod)) places.add(place(term.topologyKey, value));
      }
    }
  }
  return places;
}
