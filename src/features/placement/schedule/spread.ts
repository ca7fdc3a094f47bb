import type { SpreadConstraint } from '../api/placement.ts';

/** A feasible cluster on its way through the spread constraints. `capacity`: replicas it could hold, its own included. */
export interface Spreadable {
  readonly name: string;
  readonly score: number;
  readonly capacity: number;
  readonly region: string;
  readonly zone: string;
  readonly provider: string;
}

export interface SpreadInput<C extends Spreadable> {
  readonly clusters: readonly C[];
  readonly constraints: readonly SpreadConstraint[];
  /** Replicas to place; undefined when capacity does not matter (no replicas, or duplicated without requests). */
  readonly replicas: number | undefined;
  readonly duplicated: boolean;
}

export type Spread<C extends Spreadable> =
  | { readonly ok: true; readonly clusters: readonly C[] }
  | { readonly ok: false; readonly reason: string };

interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** Score first, then room, then name. */
const byMerit = (a: Spreadable, b: Spreadable): number => b.score - a.score || b.capacity - a.capacity || (a.name < b.name ? -1 : 1);

/** An omitted maxGroups means no upper bound. */
const boundsOf = (constraints: readonly SpreadConstraint[], field: string): Bounds | undefined => {
  const constraint = constraints.find(({ spreadByField }) => spreadByField === field);
  if (!constraint) return undefined;
  const min = Math.max(1, constraint.minGroups ?? 1);
  return { min, max: Math.max(min, constraint.maxGroups || Number.MAX_SAFE_INTEGER) };
};

/**
 * Chooses clusters so that every spread constraint holds. `region` and `cluster` choose; `zone` and `provider` only require the property
 * and enough groups. Clusters come back best first.
 */
export const selectBySpread = <C extends Spreadable>(input: SpreadInput<C>): Spread<C> => {
  const { constraints } = input;
  const ordered = input.clusters.toSorted(byMerit);
  for (const field of ['zone', 'provider'] as const) {
    const bounds = boundsOf(constraints, field);
    const groups = new Set(ordered.map((cluster) => cluster[field]).filter((value) => value !== ''));
    if (bounds && groups.size < bounds.min) return short(field, bounds.min, groups.size);
  }
  const region = boundsOf(constraints, 'region');
  const cluster = boundsOf(constraints, 'cluster') ?? { min: 1, max: Number.MAX_SAFE_INTEGER };
  if (region) return selectRegions(input, { region, cluster });
  if (ordered.length < cluster.min) return short('cluster', cluster.min, ordered.length);
  return { ok: true, clusters: fill(ordered, cluster.max, input) };
};

const short = (field: string, wanted: number, found: number): { readonly ok: false; readonly reason: string } => ({
  ok: false,
  reason: `the number of feasible ${field} groups is ${found}: spreadConstraints ask for at least ${wanted}`,
});

/** The best `max` clusters; when their room is short, the last ones make way for the roomiest outsiders until it is enough. */
const fill = <C extends Spreadable>(ordered: readonly C[], max: number, { replicas, duplicated }: SpreadInput<C>): C[] => {
  const chosen = ordered.slice(0, max);
  if (replicas === undefined || duplicated) return chosen;
  const outsiders = ordered.slice(max).toSorted((a, b) => b.capacity - a.capacity || (a.name < b.name ? -1 : 1));
  let room = chosen.reduce((sum, { capacity }) => sum + capacity, 0);
  for (let index = chosen.length - 1; index >= 0 && room < replicas; index--) {
    const outsider = outsiders[0];
    if (!outsider || outsider.capacity <= chosen[index]!.capacity) continue;
    outsiders.shift();
    room += outsider.capacity - chosen[index]!.capacity;
    chosen[index] = outsider;
  }
  return chosen;
};

interface RegionGroup<C extends Spreadable> {
  readonly name: string;
  readonly clusters: readonly C[];
  readonly weight: number;
}

const selectRegions = <C extends Spreadable>(input: SpreadInput<C>, bounds: { region: Bounds; cluster: Bounds }): Spread<C> => {
  const groups = groupByRegion(input, bounds);
  if (groups.length < bounds.region.min) return short('region', bounds.region.min, groups.length);
  const regions = groups.slice(0, Math.min(bounds.region.max, Math.max(bounds.region.min, bounds.cluster.max)));
  const ofRegions = regions.flatMap(({ clusters }) => clusters);
  if (ofRegions.length < bounds.cluster.min) return short('cluster', bounds.cluster.min, ofRegions.length);
  const firsts = regions.map(({ clusters }) => clusters[0]!);
  const rest = ofRegions.filter((cluster) => !firsts.includes(cluster)).toSorted(byMerit);
  const chosen = [...firsts, ...fill(rest, Math.max(0, bounds.cluster.max - firsts.length), { ...input, replicas: restOf(input, firsts) })];
  return { ok: true, clusters: chosen };
};

const restOf = <C extends Spreadable>({ replicas }: SpreadInput<C>, firsts: readonly C[]): number | undefined =>
  replicas === undefined ? undefined : Math.max(0, replicas - firsts.reduce((sum, { capacity }) => sum + capacity, 0));

/**
 * Regions, heaviest first. Divided: 1000·min(room, ceil(replicas/minGroups)) plus the mean score of the first clusters that meet it;
 * duplicated: 1000 for each cluster that holds all replicas, plus their mean score.
 */
const groupByRegion = <C extends Spreadable>(input: SpreadInput<C>, bounds: { region: Bounds; cluster: Bounds }): RegionGroup<C>[] => {
  const byRegion = new Map<string, C[]>();
  for (const cluster of input.clusters)
    if (cluster.region !== '') byRegion.set(cluster.region, [...(byRegion.get(cluster.region) ?? []), cluster]);
  const groups = [...byRegion].map(([name, members]) => {
    const clusters = members.toSorted(byMerit);
    return {
      name,
      clusters,
      weight: input.duplicated ? duplicatedWeight(clusters, input.replicas ?? 0) : dividedWeight(clusters, input.replicas ?? 0, bounds),
    };
  });
  return groups.toSorted((a, b) => b.weight - a.weight || b.clusters.length - a.clusters.length || (a.name < b.name ? -1 : 1));
};

const mean = (clusters: readonly Spreadable[]): number =>
  clusters.length === 0 ? 0 : clusters.reduce((sum, { score }) => sum + score, 0) / clusters.length;

const duplicatedWeight = (clusters: readonly Spreadable[], replicas: number): number => {
  const able = clusters.filter(({ capacity }) => capacity >= replicas);
  return 1000 * able.length + mean(able);
};

const dividedWeight = (clusters: readonly Spreadable[], replicas: number, bounds: { region: Bounds; cluster: Bounds }): number => {
  const target = Math.ceil(replicas / bounds.region.min);
  const least = Math.max(1, Math.ceil(bounds.cluster.min / bounds.region.min));
  let room = 0;
  let count = 0;
  for (const { capacity } of clusters) {
    if (count >= least && room >= target) break;
    room += capacity;
    count++;
  }
  return 1000 * Math.min(room, target) + mean(clusters.slice(0, count));
};
