import type { Client, ResourceClient } from '../../client/contract.ts';
import type { Informer, Manager, ObjectKey } from '../../controller-runtime/contract.ts';
import { splitKey } from '../../controller-runtime/object-key.ts';
import { annotations } from './api/names.ts';
import type { ResourceBinding } from './api/resource-binding.ts';
import { clusterResourceBindingsRef, resourceBindingsRef } from './api/resource-binding.ts';

/** ResourceBindings and ClusterResourceBindings as one: a key with a namespace is the former's, one without the latter's. */
export interface BindingStore {
  get(key: ObjectKey): ResourceBinding | undefined;
  all(): readonly ResourceBinding[];
  client(key: ObjectKey): ResourceClient<ResourceBinding>;
  readonly informers: readonly Informer<ResourceBinding>[];
}

export const createBindingStore = (manager: Manager): BindingStore => {
  const namespaced = manager.informer<ResourceBinding>(resourceBindingsRef);
  const cluster = manager.informer<ResourceBinding>(clusterResourceBindingsRef);
  const clients = clientsOf(manager.client);
  return {
    get: (key) => (key.includes('/') ? namespaced : cluster).byKey(key),
    all: () => [...namespaced.list(), ...cluster.list()],
    client: (key) => (key.includes('/') ? clients.namespaced : clients.cluster),
    informers: [namespaced, cluster],
  };
};

const clientsOf = (client: Client) => ({
  namespaced: client.resource<ResourceBinding>(resourceBindingsRef),
  cluster: client.resource<ResourceBinding>(clusterResourceBindingsRef),
});

/** `<name>-<kind>` in lower case, colons (RBAC names) as dots. */
export const bindingName = (kind: string, name: string): string => `${name.replaceAll(':', '.')}-${kind}`.toLowerCase();

/** The key of the binding that a Work or a member object was made for, from its annotations. */
export const bindingKeyOf = (metadata: { readonly annotations?: Record<string, string> }): ObjectKey | undefined => {
  const name = metadata.annotations?.[annotations.bindingName];
  const namespace = metadata.annotations?.[annotations.bindingNamespace];
  if (name !== undefined && namespace) return `${namespace}/${name}`;
  return metadata.annotations?.[annotations.clusterBindingName];
};

/** The key of a template's binding. */
export const bindingKeyFor = (kind: string, templateKey: ObjectKey): ObjectKey => {
  const { namespace, name } = splitKey(templateKey);
  return namespace ? `${namespace}/${bindingName(kind, name)}` : bindingName(kind, name);
};
