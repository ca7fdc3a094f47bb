import type { Cluster } from '../../fleet/api/cluster.ts';
import type { ClusterAffinity, Placement } from '../api/placement.ts';
import type { ResourceBinding, TargetCluster } from '../api/resource-binding.ts';
import { matchesAffinity } from './affinity.ts';
import { divideReplicas, strategyOf } from './divide.ts';
import type { Candidate } from './divide.ts';
import { reasonAgainst } from './filter.ts';
import { selectBySpread } from './spread.ts';

export interface ScheduleInput {
  readonly binding: ResourceBinding;
  readonly clusters: readonly Cluster[];
  /** Free replicas of the binding's requirements on a cluster, besides those it holds; Infinity when nothing limits. */
  readonly estimate: (cluster: Cluster) => number;
  /** Divide everything anew (a reschedule was asked for). */
  readonly fresh: boolean;
}

export type ScheduleResult =
  | {
      readonly ok: true;
      readonly targets: readonly TargetCluster[];
      readonly affinityName: string | undefined;
      readonly reasons: ReadonlyMap<string, string>;
    }
  | {
      readonly ok: false;
      readonly reason: 'NoClusterFit' | 'InsufficientReplicas';
      readonly message: string;
      readonly reasons: ReadonlyMap<string, string>;
    };

interface Attempt {
  readonly name: string | undefined;
  readonly affinity: ClusterAffinity | undefined;
}

/** Chooses clusters and divides replicas for one binding: filter → spread → divide. Pure; `reasons` says per cluster why it is not chosen. */
export const schedule = (input: ScheduleInput): ScheduleResult => {
  const placement = input.binding.spec.placement ?? {};
  let last: ScheduleResult | undefined;
  for (const attempt of attemptsOf(placement, input)) {
    last = scheduleOnce(input, placement, attempt);
    if (last.ok) return last;
  }
  return (
    last ?? {
      ok: false,
      reason: 'NoClusterFit',
      message: 'no cluster affinity to try: placement.clusterAffinities is empty',
      reasons: new Map(),
    }
  );
};

/** One affinity, or several tried in order from the one used last; overflow affinities widen a term tier by tier. */
const attemptsOf = (placement: Placement, { binding, fresh }: ScheduleInput): Attempt[] => {
  const terms = placement.clusterAffinities ?? [];
  if (terms.length === 0) return [{ name: undefined, affinity: placement.clusterAffinity }];
  const used = fresh ? -1 : terms.findIndex(({ affinityName }) => affinityName === binding.status?.schedulerObservingAffinityName);
  return terms.slice(Math.max(0, used)).map((term) => ({ name: term.affinityName, affinity: term }));
};

const scheduleOnce = (input: ScheduleInput, placement: Placement, { name: affinityName, affinity }: Attempt): ScheduleResult => {
  const overflow = placement.clusterAffinities?.find((entry) => entry.affinityName === affinityName)?.overflowAffinities ?? [];
  const reasons = new Map<string, string>();
  const tiers: Cluster[][] = [affinity, ...overflow].map(() => []);
  for (const cluster of input.clusters) {
    const tier = Math.max(
      0,
      [affinity, ...overflow].findIndex((entry) => matchesAffinity(entry, cluster)),
    );
    const reason = reasonAgainst(cluster, { binding: input.binding, placement, affinity: tier === 0 ? affinity : overflow[tier - 1] });
    if (reason === undefined) tiers[tier]!.push(cluster);
    else reasons.set(cluster.metadata.name, reason);
  }
  const context = { placement, reasons, affinityName };
  const first = place(input, tiers.flat().length > 0 && tiers[0]!.length === 0 ? tiers.flat() : tiers[0]!, context);
  return first.ok || overflow.length === 0 ? first : placeTiers(input, tiers, context);
};

interface PlaceContext {
  readonly placement: Placement;
  readonly reasons: Map<string, string>;
  readonly affinityName: string | undefined;
}

/** Fills the first tier, then what is left goes to the next: overflow takes only what does not fit before it. */
const placeTiers = (input: ScheduleInput, tiers: readonly (readonly Cluster[])[], context: PlaceContext): ScheduleResult => {
  const { spec } = input.binding;
  const held = heldBy(input.binding);
  const targets: TargetCluster[] = [];
  let left = spec.replicas ?? 0;
  for (const [index, tier] of tiers.entries()) {
    if (left === 0 || tier.length === 0) continue;
    const room = tier.reduce((sum, cluster) => sum + input.estimate(cluster) + (held.get(cluster.metadata.name) ?? 0), 0);
    const replicas = index === tiers.length - 1 ? left : Math.min(left, room);
    if (replicas === 0) continue;
    const result = place({ ...input, binding: { ...input.binding, spec: { ...spec, replicas } } }, tier, context);
    if (!result.ok) return result;
    targets.push(...result.targets);
    left -= replicas;
  }
  const short = {
    ok: false,
    reason: 'InsufficientReplicas',
    message: `clusters have no room for ${left} of ${spec.replicas} replicas`,
    reasons: context.reasons,
  } as const;
  return left > 0 ? short : { ok: true, targets, affinityName: context.affinityName, reasons: context.reasons };
};

const heldBy = (binding: ResourceBinding): Map<string, number> =>
  new Map((binding.spec.clusters ?? []).map((target) => [target.name, target.replicas ?? 0]));

const place = (input: ScheduleInput, feasible: readonly Cluster[], { placement, reasons, affinityName }: PlaceContext): ScheduleResult => {
  const { binding, clusters } = input;
  if (feasible.length === 0) return { ok: false, reason: 'NoClusterFit', message: summary(clusters.length, reasons), reasons };
  const strategy = strategyOf(placement.replicaScheduling);
  const { replicas } = binding.spec;
  const held = heldBy(binding);
  const spreadable = feasible.map((cluster) => ({
    name: cluster.metadata.name,
    score: held.has(cluster.metadata.name) ? 100 : 0,
    capacity: input.estimate(cluster) + (held.get(cluster.metadata.name) ?? 0),
    region: cluster.spec.region ?? '',
    zone: cluster.spec.zones?.[0] ?? cluster.spec.zone ?? '',
    provider: cluster.spec.provider ?? '',
    cluster,
  }));
  const constraints = strategy === 'StaticWeight' ? [] : (placement.spreadConstraints ?? []);
  const spread = selectBySpread({ clusters: spreadable, constraints, replicas, duplicated: strategy === 'Duplicated' });
  if (!spread.ok) return { ok: false, reason: 'NoClusterFit', message: spread.reason, reasons };
  const chosen = new Set(spread.clusters.map(({ name }) => name));
  for (const { name } of spreadable) if (!chosen.has(name)) reasons.set(name, 'cluster(s) was left out by the spread constraints');
  if (replicas === undefined) return { ok: true, targets: byName(spread.clusters.map(({ name }) => ({ name }))), affinityName, reasons };
  const candidates = spread.clusters.map(({ cluster, name, capacity }): Candidate => ({
    name,
    available: capacity === Infinity ? replicas : Math.max(0, capacity - (held.get(name) ?? 0)),
    weight: staticWeight(placement, cluster),
  }));
  const divided = divideReplicas({
    replicas,
    candidates,
    previous: binding.spec.clusters ?? [],
    strategy,
    uid: binding.spec.resource.uid,
    fresh: input.fresh,
  });
  if (divided.ok) return { ok: true, targets: byName(divided.targets), affinityName, reasons };
  for (const { name, available } of candidates) reasons.set(name, `cluster(s) has room for ${available} more replicas`);
  return {
    ok: false,
    reason: 'InsufficientReplicas',
    message: `clusters have room for ${divided.available} more replicas: ${divided.needed} are needed`,
    reasons,
  };
};

const byName = (targets: readonly TargetCluster[]): TargetCluster[] => targets.toSorted((a, b) => (a.name < b.name ? -1 : 1));

const staticWeight = ({ replicaScheduling }: Placement, cluster: Cluster): number =>
  Math.max(
    0,
    ...(replicaScheduling?.weightPreference?.staticWeightList ?? []).map(({ targetCluster, weight }) =>
      matchesAffinity(targetCluster, cluster) ? Number(weight) : 0,
    ),
  );

/** `0/3 clusters are available: 2 cluster(s) did not match …, 1 cluster(s) had untolerated taint {…}.` */
const summary = (total: number, reasons: ReadonlyMap<string, string>): string => {
  const counts = new Map<string, number>();
  for (const reason of reasons.values()) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  if (total === 0) return '0/0 clusters are available: no cluster has joined.';
  return `0/${total} clusters are available: ${[...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .toSorted()
    .join(', ')}.`;
};
