import type { UserInfo } from '../http/exchange.ts';

const prefix = 'system:serviceaccount:';

export const serviceAccountUsername = (namespace: string, name: string): string => `${prefix}${namespace}:${name}`;

export const serviceAccountGroups = (namespace: string): string[] => ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];

/** The service account a username stands for, or undefined when it is another user's. */
export const parseServiceAccountUsername = (username: string): { namespace: string; name: string } | undefined => {
  if (!username.startsWith(prefix)) return undefined;
  const [namespace = '', name = '', ...rest] = username.slice(prefix.length).split(':');
  return namespace !== '' && name !== '' && rest.length === 0 ? { namespace, name } : undefined;
};

/** A service account as a user. */
export const serviceAccountUser = (
  account: { readonly namespace: string; readonly name: string; readonly uid: string },
  extra: Readonly<Record<string, readonly string[]>> = {},
): UserInfo => ({
  username: serviceAccountUsername(account.namespace, account.name),
  uid: account.uid,
  groups: serviceAccountGroups(account.namespace),
  ...(Object.keys(extra).length > 0 ? { extra } : {}),
});
