import type { ReplicaScheduling } from '../api/placement.ts';
import type { TargetCluster } from '../api/resource-binding.ts';
import { allocateSeats, nameOrderFor } from './webster.ts';

/** A cluster that may take replicas. `available`: how many more replicas fit besides those already there. */
export interface Candidate {
  readonly name: string;
  readonly available: number;
  /** Static weight of the highest matching rule; 0 when none matches. */
  readonly weight: number;
}

export interface DivisionInput {
  readonly replicas: number;
  readonly candidates: readonly Candidate[];
  /** What is assigned now; clusters that are no candidates any more count for nothing. */
  readonly previous: readonly TargetCluster[];
  readonly strategy: DivisionStrategy;
  /** The template's uid: decides the order of names in a tie. */
  readonly uid: string | undefined;
  /** Divide everything anew, over free plus own capacity (WorkloadRebalancer), instead of keeping what runs. */
  readonly fresh: boolean;
}

export type DivisionStrategy = 'Duplicated' | 'StaticWeight' | 'DynamicWeight' | 'Aggregated';

export type Division =
  | { readonly ok: true; readonly targets: readonly TargetCluster[] }
  /** No partial placement: nothing is assigned when the free capacity is short. */
  | { readonly ok: false; readonly needed: number; readonly available: number };

/** Absent replicaScheduling duplicates; Divided without a preference divides by equal weights. */
export const strategyOf = (scheduling: ReplicaScheduling | undefined): DivisionStrategy => {
  if (!scheduling || scheduling.replicaSchedulingType === 'Duplicated') return 'Duplicated';
  if (scheduling.replicaDivisionPreference === 'Aggregated') return 'Aggregated';
  return scheduling.weightPreference?.dynamicWeight ? 'DynamicWeight' : 'StaticWeight';
};

/** Divides replicas over the candidates; the sum of a divided result is exactly `replicas`. Clusters with zero replicas are left out. */
export const divideReplicas = (input: DivisionInput): Division => {
  switch (input.strategy) {
    case 'Duplicated':
      return { ok: true, targets: input.candidates.map(({ name }) => ({ name, replicas: input.replicas })) };
    case 'StaticWeight':
      return { ok: true, targets: byStaticWeight(input) };
    default:
      return byCapacity(input);
  }
};

const byStaticWeight = ({ replicas, candidates, uid }: DivisionInput): TargetCluster[] => {
  const matching = candidates.filter(({ weight }) => weight > 0);
  const parties =
    matching.length > 0
      ? matching.map(({ name, weight }) => ({ name, votes: weight }))
      : candidates.map(({ name }) => ({ name, votes: 1 }));
  return toTargets(allocateSeats(replicas, parties, nameOrderFor(uid)));
};

const byCapacity = (input: DivisionInput): Division => {
  const held = new Map(input.previous.map(({ name, replicas }) => [name, replicas ?? 0]));
  const assigned = input.candidates.map(({ name }) => ({ name, capacity: held.get(name) ?? 0 })).filter(({ capacity }) => capacity > 0);
  const total = assigned.reduce((sum, { capacity }) => sum + capacity, 0);
  if (input.fresh)
    return spreadOver(
      input,
      input.replicas,
      input.candidates.map(({ name, available }) => ({ name, capacity: available + (held.get(name) ?? 0) })),
    );
  if (total === input.replicas) return { ok: true, targets: assigned.map(({ name, capacity }) => ({ name, replicas: capacity })) };
  if (total > input.replicas) return spreadOver(input, input.replicas, assigned);
  const free = input.candidates.map(({ name, available }) => ({ name, capacity: available }));
  const more = spreadOver(input, input.replicas - total, free, new Set(assigned.map(({ name }) => name)));
  if (!more.ok) return more;
  const merged = new Map(assigned.map(({ name, capacity }) => [name, capacity]));
  for (const { name, replicas } of more.targets) merged.set(name, (merged.get(name) ?? 0) + (replicas ?? 0));
  const order = new Map(input.candidates.map(({ name }, index) => [name, index]));
  return { ok: true, targets: toTargets(merged).toSorted((a, b) => order.get(a.name)! - order.get(b.name)!) };
};

interface Capacity {
  readonly name: string;
  readonly capacity: number;
}

const spreadOver = (
  input: DivisionInput,
  target: number,
  capacities: readonly Capacity[],
  first: ReadonlySet<string> = new Set(),
): Division => {
  const nameOrder = nameOrderFor(input.uid);
  const available = capacities.reduce((sum, { capacity }) => sum + capacity, 0);
  if (available < target) return { ok: false, needed: target, available };
  const chosen = input.strategy === 'Aggregated' ? shortestPrefix(capacities, target, first) : capacities;
  const parties = chosen.map(({ name, capacity }) => ({ name, votes: capacity }));
  return { ok: true, targets: capped(allocateSeats(target, parties, nameOrder), parties, target, nameOrder) };
};

/** Clusters already in use first, then the roomiest: the fewest that cover the target. */
const shortestPrefix = (capacities: readonly Capacity[], target: number, first: ReadonlySet<string>): Capacity[] => {
  const ordered = capacities.toSorted(
    (a, b) => Number(first.has(b.name)) - Number(first.has(a.name)) || b.capacity - a.capacity || (a.name < b.name ? -1 : 1),
  );
  const chosen: Capacity[] = [];
  let sum = 0;
  for (const entry of ordered) {
    if (sum >= target) break;
    chosen.push(entry);
    sum += entry.capacity;
  }
  return chosen;
};

/** Webster may round a party one above its votes; where votes are capacities the excess goes to whoever has room. */
const capped = (
  seats: Map<string, number>,
  parties: readonly { readonly name: string; readonly votes: number }[],
  target: number,
  nameOrder: (a: string, b: string) => number,
): TargetCluster[] => {
  let given = 0;
  for (const { name, votes } of parties) {
    const value = Math.min(seats.get(name) ?? 0, votes);
    seats.set(name, value);
    given += value;
  }
  const roomy = parties
    .filter(({ name, votes }) => (seats.get(name) ?? 0) < votes)
    .toSorted((a, b) => b.votes - a.votes || nameOrder(a.name, b.name));
  for (const { name, votes } of roomy) {
    const extra = Math.min(target - given, votes - (seats.get(name) ?? 0));
    seats.set(name, (seats.get(name) ?? 0) + extra);
    given += extra;
  }
  return toTargets(seats);
};

const toTargets = (seats: ReadonlyMap<string, number>): TargetCluster[] =>
  [...seats].filter(([, replicas]) => replicas > 0).map(([name, replicas]) => ({ name, replicas }));
