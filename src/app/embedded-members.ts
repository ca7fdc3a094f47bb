import { join } from 'node:path';
import { rmSync } from 'node:fs';
import { jsonEqual } from '../apimachinery/equality/json-equal.ts';
import { isStatusError } from '../apimachinery/errors/status-error.ts';
import { createClient } from '../client/client.ts';
import type { Client } from '../client/contract.ts';
import type { Manager } from '../controller-runtime/contract.ts';
import { watch } from '../controller-runtime/watch.ts';
import { clustersRef } from '../features/fleet/api/cluster.ts';
import type { Cluster } from '../features/fleet/api/cluster.ts';
import { embeddedClustersRef } from '../features/fleet/api/embedded-cluster.ts';
import type { EmbeddedCluster } from '../features/fleet/api/embedded-cluster.ts';
import type { EmbeddedMembers } from '../features/fleet/feature.ts';
import { notReady, readinessOf } from './member-readiness.ts';
import type { MemberOutcome, MemberReadiness, NotReady } from './member-readiness.ts';
import type { Member, MemberHost } from './member.ts';

export interface EmbeddedMembersOptions {
  /** Holds `members/NAME`. */
  readonly dataDirectory: string;
  readonly host: MemberHost;
  readonly preferredPort: (name: string) => number | undefined;
  /** Called after members came or went, to rewrite the kubeconfig. */
  readonly onMembers: () => void;
  /** Called after a member left for good, its data gone. */
  readonly onRemoved: (name: string) => void;
}

export interface RunningMember extends Member {
  readonly name: string;
  readonly client: Client;
}

/** On every EmbeddedCluster: goes after its process part is stopped and its data removed. */
const finalizer = 'fleet.causeway.dev/embedded';

/** Runs the members that EmbeddedCluster objects describe, in this process, and joins each to the fleet. */
export interface EmbeddedFleet extends EmbeddedMembers {
  /** Registers the controller with the hub's manager. */
  register(manager: Manager): void;
  running(): readonly RunningMember[];
  /** Resolves once every EmbeddedCluster that is to run does (or has failed), or the time is over: with those that are not ready. */
  settled(manager: Manager, timeoutMilliseconds: number): Promise<readonly NotReady[]>;
  stop(): Promise<void>;
}

export const createEmbeddedFleet = (options: EmbeddedMembersOptions): EmbeddedFleet => {
  const members = new Map<string, RunningMember>();
  const outcomes = new Map<string, MemberOutcome>();
  const listeners = new Set<(name: string) => void>();
  const changed = (name: string): void => {
    options.onMembers();
    for (const listener of listeners) listener(name);
  };
  const stopMember = async (name: string): Promise<void> => {
    const member = members.get(name);
    if (!member) return;
    members.delete(name);
    outcomes.delete(name);
    changed(name);
    await member.stop();
  };
  const directoryOf = (name: string): string => join(options.dataDirectory, 'members', name);

  const start = async ({ metadata: { name }, spec }: EmbeddedCluster, onLost: (error: Error) => void): Promise<RunningMember> => {
    const wanted = {
      name,
      directory: directoryOf(name),
      nodes: spec.nodes ?? 3,
      preferredPort: options.preferredPort(name),
      ...(spec.region ? { region: spec.region } : {}),
      ...(spec.zone ? { zone: spec.zone } : {}),
    };
    const member = await options.host.start(wanted, onLost);
    const running = { ...member, name, client: createClient(member.transport, { userAgent: 'causeway-hub', omitManagedFields: true }) };
    members.set(name, running);
    return running;
  };

  return {
    client: (name) => members.get(name)?.client,
    running: () => [...members.values()],
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    register: (manager) => {
      const embedded = manager.informer<EmbeddedCluster>(embeddedClustersRef);
      const resource = manager.client.resource<EmbeddedCluster>(embeddedClustersRef);
      const fail = async (object: EmbeddedCluster, failure: Error): Promise<void> => {
        outcomes.set(object.metadata.name, failure);
        changed(object.metadata.name);
        await writeStatus(resource, object, { phase: 'Failed', message: failure.message });
      };
      /** Its status is what brings it back here, to be started again. */
      const lose = (name: string, failure: Error): void => {
        if (!members.delete(name)) return;
        const object = embedded.get(name);
        if (object)
          fail(object, failure).catch((error: unknown) => manager.log.warn('status was not written', { name, error: String(error) }));
      };
      manager.addController({
        name: 'embedded-clusters',
        watches: [watch(embedded)],
        concurrency: 8,
        reconcile: async (name) => {
          const object = embedded.get(name);
          if (!object) return undefined;
          if (object.metadata.deletionTimestamp) {
            if (!(await leave(manager, name))) return { requeueAfterSeconds: 0.2 };
            await stopMember(name);
            rmSync(directoryOf(name), { recursive: true, force: true });
            options.onRemoved(name);
            await setFinalizers(
              manager,
              object,
              (object.metadata.finalizers ?? []).filter((entry) => entry !== finalizer),
            );
            return undefined;
          }
          if (!object.metadata.finalizers?.includes(finalizer))
            await setFinalizers(manager, object, [...(object.metadata.finalizers ?? []), finalizer]);
          const running = object.spec.running ?? true;
          if (!running) await stopMember(name);
          let member = members.get(name);
          try {
            if (running && !member) {
              member = await start(object, (failure) => lose(name, failure));
              await joinFleet(manager, object, member);
              outcomes.set(name, 'joined');
              changed(name);
            }
          } catch (error) {
            await fail(object, error instanceof Error ? error : new Error(String(error)));
            throw error;
          }
          await writeStatus(resource, object, member ? { phase: 'Running', server: member.url } : { phase: 'Stopped' });
          return undefined;
        },
      });
    },
    settled: async (manager, timeoutMilliseconds) => {
      const embedded = manager.informer<EmbeddedCluster>(embeddedClustersRef);
      const clusters = manager.informer<Cluster>(clustersRef);
      await Promise.all([embedded.synced(), clusters.synced()]);
      // Those created a moment ago may not have come to the cache yet.
      const { items } = await manager.client.resource<EmbeddedCluster>(embeddedClustersRef).list();
      const all = (): { name: string; readiness: MemberReadiness }[] =>
        [...new Map([...items, ...embedded.list()].map((object) => [object.metadata.name, object])).values()].map((object) => {
          const { name } = object.metadata;
          return { name, readiness: readinessOf(object, outcomes.get(name), clusters.get(name)) };
        });
      const unsubscribes: (() => void)[] = [];
      await new Promise<void>((resolve) => {
        const check = (): void => {
          if (all().every(({ readiness }) => readiness.ready || readiness.final)) resolve();
        };
        unsubscribes.push(manager.clock.after(timeoutMilliseconds, resolve), embedded.onEvent(check), clusters.onEvent(check));
        listeners.add(check);
        unsubscribes.push(() => listeners.delete(check));
        check();
      });
      for (const unsubscribe of unsubscribes) unsubscribe();
      return all().flatMap(({ name, readiness }) => (readiness.ready ? [] : [notReady(name, readiness, timeoutMilliseconds)]));
    },
    stop: async () => {
      await Promise.all([...members.keys()].map(stopMember));
      await options.host.close();
    },
  };
};

const setFinalizers = async (manager: Manager, { metadata }: EmbeddedCluster, finalizers: readonly string[]): Promise<void> => {
  await manager.client
    .resource<EmbeddedCluster>(embeddedClustersRef)
    .patch(metadata.name, undefined, { metadata: { resourceVersion: metadata.resourceVersion, finalizers } }, { type: 'merge' });
};

const writeStatus = async (
  resource: ReturnType<Manager['client']['resource']>,
  { metadata, status }: EmbeddedCluster,
  wanted: NonNullable<EmbeddedCluster['status']>,
): Promise<void> => {
  if (jsonEqual(status, wanted)) return;
  const body = { status: { server: null, message: null, ...wanted } };
  await resource.patch(metadata.name, undefined, body, { type: 'merge', subresource: 'status' });
};

/** Registers the member, or brings its endpoint up to date. Region, zone and provider follow the EmbeddedCluster. */
const joinFleet = async (manager: Manager, { metadata, spec }: EmbeddedCluster, member: Member): Promise<void> => {
  const clusters = manager.client.resource<Cluster>(clustersRef);
  const { region, zone, provider = 'embedded' } = spec;
  const wanted = { apiEndpoint: member.url, provider, ...(region ? { region } : {}), ...(zone ? { zone } : {}) };
  const current = await clusters.find(metadata.name, undefined);
  if (current) {
    await clusters.patch(metadata.name, undefined, { spec: wanted }, { type: 'merge' });
    return;
  }
  const labels = { 'fleet.causeway.dev/embedded': 'true' };
  await clusters.create({
    apiVersion: 'cluster.karmada.io/v1alpha1',
    kind: 'Cluster',
    metadata: { name: metadata.name, labels },
    spec: { syncMode: 'Push', ...wanted },
  });
};

/** Takes the member out of the fleet; answers whether its Cluster is gone. */
const leave = async (manager: Manager, name: string): Promise<boolean> => {
  const clusters = manager.client.resource<Cluster>(clustersRef);
  try {
    await clusters.delete(name, undefined);
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error;
  }
  return (await clusters.find(name, undefined)) === undefined;
};
