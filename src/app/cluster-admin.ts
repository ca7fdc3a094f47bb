import { namespacesRef, secretsRef } from '../api/refs.gen.ts';
import { alreadyExists } from '../apimachinery/errors/api-errors.ts';
import { isStatusError } from '../apimachinery/errors/status-error.ts';
import type { Client } from '../client/contract.ts';
import { clustersRef } from '../features/fleet/api/cluster.ts';
import type { Cluster } from '../features/fleet/api/cluster.ts';
import { embeddedClustersRef } from '../features/fleet/api/embedded-cluster.ts';
import type { EmbeddedCluster } from '../features/fleet/api/embedded-cluster.ts';
import { fleetNamespace } from '../features/fleet/api/names.ts';

export interface AddOptions {
  readonly name: string;
  readonly region?: string;
  readonly zone?: string;
  readonly provider?: string;
}

const location = ({ region, zone, provider }: AddOptions): { region?: string; zone?: string; provider?: string } => ({
  ...(region ? { region } : {}),
  ...(zone ? { zone } : {}),
  ...(provider ? { provider } : {}),
});

const assertFree = async (hub: Client, name: string): Promise<void> => {
  if (await hub.resource<Cluster>(clustersRef).find(name, undefined)) throw alreadyExists(clustersRef, name);
};

/** Asks for one more member inside the hub's process. @throws StatusError AlreadyExists */
export const addEmbedded = async (hub: Client, options: AddOptions & { readonly nodes: number }): Promise<void> => {
  await assertFree(hub, options.name);
  await hub.resource<EmbeddedCluster>(embeddedClustersRef).create({
    apiVersion: 'fleet.causeway.dev/v1alpha1',
    kind: 'EmbeddedCluster',
    metadata: { name: options.name },
    spec: { nodes: options.nodes, running: true, ...location(options) },
  });
};

/** Joins a real cluster by push: its kubeconfig, complete in itself, goes into a Secret of the fleet namespace. @throws StatusError AlreadyExists */
export const addByKubeconfig = async (
  hub: Client,
  options: AddOptions & { readonly kubeconfig: string; readonly apiEndpoint: string },
): Promise<void> => {
  const { name } = options;
  // The create below is too late to find out: the cluster that has the name would have lost its credentials.
  await assertFree(hub, name);
  await ensureFleetNamespace(hub);
  const secrets = hub.resource<{
    apiVersion: string;
    kind: string;
    metadata: { name: string; namespace: string };
    type: string;
    data: Record<string, string>;
  }>(secretsRef);
  await secrets.apply(
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace: fleetNamespace },
      type: 'Opaque',
      data: { kubeconfig: Buffer.from(options.kubeconfig).toString('base64') },
    },
    { fieldManager: 'causeway-cli', force: true },
  );
  await hub.resource<Cluster>(clustersRef).create({
    apiVersion: 'cluster.karmada.io/v1alpha1',
    kind: 'Cluster',
    metadata: { name },
    spec: { syncMode: 'Push', apiEndpoint: options.apiEndpoint, secretRef: { namespace: fleetNamespace, name }, ...location(options) },
  });
};

/** Why a cluster that was just added is not ready: the hub's first word on it, or that there was none in time. Undefined: it is. */
export const firstProblem = async (hub: Client, name: string, timeoutMilliseconds: number): Promise<string | undefined> => {
  const deadline = Date.now() + timeoutMilliseconds;
  for (;;) {
    const cluster = await hub.resource<Cluster>(clustersRef).find(name, undefined);
    const ready = cluster?.status?.conditions?.find(({ type }) => type === 'Ready');
    if (ready?.status === 'True') return undefined;
    if (ready) return ready.message ?? ready.reason ?? 'it is not ready';
    if (Date.now() > deadline) return `the hub has not heard of it for ${Math.round(timeoutMilliseconds / 1000)} s`;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

const ensureFleetNamespace = async (hub: Client): Promise<void> => {
  if (await hub.resource(namespacesRef).find(fleetNamespace, undefined)) return;
  await hub.resource(namespacesRef).create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: fleetNamespace } });
};

/** Stops or starts an embedded member, and waits until it has. @throws StatusError NotFound when there is no such embedded member */
export const setRunning = async (hub: Client, name: string, running: boolean): Promise<void> => {
  const resource = hub.resource<EmbeddedCluster>(embeddedClustersRef);
  await resource.patch(name, undefined, { spec: { running } }, { type: 'merge', fieldManager: 'causeway-cli' });
  const wanted = running ? 'Running' : 'Stopped';
  const signal = AbortSignal.timeout(30_000);
  if ((await resource.get(name, undefined)).status?.phase === wanted) return;
  try {
    for await (const { object } of resource.watch({ fieldSelector: `metadata.name=${name}`, signal })) {
      if (object.status?.phase === wanted) return;
      if (object.status?.phase === 'Failed') throw new Error(`cluster ${name}: ${object.status.message}`);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  throw new Error(`cluster ${name}: it is not ${wanted} after 30 s: kubectl describe embeddedcluster ${name} says more`);
};

/** Takes a cluster out of the fleet: an embedded one with its data, any other with what the fleet put on it and its credentials. @throws StatusError NotFound */
export const removeCluster = async (hub: Client, name: string): Promise<void> => {
  const embedded = hub.resource<EmbeddedCluster>(embeddedClustersRef);
  if (await embedded.find(name, undefined)) {
    await embedded.delete(name, undefined);
    await gone(() => embedded.find(name, undefined), name);
    return;
  }
  const clusters = hub.resource<Cluster>(clustersRef);
  const cluster = await clusters.get(name, undefined);
  await clusters.delete(name, undefined);
  await gone(() => clusters.find(name, undefined), name);
  const { secretRef } = cluster.spec;
  if (secretRef?.namespace !== fleetNamespace) return;
  try {
    await hub.resource(secretsRef).delete(secretRef.name, fleetNamespace);
  } catch (error) {
    if (!isStatusError(error, 'NotFound')) throw error;
  }
};

const gone = async (find: () => Promise<unknown>, name: string): Promise<void> => {
  const deadline = Date.now() + 60_000;
  while (await find()) {
    if (Date.now() > deadline)
      throw new Error(`cluster ${name}: it has not left after 60 s: kubectl get works -n karmada-es-${name} shows what holds it`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};
