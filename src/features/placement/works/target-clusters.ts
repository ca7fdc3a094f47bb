import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import type { ResourceBinding } from '../api/resource-binding.ts';
import { numberOr, objectAt } from '../interpreter/fields.ts';
import { allocateSeats, nameOrderFor } from '../schedule/webster.ts';

/** A cluster that is to hold the template now. */
export interface WorkTarget {
  readonly cluster: string;
  readonly replicas: number | undefined;
  readonly completions: number | undefined;
}

/** Where Works are rendered: scheduled clusters, and those of the workloads that depend on this object. A Job's completions are divided like its replicas. */
export const workTargets = (binding: ResourceBinding, template: UnstructuredObject): WorkTarget[] => {
  const targets = binding.spec.clusters ?? [];
  const divided = binding.spec.replicas !== undefined;
  const completions = divided ? completionsOf(binding, template) : new Map<string, number>();
  const own = targets.map(({ name, replicas }) => ({
    cluster: name,
    replicas: divided ? (replicas ?? 0) : undefined,
    completions: completions.get(name),
  }));
  const names = new Set(own.map(({ cluster }) => cluster));
  const others = (binding.spec.requiredBy ?? [])
    .flatMap(({ clusters = [] }) => clusters.map(({ name }) => name))
    .filter((name) => !names.has(name));
  return [...own, ...[...new Set(others)].toSorted().map((cluster) => ({ cluster, replicas: undefined, completions: undefined }))];
};

const completionsOf = ({ spec }: ResourceBinding, template: UnstructuredObject): Map<string, number> => {
  const total = objectAt(template, 'spec')['completions'];
  const duplicated = spec.placement?.replicaScheduling?.replicaSchedulingType !== 'Divided';
  if (template.kind !== 'Job' || typeof total !== 'number' || duplicated) return new Map();
  const parties = (spec.clusters ?? []).map(({ name, replicas }) => ({ name, votes: numberOr(replicas, 0) }));
  return allocateSeats(total, parties, nameOrderFor(spec.resource.uid));
};

/** Names of the clusters that are to hold the template: scheduled, or of a workload that depends on it. */
export const targetClusters = ({ spec }: ResourceBinding): string[] => [
  ...new Set([...(spec.clusters ?? []), ...(spec.requiredBy ?? []).flatMap(({ clusters = [] }) => clusters)].map(({ name }) => name)),
];

/** Clusters whose Work stays as it is until their eviction is over. */
export const evictedClusters = ({ spec }: ResourceBinding): Set<string> =>
  new Set((spec.gracefulEvictionTasks ?? []).filter(({ purgeMode }) => purgeMode !== 'Directly').map(({ fromCluster }) => fromCluster));
