import { jsonEqual } from '../../../apimachinery/equality/json-equal.ts';
import type { ResourceClient } from '../../../client/contract.ts';
import type { Manager } from '../../../controller-runtime/contract.ts';
import { clusterOfExecutionNamespace } from '../api/names.ts';
import { targetClusters } from '../works/target-clusters.ts';
import type { AggregatedStatusItem, ResourceBinding } from '../api/resource-binding.ts';
import type { Work } from '../api/work.ts';
import { withCondition } from '../conditions.ts';

export interface BindingStatusInput {
  readonly binding: ResourceBinding;
  readonly works: readonly Work[];
  /** Clusters whose Work could not be rendered, and why. */
  readonly failures: ReadonlyMap<string, string>;
}

/** Collects what the Works report into the binding's aggregatedStatus and its FullyApplied condition. Answers the binding as it is afterwards. */
export const updateBindingStatus = async (
  manager: Manager,
  client: ResourceClient<ResourceBinding>,
  { binding, works, failures }: BindingStatusInput,
): Promise<ResourceBinding> => {
  const aggregatedStatus = [
    ...works.flatMap(itemOf).filter(({ clusterName }) => !failures.has(clusterName)),
    ...failedItems(failures),
  ].toSorted((a, b) => (a.clusterName < b.clusterName ? -1 : 1));
  const targets = targetClusters(binding);
  const missing = targets.filter((name) => !aggregatedStatus.some(({ clusterName, applied }) => clusterName === name && applied));
  const applied = targets.length > 0 && missing.length === 0;
  const conditions = withCondition(
    binding.status?.conditions,
    applied
      ? { type: 'FullyApplied', status: 'True', reason: 'FullyAppliedSuccess', message: 'All works have been successfully applied' }
      : {
          type: 'FullyApplied',
          status: 'False',
          reason: 'FullyAppliedFailed',
          message: `Not applied yet on: ${missing.toSorted().join(', ') || 'no cluster is chosen'}`,
        },
    manager.clock.now(),
  );
  const wanted = { ...binding.status, aggregatedStatus, conditions };
  if (jsonEqual(wanted, { aggregatedStatus: [], ...binding.status })) return binding;
  return client.patch(
    binding.metadata.name,
    binding.metadata.namespace,
    { metadata: { resourceVersion: binding.metadata.resourceVersion }, status: { aggregatedStatus, conditions } },
    { type: 'merge', subresource: 'status', fieldManager: 'causeway-work' },
  );
};

const itemOf = ({ metadata, status }: Work): AggregatedStatusItem[] => {
  const clusterName = clusterOfExecutionNamespace(metadata.namespace ?? '');
  const applied = status?.conditions?.find(({ type }) => type === 'Applied');
  if (clusterName === undefined || metadata.deletionTimestamp) return [];
  const manifest = status?.manifestStatuses?.[0];
  return [
    {
      clusterName,
      applied: applied?.status === 'True',
      ...(applied && applied.status !== 'True' ? { appliedMessage: applied.message } : {}),
      ...(manifest?.status ? { status: manifest.status } : {}),
      health: manifest?.health ?? 'Unknown',
    },
  ];
};

const failedItems = (failures: ReadonlyMap<string, string>): AggregatedStatusItem[] =>
  [...failures].map(([clusterName, appliedMessage]) => ({ clusterName, applied: false, appliedMessage, health: 'Unknown' as const }));
