import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startClusterServer } from '../../../app/cluster-server.ts';
import type { ResourceRef } from '../../../apimachinery/meta/group-version.ts';
import type { KubeObject } from '../../../apimachinery/meta/object.ts';
import type { Client } from '../../../client/contract.ts';
import type { Manager } from '../../../controller-runtime/contract.ts';
import { silentLogger } from '../../../controller-runtime/logger.ts';
import { createManager } from '../../../controller-runtime/manager.ts';
import { createDenialLog } from '../../../app/testing/denial-log.ts';
import { managerClients, userOf } from '../../../app/identities.ts';
import { kubernetesFeature, simulatedNodeRoles } from '../feature.ts';

const user = { username: 'test', groups: ['system:masters', 'system:authenticated'] };
const fast = { startSeconds: 0, probeDelayFactor: 0, runSeconds: 0.05, stopSeconds: 0 };

export interface TestCluster {
  readonly client: Client;
  readonly manager: Manager;
  /** As one of the identities of Manager.as; what it is denied has to be looked at with `denials` before `stop`. */
  clientAs(identity: string): Client;
  /** @throws {Error} that lists what parts of this process were denied since the last call */
  denials(): void;
  create<T extends KubeObject>(ref: ResourceRef, object: object): Promise<T>;
  /** Waits until the object is as wanted; fails after 10 s and shows what it was. `undefined` stands for absent. */
  until<T extends KubeObject>(ref: ResourceRef, name: string, wanted: (object: T | undefined) => boolean): Promise<T>;
  untilList<T extends KubeObject>(ref: ResourceRef, wanted: (objects: readonly T[]) => boolean): Promise<readonly T[]>;
  stop(): Promise<void>;
}

const deadlineMilliseconds = 10_000;

const poll = async <T>(look: () => Promise<T>, wanted: (found: T) => boolean): Promise<T> => {
  const end = Date.now() + deadlineMilliseconds;
  for (;;) {
    const found = await look();
    if (wanted(found)) return found;
    if (Date.now() > end) throw new Error(`not as wanted within ${deadlineMilliseconds} ms: ${JSON.stringify(found, undefined, 1)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

/** A whole cluster in process: our API server on memory, all controllers, simulated nodes that take no time. */
export const startTestCluster = async ({ nodes = 3 }: { readonly nodes?: number } = {}): Promise<TestCluster> => {
  const directory = mkdtempSync(join(tmpdir(), 'causeway-cluster-'));
  const denials = createDenialLog();
  const names = Array.from({ length: nodes }, (_, index) => `node-${index + 1}`);
  const roles = [...(kubernetesFeature.roles?.cluster ?? []), ...simulatedNodeRoles];
  const serving = { enableAdmissionPlugins: ['NodeRestriction'] };
  const server = await startClusterServer({ name: 'test', directory, store: 'memory:', port: 0, log: denials.log, roles, serving });
  const client = server.client(user, 'test');
  const manager = createManager({ ...managerClients(server), log: silentLogger });
  await kubernetesFeature.controllers.cluster?.(manager, {
    rootCertificateAuthority: server.identity.certificateAuthority.certificate,
    signer: server.identity.certificateAuthority,
    simulationTiming: fast,
    simulatedNodes: names.map((name, index) => ({
      name,
      address: `10.0.0.${index + 1}`,
      podCIDR: `10.244.${index}.0/24`,
      zone: `zone-${index + 1}`,
    })),
  });
  await manager.start();
  const accounts = { group: '', version: 'v1', resource: 'serviceaccounts', kind: 'ServiceAccount', namespaced: true };
  await poll(
    () => client.resource(accounts).find('default', 'default'),
    (found) => found !== undefined,
  );

  return {
    client,
    manager,
    clientAs: (identity) => server.client(userOf(identity), 'test'),
    denials: denials.check,
    create: async <T extends KubeObject>(ref: ResourceRef, object: object) => {
      const { metadata = {}, ...rest } = object as { metadata?: object };
      const typed = {
        apiVersion: ref.group ? `${ref.group}/${ref.version}` : ref.version,
        kind: ref.kind,
        metadata: { ...(ref.namespaced ? { namespace: 'default' } : {}), ...metadata },
        ...rest,
      };
      return (await client.resource(ref).create(typed as never)) as unknown as T;
    },
    until: async <T extends KubeObject>(ref: ResourceRef, name: string, wanted: (object: T | undefined) => boolean) =>
      (await poll(() => client.resource<T>(ref).find(name, ref.namespaced ? 'default' : undefined), wanted)) as T,
    untilList: async <T extends KubeObject>(ref: ResourceRef, wanted: (objects: readonly T[]) => boolean) =>
      poll(async () => (await client.resource<T>(ref).list(ref.namespaced ? { namespace: 'default' } : {})).items, wanted),
    stop: async () => {
      await manager.stop();
      await server.close();
      denials.check();
      rmSync(directory, { recursive: true, force: true });
    },
  };
};

export const podTemplate = (app: string, spec: object = {}, annotations: Record<string, string> = {}) => ({
  metadata: { labels: { app }, annotations },
  spec: { containers: [{ name: 'main', image: `${app}:1` }], ...spec },
});
