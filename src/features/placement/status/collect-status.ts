import { clusterOfExecutionNamespace } from '../api/names.ts';
import { targetClusters } from '../works/target-clusters.ts';
import type { AggregatedStatusItem, ResourceBinding } from '../api/resource-binding.ts';
import type { Work } from '../api/work.ts';
import type { StatusPart } from './binding-statuses.ts';

export interface CollectedInput {
  readonly binding: ResourceBinding;
  readonly works: readonly Work[];
  /** Clusters whose Work could not be rendered, and why. */
  readonly failures: ReadonlyMap<string, string>;
}

export interface Collected {
  readonly part: StatusPart;
  /** Works are on their way: nothing failed, and not every target has reported yet. */
  readonly underway: boolean;
}

/** What the Works report, as a binding's aggregatedStatus and its FullyApplied condition. Pure. */
export const collectStatus = ({ binding, works, failures }: CollectedInput): Collected => {
  const aggregatedStatus = [
    ...works.flatMap(itemOf).filter(({ clusterName }) => !failures.has(clusterName)),
    ...failedItems(failures),
  ].toSorted((a, b) => (a.clusterName < b.clusterName ? -1 : 1));
  const targets = targetClusters(binding);
  const missing = targets.filter((name) => !aggregatedStatus.some(({ clusterName, applied }) => clusterName === name && applied));
  const applied = targets.length > 0 && missing.length === 0;
  const condition = applied
    ? ({
        type: 'FullyApplied',
        status: 'True',
        reason: 'FullyAppliedSuccess',
        message: 'All works have been successfully applied',
      } as const)
    : ({
        type: 'FullyApplied',
        status: 'False',
        reason: 'FullyAppliedFailed',
        message: `Not applied yet on: ${missing.toSorted().join(', ') || 'no cluster is chosen'}`,
      } as const);
  const failed = aggregatedStatus.some(({ appliedMessage }) => appliedMessage);
  return { part: { aggregatedStatus, conditions: [condition] }, underway: missing.length > 0 && !failed };
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
