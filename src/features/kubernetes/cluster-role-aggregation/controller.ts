import { jsonEqual } from '../../../apimachinery/equality/json-equal.ts';
import { labelSelectorFromSpec, matchesLabels } from '../../../apimachinery/selectors/label-selector.ts';
import type { ClusterRole, PolicyRule } from '../../../api/rbac/types.gen.ts';
import { clusterRolesRef } from '../../../api/refs.gen.ts';
import type { Manager } from '../../../controller-runtime/contract.ts';
import { watch } from '../../../controller-runtime/watch.ts';

/** The rules of the roles that the aggregation rule selects, in name order, each once. */
export const aggregatedRules = (role: ClusterRole, all: readonly ClusterRole[]): PolicyRule[] => {
  const selectors = (role.aggregationRule?.clusterRoleSelectors ?? []).map(labelSelectorFromSpec);
  const rules: PolicyRule[] = [];
  const selected = all.filter(
    ({ metadata }) => metadata.name !== role.metadata.name && selectors.some((selector) => matchesLabels(selector, metadata.labels)),
  );
  for (const other of selected.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))) {
    for (const rule of other.rules ?? []) if (!rules.some((known) => jsonEqual(known, rule))) rules.push(rule);
  }
  return rules;
};

/** Keeps aggregated ClusterRoles (admin, edit, view and users' own) equal to what they select. */
export const addClusterRoleAggregationController = (manager: Manager): void => {
  const roles = manager.informer<ClusterRole>(clusterRolesRef);
  const client = manager.client.resource<ClusterRole>(clusterRolesRef);
  manager.addController({
    name: 'clusterrole-aggregation',
    // Any role may be selected by any aggregated one.
    watches: [
      watch(roles, () =>
        roles
          .list()
          .filter(({ aggregationRule }) => aggregationRule)
          .map(({ metadata }) => metadata.name),
      ),
    ],
    reconcile: async (name) => {
      const role = roles.byKey(name);
      if (!role?.aggregationRule) return;
      const rules = aggregatedRules(role, roles.list());
      if (!jsonEqual(rules, role.rules ?? [])) await client.update({ ...role, rules });
    },
  });
};
