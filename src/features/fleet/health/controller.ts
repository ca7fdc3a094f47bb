import type { Client } from '../../../client/contract.ts';
import type { Informer, Manager } from '../../../controller-runtime/contract.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { clustersRef } from '../api/cluster.ts';
import type { Cluster } from '../api/cluster.ts';
import type { MemberClients } from '../api/member-clients.ts';
import { collectStatus, withReady, writeStatus } from './cluster-status.ts';
import { watchMember } from './member-watch.ts';
import type { MemberWatch } from './member-watch.ts';
import { conditionOf, probe, settle } from './readiness.ts';

export interface HealthSettings {
  /** How often a member is asked. Default 10. */
  readonly statusIntervalSeconds: number;
  /** How long a member must be bad before it is called so. Default 30. */
  readonly failureThresholdSeconds: number;
}

export const defaultHealthSettings: HealthSettings = { statusIntervalSeconds: 10, failureThresholdSeconds: 30 };

export interface HealthOptions {
  readonly members: MemberClients;
  readonly settings: HealthSettings;
  /** Clusters of the other mode are somebody else's. Default Push; an agent answers for its own cluster with Pull. */
  readonly mode?: 'Push' | 'Pull';
  /** Default: all. */
  readonly clusters?: Informer<Cluster>;
}

/** Asks every member of the mode how it is, and keeps its Cluster's status: conditions, version, API enablements, nodes and resources. */
export const addHealth = (
  manager: Manager,
  { members, settings, mode = 'Push', clusters = manager.informer<Cluster>(clustersRef) }: HealthOptions,
): void => {
  const badSince = new Map<string, number>();
  const watches = new Map<string, MemberWatch>();
  const enqueues = new Set<(name: string) => void>();

  const watchOf = async (name: string, client: Client | undefined): Promise<MemberWatch | undefined> => {
    const current = watches.get(name);
    if (current && current.client === client) return current;
    watches.delete(name);
    void current?.stop();
    if (!client) return undefined;
    const created = watchMember(manager, client, () => {
      for (const enqueue of enqueues) enqueue(name);
    });
    watches.set(name, created);
    return created;
  };

  manager.addRunnable('member-watches', async (signal) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    await Promise.all([...watches.values()].map((entry) => entry.stop()));
  });

  manager.addController({
    name: 'cluster-status',
    watches: [
      watch(clusters, ({ type, object }) => (type === 'modified' && object.status?.conditions ? [] : [object.metadata.name])),
      {
        synced: async () => {},
        subscribe: (enqueue) => {
          enqueues.add(enqueue);
          const unsubscribe = members.onChange(enqueue);
          return () => {
            enqueues.delete(enqueue);
            unsubscribe();
          };
        },
      },
    ],
    // As many at once as may hang at once.
    concurrency: 64,
    reconcile: async (name, { signal }) => {
      const cluster = clusters.get(name);
      const client = members.get(name);
      if (!cluster || cluster.spec.syncMode !== mode) {
        await watchOf(name, undefined);
        badSince.delete(name);
        return;
      }
      const again = { requeueAfterSeconds: settings.statusIntervalSeconds };
      const result = client
        ? await probe(client, signal)
        : ({ online: false, message: 'no credentials: spec.secretRef names no usable Secret' } as const);
      if (signal.aborted) return;
      const observed = conditionOf(result);
      const now = manager.clock.now();
      if (observed.status === 'True') badSince.delete(name);
      else if (!badSince.has(name)) badSince.set(name, now);
      const current = cluster.status?.conditions?.find(({ type }) => type === 'Ready');
      const verdict = settle(current, observed, {
        badSince: badSince.get(name),
        now,
        thresholdMilliseconds: settings.failureThresholdSeconds * 1000,
      });
      if (verdict === 'keep') return again;
      const watching = await watchOf(name, client);
      const facts = observed.status === 'True' && client && watching ? await collectStatus(client, watching, signal) : {};
      await writeStatus(manager.client, cluster, { ...facts, conditions: withReady(cluster, observed, now) });
      return again;
    },
  });
};
