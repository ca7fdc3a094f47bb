import { secretsRef } from '../../../api/refs.gen.ts';
import { jsonEqual } from '../../../apimachinery/equality/json-equal.ts';
import { createClient } from '../../../client/client.ts';
import type { Client } from '../../../client/contract.ts';
import { createHttpTransport } from '../../../client/http/http-transport.ts';
import type { HttpTransportOptions } from '../../../client/http/options.ts';
import type { Manager } from '../../../controller-runtime/contract.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { clustersRef } from '../api/cluster.ts';
import type { Cluster } from '../api/cluster.ts';
import type { MemberClients } from '../api/member-clients.ts';
import { fleetNamespace } from '../api/names.ts';
import { memberTarget } from './credentials.ts';
import type { Secret } from './credentials.ts';

/** Members that the hub's own process runs: reached in process, without credentials. */
export interface EmbeddedMembers {
  client(cluster: string): Client | undefined;
  onChange(listener: (cluster: string) => void): () => void;
}

/** Keeps one client per push member, made anew when its endpoint or Secret changes. Embedded members are taken from `embedded`. */
export const createMemberClients = (manager: Manager, embedded: EmbeddedMembers): MemberClients => {
  const clusters = manager.informer<Cluster>(clustersRef);
  const secrets = manager.informer<Secret>(secretsRef, { namespace: fleetNamespace });
  const remote = new Map<string, { readonly client: Client; readonly input: unknown }>();
  const listeners = new Set<(cluster: string) => void>();
  const changed = (cluster: string): void => {
    for (const listener of listeners) listener(cluster);
  };
  /** What listeners were last told of embedded members. */
  const told = new Map<string, Client | undefined>();
  const announce = (name: string): void => {
    const client = clusters.get(name) && embedded.client(name);
    if (told.get(name) === client) return;
    told.set(name, client);
    changed(name);
  };
  embedded.onChange(announce);

  const replace = async (name: string, entry: { readonly client: Client; readonly input: unknown } | undefined): Promise<void> => {
    const old = remote.get(name);
    if (entry) remote.set(name, entry);
    else if (!remote.delete(name)) return;
    changed(name);
    await old?.client.close();
  };

  manager.addController({
    name: 'member-clients',
    watches: [
      watch(clusters),
      watch(secrets, ({ object }) =>
        clusters
          .list()
          .filter(({ spec }) => spec.secretRef?.name === object.metadata.name && spec.secretRef.namespace === object.metadata.namespace)
          .map(({ metadata }) => metadata.name),
      ),
    ],
    reconcile: async (name) => {
      const cluster = clusters.get(name);
      announce(name);
      if (!cluster || cluster.spec.syncMode !== 'Push' || embedded.client(name)) return replace(name, undefined);
      const { secretRef } = cluster.spec;
      const secret = secretRef && secrets.get(secretRef.name, secretRef.namespace);
      const input = { spec: reachability(cluster), data: secret?.data };
      if (jsonEqual(remote.get(name)?.input, input)) return;
      const target = await memberTarget(cluster, secret);
      await replace(name, target && { client: connect(target), input });
    },
  });

  return {
    get: (cluster) => embedded.client(cluster) ?? remote.get(cluster)?.client,
    names: () =>
      clusters
        .list()
        .map(({ metadata }) => metadata.name)
        .filter((name) => embedded.client(name) ?? remote.get(name)),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};

const connect = (target: HttpTransportOptions): Client =>
  createClient(createHttpTransport(target), { userAgent: 'causeway-hub', omitManagedFields: true });

/** The part of the spec that says how to reach the member; a changed taint must not cut connections. */
const reachability = ({ spec }: Cluster): unknown => [
  spec.apiEndpoint,
  spec.secretRef,
  spec.insecureSkipTLSVerification,
  spec.proxyURL,
  spec.proxyHeader,
];
