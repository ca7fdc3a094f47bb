import type { Manager } from '../../../controller-runtime/contract.ts';
import { runController } from '../../../controller-runtime/controller.ts';
import { createManager } from '../../../controller-runtime/manager.ts';
import { keyOf } from '../../../controller-runtime/object-key.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { clustersRef } from '../../fleet/api/cluster.ts';
import type { Cluster } from '../../fleet/api/cluster.ts';
import type { MemberClients } from '../../fleet/api/member-clients.ts';
import { clusterOfExecutionNamespace } from '../api/names.ts';
import { worksRef } from '../api/work.ts';
import type { Work } from '../api/work.ts';
import { executionController, releaseWork } from './controller.ts';

/** Runs one execution controller per member that the hub reaches itself; each has its own queue, so one that hangs holds up nobody else. */
export const addPushExecution = (hub: Manager, members: MemberClients): void => {
  const works = hub.informer<Work>(worksRef);
  const clusters = hub.informer<Cluster>(clustersRef);

  hub.addRunnable('push-execution', async (signal) => {
    const running = new Map<string, { readonly stop: () => void; readonly done: Promise<void> }>();
    const restart = (cluster: string): void => {
      running.get(cluster)?.stop();
      running.delete(cluster);
      const client = members.get(cluster);
      if (!client || signal.aborted) return;
      const stop = new AbortController();
      const until = AbortSignal.any([signal, stop.signal]);
      const member = createManager({ client, log: hub.log, clock: hub.clock, component: 'karmada-execution' });
      const done = member
        .start()
        .then(() => runController(executionController({ cluster, hub, member, works }), { clock: hub.clock, log: hub.log, signal: until }))
        .then(() => member.stop())
        .catch((error: unknown) => hub.log.error('execution failed', { cluster, error: String(error) }));
      running.set(cluster, { stop: () => stop.abort(), done });
    };
    const unsubscribe = members.onChange(restart);
    for (const cluster of members.names()) restart(cluster);
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    unsubscribe();
    await Promise.all([...running.values()].map(({ done }) => done));
  });

  // Works of a cluster that has left have nobody to finish them.
  hub.addController({
    name: 'orphaned-works',
    watches: [
      watch(works, ({ object }) => (object.metadata.deletionTimestamp ? [keyOf(object)] : [])),
      watch(clusters, ({ type, object }) =>
        type === 'deleted'
          ? works.list(`karmada-es-${object.metadata.name}`).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
          : [],
      ),
    ],
    reconcile: async (key) => {
      const work = works.byKey(key);
      const cluster = clusterOfExecutionNamespace(work?.metadata.namespace ?? '');
      if (!work || cluster === undefined || clusters.get(cluster) || !work.metadata.finalizers?.length || !work.metadata.deletionTimestamp)
        return;
      await releaseWork(hub, work);
    },
  });
};
