import type { ReplicaRequirements, TargetCluster } from '../api/resource-binding.ts';
import { addQuantities, multiplyQuantities } from '../interpreter/quantities.ts';
import type { QuantityMap } from '../interpreter/quantities.ts';

interface Reservation {
  readonly until: number;
  readonly resources: QuantityMap;
}

/**
 * What was assigned to clusters but does not yet show in their resource summaries: a batch of failovers must not pile onto one cluster because
 * all of them saw the same estimate. A reservation ends when it is `lifetimeMilliseconds` old; by then the summary counts the pods.
 */
export interface Reservations {
  add(targets: readonly TargetCluster[], previous: readonly TargetCluster[], requirements: ReplicaRequirements | undefined): void;
  /** Resources reserved on a cluster, `pods` included. */
  of(cluster: string): QuantityMap;
}

export const createReservations = (now: () => number, lifetimeMilliseconds: number): Reservations => {
  const byCluster = new Map<string, Reservation[]>();
  const current = (cluster: string): Reservation[] => {
    const valid = (byCluster.get(cluster) ?? []).filter(({ until }) => until > now());
    byCluster.set(cluster, valid);
    return valid;
  };
  return {
    add: (targets, previous, requirements) => {
      const before = new Map(previous.map(({ name, replicas }) => [name, replicas ?? 0]));
      for (const { name, replicas } of targets) {
        const more = (replicas ?? 0) - (before.get(name) ?? 0);
        if (more <= 0) continue;
        const resources = multiplyQuantities({ ...requirements?.resourceRequest, pods: 1 }, more);
        byCluster.set(name, [...current(name), { until: now() + lifetimeMilliseconds, resources }]);
      }
    },
    of: (cluster) => addQuantities(current(cluster).map(({ resources }) => resources)),
  };
};
