import { formatTime } from '../../../controller-runtime/clock.ts';
import type { Manager, ObjectKey } from '../../../controller-runtime/contract.ts';
import { keyOf } from '../../../controller-runtime/object-key.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import type { ResourceBinding } from '../api/resource-binding.ts';
import type { BindingStore } from '../binding-store.ts';
import { patchEviction } from '../eviction/controller.ts';
import { evict } from '../eviction/evict.ts';
import type { Purge } from '../eviction/evict.ts';
import type { BindingStatuses } from '../status/binding-statuses.ts';

type ApplicationFailover = NonNullable<NonNullable<ResourceBinding['spec']['failover']>['application']>;

const defaultTolerationSeconds = 300;

/** Moves a workload off a cluster where it was Unhealthy for longer than its policy tolerates (`failover.application`). */
export const addApplicationFailover = (manager: Manager, bindings: BindingStore, statuses: BindingStatuses): void => {
  /** Since when each target of a binding is unhealthy; begins anew with the process. */
  const unhealthySince = new Map<ObjectKey, ReadonlyMap<string, number>>();

  manager.addController({
    name: 'application-failover',
    watches: bindings.informers.map((informer) =>
      watch(informer, ({ object }) => (object.spec.failover?.application || unhealthySince.has(keyOf(object)) ? [keyOf(object)] : [])),
    ),
    reconcile: async (key) => {
      const stored = bindings.get(key);
      const application = stored?.spec.failover?.application;
      const binding = stored && statuses.of(stored);
      const unhealthy = binding && application && !binding.metadata.deletionTimestamp ? unhealthyTargets(binding) : [];
      if (!binding || !application || unhealthy.length === 0) {
        unhealthySince.delete(key);
        return undefined;
      }
      const now = manager.clock.now();
      const before = unhealthySince.get(key);
      const since = new Map(unhealthy.map((name) => [name, before?.get(name) ?? now]));
      unhealthySince.set(key, since);
      const seconds = application.decisionConditions.tolerationSeconds ?? defaultTolerationSeconds;
      const [first] = [...since].toSorted(([, a], [, b]) => a - b);
      const waitSeconds = first![1] / 1000 + seconds - now / 1000;
      if (waitSeconds > 0) return { requeueAfterSeconds: waitSeconds };
      const cluster = first![0];
      const message = `the workload was unhealthy for ${seconds} s`;
      const changed = evict(binding, {
        cluster,
        reason: 'ApplicationFailure',
        producer: binding.metadata.namespace ? 'RBApplicationFailoverController' : 'CRBApplicationFailoverController',
        message,
        at: formatTime(now),
        purge: purgeOf(application),
      });
      if (!changed) return undefined;
      manager.events.event(binding, 'Warning', 'EvictWorkloadFromCluster', `Evicting from cluster ${cluster}: ${message}`);
      await patchEviction(bindings, key, binding, changed);
      return undefined;
    },
  });
};

/** Scheduled clusters that report the workload as Unhealthy. */
const unhealthyTargets = ({ spec, status }: ResourceBinding): string[] => {
  const reports = new Map((status?.aggregatedStatus ?? []).map(({ clusterName, health }) => [clusterName, health]));
  return (spec.clusters ?? []).map(({ name }) => name).filter((name) => reports.get(name) === 'Unhealthy');
};

const purgeOf = ({ purgeMode = 'Gracefully', gracePeriodSeconds }: ApplicationFailover): Purge => ({
  mode: purgeMode,
  ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
});
