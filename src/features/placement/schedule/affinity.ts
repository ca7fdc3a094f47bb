import { matchesLabelSelector } from '../label-match.ts';
import type { Cluster } from '../../fleet/api/cluster.ts';
import type { ClusterAffinity } from '../api/placement.ts';

/** Exclude wins; names, labels and fields (provider, region, zone) are ANDed; an empty affinity matches every cluster. */
export const matchesAffinity = (affinity: ClusterAffinity | undefined, cluster: Cluster): boolean => {
  if (!affinity) return true;
  const { name } = cluster.metadata;
  if (affinity.exclude?.includes(name)) return false;
  if (affinity.labelSelector && !matchesLabelSelector(affinity.labelSelector, cluster.metadata.labels)) return false;
  if (!(affinity.fieldSelector?.matchExpressions ?? []).every((requirement) => matchesField(requirement, cluster))) return false;
  return (affinity.clusterNames?.length ?? 0) === 0 || affinity.clusterNames!.includes(name);
};

const matchesField = ({ key, operator, values = [] }: { key: string; operator: string; values?: string[] }, cluster: Cluster): boolean => {
  const actual = fieldValues(key, cluster);
  if (operator === 'In') return actual.some((value) => values.includes(value));
  if (operator === 'NotIn') return actual.every((value) => !values.includes(value));
  return false;
};

const fieldValues = (key: string, { spec }: Cluster): readonly string[] => {
  if (key === 'provider') return spec.provider ? [spec.provider] : [];
  if (key === 'region') return spec.region ? [spec.region] : [];
  if (key === 'zone') return spec.zones ?? (spec.zone ? [spec.zone] : []);
  return [];
};
