import { goQuote } from '../../apimachinery/text/go-quote.ts';
import type { UserInfo } from '../http/exchange.ts';
import type { InternalApi } from '../registry/contract.ts';
import { type BindingMatch, createBindingIndex } from './binding-index.ts';
import type { PolicyRule } from './policy-rule.ts';
import { rbacGroup, rbacResource, type RoleRef, roleRefOf, rulesOf } from './role-objects.ts';

/** The rules a binding gives, with the binding to name in the reason; or what is wrong with it. */
export interface RuleSource {
  readonly match: BindingMatch;
  readonly rules: readonly PolicyRule[];
  /** The role that the binding names is not there. */
  readonly missing?: string;
}

/** Who may do what, from the caches of roles and bindings. */
export interface RuleResolver {
  /** Cluster-wide sources first, then the namespace's ('' for none). */
  sources(user: UserInfo, namespace: string): Iterable<RuleSource>;
  rulesFor(user: UserInfo, namespace: string): { readonly rules: readonly PolicyRule[]; readonly errors: readonly string[] };
  /** Undefined when the role does not exist. */
  roleRules(ref: RoleRef, namespace: string): readonly PolicyRule[] | undefined;
  /** The same, from the store when the caches do not show the role yet. */
  readRoleRules(ref: RoleRef, namespace: string): Promise<readonly PolicyRule[] | undefined>;
  synced(): Promise<void>;
}

export const createRuleResolver = (api: Pick<InternalApi, 'cache' | 'get'>): RuleResolver => {
  const roles = api.cache(rbacResource('roles'));
  const clusterRoles = api.cache(rbacResource('clusterroles'));
  const roleBindings = api.cache(rbacResource('rolebindings'));
  const clusterRoleBindings = api.cache(rbacResource('clusterrolebindings'));
  const clusterIndex = createBindingIndex(clusterRoleBindings);
  const namespacedIndex = createBindingIndex(roleBindings);

  const roleRules: RuleResolver['roleRules'] = (ref, namespace) => {
    const role = ref.kind === 'ClusterRole' ? clusterRoles.get(ref.name) : roles.get(ref.name, namespace);
    return role && rulesOf(role);
  };
  const readRoleRules: RuleResolver['readRoleRules'] = async (ref, namespace) => {
    const cached = roleRules(ref, namespace);
    if (cached) return cached;
    const isClusterRole = ref.kind === 'ClusterRole';
    const role = await api.get(rbacResource(isClusterRole ? 'clusterroles' : 'roles'), ref.name, isClusterRole ? undefined : namespace);
    return role && rulesOf(role);
  };
  const source = (match: BindingMatch, namespace: string): RuleSource => {
    const ref = roleRefOf(match.binding);
    const rules = roleRules(ref, namespace);
    if (rules) return { match, rules };
    return { match, rules: [], missing: `${ref.kind.toLowerCase()}.${rbacGroup} ${goQuote(ref.name)} not found` };
  };
  const sources: RuleResolver['sources'] = function* (user, namespace) {
    for (const match of clusterIndex.matches(user, '')) yield source(match, '');
    if (namespace !== '') for (const match of namespacedIndex.matches(user, namespace)) yield source(match, namespace);
  };

  return {
    sources,
    roleRules,
    readRoleRules,
    rulesFor(user, namespace) {
      const rules: PolicyRule[] = [];
      const errors: string[] = [];
      for (const { rules: found, missing } of sources(user, namespace)) {
        rules.push(...found);
        if (missing !== undefined) errors.push(missing);
      }
      return { rules, errors };
    },
    async synced() {
      await Promise.all([roles, clusterRoles, roleBindings, clusterRoleBindings].map((cache) => cache.synced()));
    },
  };
};
