import type { JsonObject } from '../../../apimachinery/meta/object.ts';
import { createMergePatch } from '../../../apimachinery/patch/merge-patch.ts';
import type { Client } from '../../../client/contract.ts';
import { formatTime } from '../../../controller-runtime/clock.ts';
import type { Manager } from '../../../controller-runtime/contract.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { clustersRef } from '../api/cluster.ts';
import type { Cluster, ClusterStatus } from '../api/cluster.ts';
import type { MemberClients } from '../api/member-clients.ts';
import { apiEnablements } from './enablements.ts';
import { watchMember } from './member-watch.ts';
import type { MemberWatch } from './member-watch.ts';
import { conditionOf, probe, settle } from './readiness.ts';
import type { ReadyCondition } from './readiness.ts';

export interface HealthSettings {
  /** How often a member is asked. Default 10. */
  readonly statusIntervalSeconds: number;
  /** How long a member must be bad before it is called so. Default 30. */
  readonly failureThresholdSeconds: number;
}

export const defaultHealthSettings: HealthSettings = { statusIntervalSeconds: 10, failureThresholdSeconds: 30 };

/** Asks every push member how it is, and keeps its Cluster's status: conditions, version, API enablements, nodes and resources. */
export const addHealth = (
  manager: Manager,
  { members, settings }: { readonly members: MemberClients; readonly settings: HealthSettings },
): void => {
  const clusters = manager.informer<Cluster>(clustersRef);
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
      if (!cluster || cluster.spec.syncMode !== 'Push') {
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
      const facts = observed.status === 'True' && client && watching ? await collect(client, watching, signal) : {};
      await write(manager, cluster, { ...facts, conditions: readyCondition(cluster, observed, now) });
      return again;
    },
  });
};

const collect = async (client: Client, watching: MemberWatch, signal: AbortSignal): Promise<ClusterStatus> => {
  const until = AbortSignal.any([signal, AbortSignal.timeout(10_000)]);
  const aborted = new Promise<never>((_resolve, reject) =>
    until.addEventListener('abort', () => reject(new Error('the member did not answer in time')), { once: true }),
  );
  aborted.catch(() => {});
  const facts = Promise.all([client.raw('/version', { signal: until }), apiEnablements(client, until), watching.summary()]);
  const [version, enablements, summary] = await Promise.race([facts, aborted]);
  return { kubernetesVersion: (version as { gitVersion?: string }).gitVersion ?? '', apiEnablements: enablements, ...summary };
};

const readyCondition = ({ status }: Cluster, observed: ReadyCondition, now: number): NonNullable<ClusterStatus['conditions']> => {
  const others = (status?.conditions ?? []).filter(({ type }) => type !== 'Ready');
  const old = status?.conditions?.find(({ type }) => type === 'Ready');
  const lastTransitionTime = old?.status === observed.status ? old.lastTransitionTime : formatTime(now);
  return [...others, { type: 'Ready', ...observed, lastTransitionTime }];
};

const write = async (manager: Manager, { metadata, status }: Cluster, wanted: ClusterStatus): Promise<void> => {
  const changed = createMergePatch((status ?? {}) as JsonObject, { ...status, ...wanted } as JsonObject);
  if (Object.keys(changed).length === 0) return;
  const options = { type: 'merge', subresource: 'status', fieldManager: 'causeway-fleet' } as const;
  await manager.client.resource<Cluster>(clustersRef).patch(metadata.name, undefined, { status: changed }, options);
};
