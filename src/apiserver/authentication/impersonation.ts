import { badRequest } from '../../apimachinery/errors/api-errors.ts';
import { authorizationDenied } from '../../apimachinery/errors/authorization-denied.ts';
import type { AuthorizationAttributes, AuthorizationDecision } from '../authorization/contract.ts';
import type { ApiRequest, UserInfo } from '../http/exchange.ts';
import { allAuthenticated, allUnauthenticated, anonymousUser } from './contract.ts';
import { parseServiceAccountUsername, serviceAccountGroups } from './service-account-name.ts';

type Authorize = (attributes: AuthorizationAttributes) => Promise<AuthorizationDecision>;

const extraPrefix = 'impersonate-extra-';

/** A header sent several times arrives joined by a comma and a space. */
const valuesOf = (header: string | undefined): string[] => (header === undefined ? [] : header.split(', '));

const decodeKey = (key: string): string => {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
};

interface Wanted {
  readonly username: string;
  readonly groups: readonly string[];
  readonly uid: string;
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** The parts of the wish as Go prints object references. */
const describe = ({ groups, uid, extra }: Wanted): string =>
  [
    ...groups.map((group) => `{Group  ${group}    }`),
    ...Object.entries(extra).flatMap(([key, values]) => values.map((value) => `{UserExtra  ${value}  authentication.k8s.io/v1  ${key}}`)),
    ...(uid === '' ? [] : [`{UID  ${uid}  authentication.k8s.io/v1  }`]),
  ].join(' ');

const readHeaders = (headers: ApiRequest['headers']): Wanted | undefined => {
  let any = false;
  for (const name in headers) if (name.startsWith('impersonate-')) any = true;
  if (!any) return undefined;
  const extra: Record<string, string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith(extraPrefix)) extra[decodeKey(name.slice(extraPrefix.length))] = valuesOf(value);
  }
  const username = headers['impersonate-user'] ?? '';
  const groups = valuesOf(headers['impersonate-group']);
  const uid = headers['impersonate-uid'] ?? '';
  if (username === '' && (groups.length > 0 || uid !== '' || Object.keys(extra).length > 0)) {
    throw badRequest(`requested [${describe({ username, groups, uid, extra })}] without impersonating a user`);
  }
  return username === '' ? undefined : { username, groups, uid, extra };
};

interface Target {
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name: string;
}

const authenticationGroup = 'authentication.k8s.io';

function* targetsOf({ username, groups, uid, extra }: Wanted): Generator<Target> {
  const account = parseServiceAccountUsername(username);
  if (account) yield { group: '', resource: 'serviceaccounts', ...account };
  else yield { group: '', resource: 'users', name: username };
  for (const group of groups) yield { group: '', resource: 'groups', name: group };
  for (const [key, values] of Object.entries(extra)) {
    for (const value of values) yield { group: authenticationGroup, resource: 'userextras', subresource: key, name: value };
  }
  if (uid !== '') yield { group: authenticationGroup, resource: 'uids', name: uid };
}

const groupsOf = ({ username, groups }: Wanted): string[] => {
  const account = parseServiceAccountUsername(username);
  const own = groups.length > 0 ? [...groups] : account ? serviceAccountGroups(account.namespace) : [];
  if (username === anonymousUser.username) return own.includes(allUnauthenticated) ? own : [...own, allUnauthenticated];
  return own.includes(allAuthenticated) || own.includes(allUnauthenticated) ? own : [...own, allAuthenticated];
};

/** Swaps the caller for the user its Impersonate-* headers name, when it may impersonate every part of it. @throws StatusError Forbidden, BadRequest */
export const impersonate =
  (authorize: Authorize) =>
  async (request: Pick<ApiRequest, 'headers'>, caller: UserInfo): Promise<UserInfo> => {
    const wanted = readHeaders(request.headers);
    if (!wanted) return caller;
    for (const target of targetsOf(wanted)) {
      const { group, resource, subresource = '', namespace = '', name } = target;
      const version = group === '' ? '' : 'v1';
      const asked = { group, version, resource, subresource, namespace, name };
      const { decision, reason } = await authorize({ user: caller, verb: 'impersonate', resource: asked });
      if (decision !== 'allow') throw authorizationDenied({ user: caller.username, verb: 'impersonate', ...asked, reason });
    }
    return {
      username: wanted.username,
      groups: groupsOf(wanted),
      ...(wanted.uid === '' ? {} : { uid: wanted.uid }),
      ...(Object.keys(wanted.extra).length > 0 ? { extra: wanted.extra } : {}),
    };
  };
