import type { BindingSpec, EvictionTask, ResourceBinding, TargetCluster } from '../api/resource-binding.ts';

/** What becomes of the workload on the cluster that it leaves: `Never` keeps it until somebody clears the task. */
export interface Purge {
  readonly mode: NonNullable<EvictionTask['purgeMode']>;
  readonly gracePeriodSeconds?: number;
}

export interface Eviction {
  readonly cluster: string;
  readonly reason: string;
  readonly producer: string;
  readonly message: string;
  /** RFC 3339. */
  readonly at: string;
  /** Absent: the cluster failed, and it goes by the policy's failover.cluster. */
  readonly purge?: Purge;
}

/**
 * Moves a cluster from the binding's targets to a graceful eviction task. `Directly`, its Work goes at once; there is no task then when the cluster's
 * taint keeps the binding away from it, else one until it is scheduled elsewhere. Answers the changed fields, or undefined when the cluster is no
 * target. Pure.
 */
export const evict = (
  { spec }: ResourceBinding,
  { cluster, reason, producer, message, at, purge }: Eviction,
): Pick<BindingSpec, 'clusters' | 'gracefulEvictionTasks'> | undefined => {
  const target = (spec.clusters ?? []).find(({ name }) => name === cluster);
  if (!target) return undefined;
  const clusters = (spec.clusters ?? []).filter(({ name }) => name !== cluster);
  const tasks = (spec.gracefulEvictionTasks ?? []).filter(({ fromCluster }) => fromCluster !== cluster);
  const purgeMode = purge?.mode ?? spec.failover?.cluster?.purgeMode ?? 'Gracefully';
  if (!purge && purgeMode === 'Directly') return { clusters, gracefulEvictionTasks: tasks };
  const task: EvictionTask = {
    fromCluster: cluster,
    reason,
    producer,
    message,
    creationTimestamp: at,
    purgeMode,
    ...(purgeMode === 'Never' ? { suppressDeletion: true } : {}),
    ...(purge?.gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds: purge.gracePeriodSeconds }),
    ...(target.replicas === undefined ? {} : { replicas: target.replicas }),
    clustersBeforeFailover: (spec.clusters ?? []).map(({ name }: TargetCluster) => name),
  };
  return { clusters, gracefulEvictionTasks: [...tasks, task] };
};

/** How long a task waits for its replacement, seconds. */
export const defaultGracePeriodSeconds = 600;

/**
 * The tasks that are not over yet, and when to look again. A task is over when the newest generation was scheduled and every scheduled cluster is Healthy,
 * or after its grace period; one that purges directly, when it was scheduled. `suppressDeletion` keeps it until somebody clears it. Pure.
 */
export const remainingTasks = (
  binding: ResourceBinding,
  now: number,
): { readonly tasks: EvictionTask[]; readonly nextCheckSeconds: number | undefined } => {
  const { spec, status, metadata } = binding;
  const scheduled =
    status?.schedulerObservedGeneration === metadata.generation &&
    status?.conditions?.some(({ type, status: value }) => type === 'Scheduled' && value === 'True');
  const healthy = new Set(
    (status?.aggregatedStatus ?? []).filter(({ health, applied }) => health === 'Healthy' && applied).map(({ clusterName }) => clusterName),
  );
  const replaced = scheduled && (spec.clusters ?? []).length > 0 && (spec.clusters ?? []).every(({ name }) => healthy.has(name));
  const secondsLeft = ({ creationTimestamp, gracePeriodSeconds }: EvictionTask): number =>
    (gracePeriodSeconds ?? defaultGracePeriodSeconds) - (now - Date.parse(creationTimestamp ?? new Date(now).toISOString())) / 1000;
  const isOver = (task: EvictionTask): boolean =>
    (task.purgeMode === 'Directly' ? scheduled === true : replaced === true) || secondsLeft(task) <= 0;
  const tasks = (spec.gracefulEvictionTasks ?? []).filter((task) => task.suppressDeletion === true || !isOver(task));
  const waits = tasks.filter(({ suppressDeletion }) => suppressDeletion !== true).map(secondsLeft);
  return { tasks, nextCheckSeconds: waits.length > 0 ? Math.max(1, Math.min(...waits)) : undefined };
};

/**
 * Takes evictions back whose member has recovered before anything could replace it: the cluster is a target again, with the replicas it had, and its
 * Work was never touched. Undefined when there is nothing to take back. Pure.
 */
export const takeBack = (
  { spec, status }: ResourceBinding,
  hasRecovered: (cluster: string) => boolean,
): Pick<BindingSpec, 'clusters' | 'gracefulEvictionTasks'> | undefined => {
  const unplaced = status?.conditions?.some(({ type, status: value }) => type === 'Scheduled' && value !== 'True') ?? false;
  const tasks = spec.gracefulEvictionTasks ?? [];
  const recovered = tasks.filter(({ fromCluster, suppressDeletion }) => suppressDeletion !== true && hasRecovered(fromCluster));
  if (!unplaced || recovered.length === 0) return undefined;
  const back = recovered.map(({ fromCluster, replicas }): TargetCluster => ({
    name: fromCluster,
    ...(replicas === undefined ? {} : { replicas }),
  }));
  return { clusters: [...(spec.clusters ?? []), ...back], gracefulEvictionTasks: tasks.filter((task) => !recovered.includes(task)) };
};
