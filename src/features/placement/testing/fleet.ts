import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startClusterServer } from '../../../app/cluster-server.ts';
import { hubRoles, installer } from '../../../app/hub-controllers.ts';
import { managerClients } from '../../../app/identities.ts';
import { installKinds } from '../../../app/install-kinds.ts';
import { createDenialLog } from '../../../app/testing/denial-log.ts';
import type { ResourceRef } from '../../../apimachinery/meta/group-version.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import type { Client } from '../../../client/contract.ts';
import { silentLogger } from '../../../controller-runtime/logger.ts';
import { createManager } from '../../../controller-runtime/manager.ts';
import { clustersRef } from '../../fleet/api/cluster.ts';
import type { Cluster, ClusterSpec } from '../../fleet/api/cluster.ts';
import { createMemberClients, fleetFeature } from '../../fleet/feature.ts';
import { kubernetesFeature } from '../../kubernetes/feature.ts';
import { startTestCluster } from '../../kubernetes/testing/cluster.ts';
import { placementFeature } from '../feature.ts';

export interface TestFleet {
  readonly hub: Client;
  member(name: string): Client;
  /** The member cannot be reached, and can again. */
  cutOff(name: string): void;
  reconnect(name: string): void;
  apply(ref: ResourceRef, object: object): Promise<void>;
  /** Waits until the object is as wanted; fails after 15 s and shows what it was. `undefined` stands for absent. */
  until<T extends KubeObject>(
    where: Client,
    ref: ResourceRef,
    key: { name: string; namespace?: string },
    wanted: (object: T | undefined) => boolean,
  ): Promise<T>;
  stop(): Promise<void>;
}

const user = { username: 'test', groups: ['system:masters', 'system:authenticated'] };
const deadlineMilliseconds = 15_000;

/** A hub with placement and these members, all in process and on memory; members that do not answer count as failed after half a second. */
export const startTestFleet = async (members: Readonly<Record<string, Omit<ClusterSpec, 'syncMode'>>>): Promise<TestFleet> => {
  const directory = mkdtempSync(join(tmpdir(), 'causeway-fleet-'));
  const clusters = new Map(
    await Promise.all(Object.keys(members).map(async (name) => [name, await startTestCluster({ nodes: 2 })] as const)),
  );
  const denials = createDenialLog();
  const server = await startClusterServer({ name: 'hub', directory, store: 'memory:', port: 0, log: denials.log, roles: hubRoles });
  const hub = server.client(user, 'test');
  const controllers = managerClients(server);
  await installKinds(
    controllers.clientAs(installer),
    [...(fleetFeature.kinds?.hub ?? []), ...(placementFeature.kinds?.hub ?? [])],
    silentLogger,
  );
  const manager = createManager({ ...controllers, log: silentLogger });
  const away = new Set<string>();
  const listeners = new Set<(name: string) => void>();
  const clients = createMemberClients(manager, {
    client: (name) => (away.has(name) ? undefined : clusters.get(name)?.client),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
  const authority = server.identity.certificateAuthority;
  await kubernetesFeature.controllers.hub?.(manager, { rootCertificateAuthority: authority.certificate, signer: authority });
  await fleetFeature.controllers.hub?.(manager, { members: clients, health: { statusIntervalSeconds: 0.2, failureThresholdSeconds: 0.5 } });
  await placementFeature.controllers.hub?.(manager, { members: clients });
  await manager.start();

  const until: TestFleet['until'] = async (where, ref, { name, namespace }, wanted) => {
    const end = Date.now() + deadlineMilliseconds;
    for (;;) {
      const found = await where.resource(ref).find(name, namespace);
      if (wanted(found as never)) return found as never;
      if (Date.now() > end)
        throw new Error(`${ref.kind} ${name} is not as wanted within ${deadlineMilliseconds} ms: ${JSON.stringify(found)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  for (const [name, spec] of Object.entries(members)) {
    await hub
      .resource<Cluster>(clustersRef)
      .create({ apiVersion: 'cluster.karmada.io/v1alpha1', kind: 'Cluster', metadata: { name }, spec: { syncMode: 'Push', ...spec } });
  }
  const isReady = (cluster: Cluster | undefined): boolean => cluster?.status?.nodeSummary?.readyNum === 2;
  for (const name of Object.keys(members)) await until<Cluster>(hub, clustersRef, { name }, isReady);
  const toggle = (name: string, cut: boolean): void => {
    if (cut) away.add(name);
    else away.delete(name);
    for (const listener of listeners) listener(name);
  };
  return {
    hub,
    member: (name) => clusters.get(name)!.client,
    cutOff: (name) => toggle(name, true),
    reconnect: (name) => toggle(name, false),
    apply: async (ref, object) => {
      await hub.resource(ref).apply(object as never, { fieldManager: 'test', force: true });
    },
    until,
    stop: async () => {
      await manager.stop();
      await server.close();
      denials.check();
      await Promise.all([...clusters.values()].map((cluster) => cluster.stop()));
      rmSync(directory, { recursive: true, force: true });
    },
  };
};
