import { formatTime } from '../../../controller-runtime/clock.ts';
import type { Manager, ObjectKey } from '../../../controller-runtime/contract.ts';
import { keyOf, splitKey } from '../../../controller-runtime/object-key.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { clustersRef } from '../../fleet/api/cluster.ts';
import type { Cluster } from '../../fleet/api/cluster.ts';
import type { BindingSpec, ResourceBinding } from '../api/resource-binding.ts';
import type { BindingStore } from '../binding-store.ts';
import { changesWishes } from '../changes.ts';
import type { BindingStatuses } from '../status/binding-statuses.ts';
import { evict, remainingTasks, takeBack } from './evict.ts';
import { untoleratedSince } from './tolerance.ts';

/** Moves bindings off clusters with NoExecute taints that they do not tolerate, and ends eviction tasks when the replacement stands. */
export const addEviction = (manager: Manager, bindings: BindingStore, statuses: BindingStatuses): void => {
  const clusters = manager.informer<Cluster>(clustersRef);

  manager.addController({
    name: 'taint-manager',
    watches: [
      watch(clusters, ({ object, old }) =>
        isTainted(object) || (old && isTainted(old)) ? bindings.all().filter(targets(object.metadata.name)).map(keyOf) : [],
      ),
      ...bindings.informers.map((informer) => watch(informer, (event) => (changesWishes(event) ? [keyOf(event.object)] : []))),
    ],
    reconcile: async (key) => {
      const binding = bindings.get(key);
      if (!binding || binding.metadata.deletionTimestamp) return;
      const now = manager.clock.now();
      let next: number | undefined;
      for (const { name } of binding.spec.clusters ?? []) {
        const cluster = clusters.get(name);
        const verdict = cluster && untoleratedSince(cluster, binding.spec.placement?.clusterTolerations ?? [], now);
        if (!verdict) continue;
        if (verdict.waitSeconds > 0) {
          next = Math.min(next ?? Infinity, verdict.waitSeconds);
          continue;
        }
        const changed = evict(binding, {
          cluster: name,
          reason: 'TaintUntolerated',
          producer: 'TaintManager',
          message: verdict.message,
          at: formatTime(now),
        });
        if (!changed) continue;
        manager.events.event(binding, 'Warning', 'EvictWorkloadFromCluster', `Evicting from cluster ${name}: ${verdict.message}`);
        await patchEviction(bindings, key, binding, changed);
        return;
      }
      return next === undefined ? undefined : { requeueAfterSeconds: next };
    },
  });

  manager.addController({
    name: 'graceful-eviction',
    watches: [
      ...bindings.informers.map((informer) =>
        watch(informer, ({ object }) => (object.spec.gracefulEvictionTasks?.length ? [keyOf(object)] : [])),
      ),
      watch(clusters, ({ object, old }) =>
        old && isTainted(old) && !isTainted(object) ? bindings.all().filter(leaves(object.metadata.name)).map(keyOf) : [],
      ),
    ],
    reconcile: async (key) => {
      const stored = bindings.get(key);
      const current = stored?.spec.gracefulEvictionTasks ?? [];
      if (!stored || stored.metadata.deletionTimestamp || current.length === 0) return;
      const binding = statuses.of(stored);
      const back = takeBack(binding, (name) => {
        const cluster = clusters.get(name);
        return cluster !== undefined && !cluster.metadata.deletionTimestamp && (cluster.spec.taints ?? []).length === 0;
      });
      if (back) return patchEviction(bindings, key, binding, back);
      const { tasks, nextCheckSeconds } = remainingTasks(binding, manager.clock.now());
      if (tasks.length < current.length) await patchEviction(bindings, key, binding, { gracefulEvictionTasks: tasks });
      return nextCheckSeconds === undefined ? undefined : { requeueAfterSeconds: nextCheckSeconds };
    },
  });
};

const isTainted = ({ spec }: Cluster): boolean => (spec.taints ?? []).some(({ effect }) => effect === 'NoExecute');

const targets =
  (cluster: string) =>
  ({ spec }: ResourceBinding): boolean =>
    (spec.clusters ?? []).some(({ name }) => name === cluster);

const leaves =
  (cluster: string) =>
  ({ spec }: ResourceBinding): boolean =>
    (spec.gracefulEvictionTasks ?? []).some(({ fromCluster }) => fromCluster === cluster);

/** Writes what an eviction changes of a binding, on the version that it was decided for. */
export const patchEviction = async (
  bindings: BindingStore,
  key: ObjectKey,
  { metadata }: ResourceBinding,
  spec: Partial<BindingSpec>,
): Promise<void> => {
  const { namespace, name } = splitKey(key);
  const body = { metadata: { resourceVersion: metadata.resourceVersion }, spec };
  await bindings.client(key).patch(name, namespace, body, { type: 'merge', fieldManager: 'causeway-eviction' });
};
