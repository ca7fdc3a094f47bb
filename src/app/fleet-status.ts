import type { Client } from '../client/contract.ts';
import { clustersRef } from '../features/fleet/api/cluster.ts';
import type { Cluster } from '../features/fleet/api/cluster.ts';
import { embeddedClustersRef } from '../features/fleet/api/embedded-cluster.ts';
import type { EmbeddedCluster } from '../features/fleet/api/embedded-cluster.ts';
import { clusterResourceBindingsRef, resourceBindingsRef } from '../features/placement/api/resource-binding.ts';
import type { ResourceBinding } from '../features/placement/api/resource-binding.ts';

export interface ClusterRow {
  readonly name: string;
  readonly mode: string;
  readonly ready: string;
  readonly reason: string;
  readonly version: string;
  readonly nodes: string;
  readonly region: string;
  /** Phase of an embedded member; '' for others. */
  readonly phase: string;
  /** Bindings that have this cluster as a target. */
  readonly placed: number;
}

export interface PlacementRow {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly targets: readonly {
    readonly cluster: string;
    readonly replicas: number | undefined;
    readonly applied: boolean;
    readonly health: string;
  }[];
  readonly evicting: readonly string[];
  /** Why it is not, or not wholly, placed; '' when all is well. */
  readonly problem: string;
}

export interface FleetStatus {
  readonly clusters: readonly ClusterRow[];
  readonly placements: readonly PlacementRow[];
}

/** What `causeway status` shows: clusters and their health, what runs where, and why something is not placed. */
export const readFleetStatus = async (hub: Client): Promise<FleetStatus> => {
  const [clusters, embedded, namespaced, clusterScoped] = await Promise.all([
    hub.resource<Cluster>(clustersRef).list(),
    hub.resource<EmbeddedCluster>(embeddedClustersRef).list(),
    hub.resource<ResourceBinding>(resourceBindingsRef).list(),
    hub.resource<ResourceBinding>(clusterResourceBindingsRef).list(),
  ]);
  const bindings = [...namespaced.items, ...clusterScoped.items];
  const phases = new Map(embedded.items.map(({ metadata, status }) => [metadata.name, status?.phase ?? 'Starting']));
  return {
    clusters: clusters.items.map((cluster) => clusterRow(cluster, bindings, phases.get(cluster.metadata.name) ?? '')),
    placements: bindings.map(placementRow),
  };
};

const startAgain = (name: string): string => `start it with: causeway cluster start ${name}`;

const clusterRow = ({ metadata, spec, status }: Cluster, bindings: readonly ResourceBinding[], phase: string): ClusterRow => {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return {
    name: metadata.name,
    mode: spec.syncMode,
    ready: ready?.status ?? 'Unknown',
    reason: ready?.status === 'True' ? '' : phase === 'Stopped' ? startAgain(metadata.name) : (ready?.message ?? 'not asked yet'),
    version: status?.kubernetesVersion ?? '',
    nodes: status?.nodeSummary ? `${status.nodeSummary.readyNum ?? 0}/${status.nodeSummary.totalNum ?? 0}` : '',
    region: spec.region ?? '',
    phase,
    placed: bindings.filter((binding) => (binding.spec.clusters ?? []).some(({ name }) => name === metadata.name)).length,
  };
};

const placementRow = ({ metadata, spec, status }: ResourceBinding): PlacementRow => {
  const reports = new Map((status?.aggregatedStatus ?? []).map((item) => [item.clusterName, item]));
  const scheduled = status?.conditions?.find(({ type }) => type === 'Scheduled');
  const failures = [...reports.values()]
    .filter(({ appliedMessage }) => appliedMessage)
    .map(({ clusterName, appliedMessage }) => `${clusterName}: ${appliedMessage}`);
  const required = (spec.requiredBy ?? []).flatMap(({ clusters = [] }) => clusters.map(({ name }) => ({ name, replicas: undefined })));
  const targets = spec.clusters?.length ? spec.clusters : [...new Map(required.map((target) => [target.name, target])).values()];
  return {
    kind: spec.resource.kind,
    namespace: metadata.namespace ?? '',
    name: spec.resource.name,
    targets: targets.map(({ name, replicas }) => ({
      cluster: name,
      replicas: spec.replicas === undefined ? undefined : replicas,
      applied: reports.get(name)?.applied ?? false,
      health: reports.get(name)?.health ?? 'Unknown',
    })),
    evicting: (spec.gracefulEvictionTasks ?? []).map(({ fromCluster }) => fromCluster),
    problem: [scheduled && scheduled.status !== 'True' ? scheduled.message : '', ...failures].filter(Boolean).join('; '),
  };
};
