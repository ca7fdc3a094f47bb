import type { Cluster } from '../../fleet/api/cluster.ts';
import type { ClusterAffinity, ClusterToleration, Placement } from '../api/placement.ts';
import type { ResourceBinding } from '../api/resource-binding.ts';
import { matchesAffinity } from './affinity.ts';

type Taint = NonNullable<Cluster['spec']['taints']>[number];

/** Whether a toleration covers a taint, as pods' tolerations do. */
export const tolerates = (tolerations: readonly ClusterToleration[], taint: Taint): boolean =>
  tolerations.some(
    ({ key, operator, value, effect }) =>
      (!effect || effect === taint.effect) &&
      (!key || key === taint.key) &&
      (operator === 'Exists' || (value ?? '') === (taint.value ?? '')),
  );

export interface FilterInput {
  readonly binding: ResourceBinding;
  readonly placement: Placement;
  readonly affinity: ClusterAffinity | undefined;
}

/** Why a cluster cannot take the binding; undefined when it can. Clusters that already hold it are not thrown out by taints or a missing API. */
export const reasonAgainst = (cluster: Cluster, { binding, placement, affinity }: FilterInput): string | undefined => {
  const { name } = cluster.metadata;
  const holds = (binding.spec.clusters ?? []).some((target) => target.name === name);
  if (cluster.metadata.deletionTimestamp) return 'cluster(s) is being removed';
  if (!matchesAffinity(affinity, cluster)) return 'cluster(s) did not match the placement cluster affinity constraint';
  if (!holds && !servesKind(cluster, binding))
    return `cluster(s) did not have the API resource ${binding.spec.resource.apiVersion} ${binding.spec.resource.kind}`;
  if ((binding.spec.gracefulEvictionTasks ?? []).some((task) => task.fromCluster === name))
    return 'cluster(s) is in the process of eviction';
  const taint = (cluster.spec.taints ?? []).find(
    ({ effect, ...rest }) =>
      (effect === 'NoExecute' || (effect === 'NoSchedule' && !holds)) &&
      !tolerates(placement.clusterTolerations ?? [], { effect, ...rest }),
  );
  if (taint) return `cluster(s) had untolerated taint {${taint.key}${taint.value ? `=${taint.value}` : ''}:${taint.effect}}`;
  return missingProperty(cluster, placement);
};

/** Clusters whose enablements are not known yet are not held against it. */
const servesKind = ({ status }: Cluster, { spec: { resource } }: ResourceBinding): boolean =>
  status?.apiEnablements === undefined ||
  status.apiEnablements.some(
    ({ groupVersion, resources = [] }) => groupVersion === resource.apiVersion && resources.some(({ kind }) => kind === resource.kind),
  );

const missingProperty = ({ spec }: Cluster, { spreadConstraints = [] }: Placement): string | undefined => {
  for (const { spreadByField } of spreadConstraints) {
    if (spreadByField === 'provider' && !spec.provider) return 'cluster(s) did not have provider property';
    if (spreadByField === 'region' && !spec.region) return 'cluster(s) did not have region property';
    if (spreadByField === 'zone' && !spec.zone && !spec.zones?.length) return 'cluster(s) did not have zones property';
  }
  return undefined;
};
