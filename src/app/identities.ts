import type { UserInfo } from '../apiserver/http/exchange.ts';
import type { Client } from '../client/contract.ts';
import type { ClusterServer } from './cluster-server.ts';

const authenticated = 'system:authenticated';

/** Who an identity of Manager.as is: `system:…` a user by that name, everything else a service account in kube-system, as upstream's controllers. */
export const userOf = (identity: string): UserInfo => {
  if (identity.startsWith('system:node:')) return { username: identity, groups: ['system:nodes', authenticated] };
  if (identity.startsWith('system:')) return { username: identity, groups: [authenticated] };
  return {
    username: `system:serviceaccount:kube-system:${identity}`,
    groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', authenticated],
  };
};

/** Who the controllers' informers read as, and what is done for no controller in particular. */
export const controllerManager = 'system:kube-controller-manager';

/** The user agent names the field manager, where a controller names none. */
const userAgentOf = (identity: string): string => {
  if (identity.startsWith('system:node:')) return 'kubelet';
  return identity === 'system:kube-scheduler' ? 'kube-scheduler' : 'causeway-controllers';
};

/** Clients for a manager over this server, one for each identity. */
export const managerClients = (
  server: Pick<ClusterServer, 'client'>,
): { readonly client: Client; readonly clientAs: (identity: string) => Client } => {
  const clients = new Map<string, Client>();
  const clientAs = (identity: string): Client => {
    let client = clients.get(identity);
    if (!client) clients.set(identity, (client = server.client(userOf(identity), userAgentOf(identity), { omitManagedFields: true })));
    return client;
  };
  return { client: clientAs(controllerManager), clientAs };
};
