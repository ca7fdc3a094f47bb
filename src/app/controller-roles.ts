import type { BootstrapObjects } from '../api/bootstrap.ts';
import type { UnstructuredObject } from '../apimachinery/meta/object.ts';
import type { ControllerRole } from '../controller-runtime/feature.ts';

const apiVersion = 'rbac.authorization.k8s.io/v1';
const apiGroup = 'rbac.authorization.k8s.io';

const subjectOf = (identity: string): object =>
  identity.startsWith('system:')
    ? { apiGroup, kind: 'User', name: identity }
    : { kind: 'ServiceAccount', name: identity, namespace: 'kube-system' };

/** As the default roles of every cluster: kept up to date unless an administrator says otherwise. */
const metadataOf = (name: string): UnstructuredObject['metadata'] => ({
  name: `system:controller:${name}`,
  labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' },
  annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
});

/** ClusterRoles and their bindings. */
export const renderRoles = (roles: readonly ControllerRole[]): BootstrapObjects => ({
  clusterroles: roles.flatMap(({ name, rules }) =>
    typeof rules === 'string' ? [] : [{ apiVersion, kind: 'ClusterRole', metadata: metadataOf(name), rules }],
  ),
  clusterrolebindings: roles.map(({ name, rules, identities = [name] }) => ({
    apiVersion,
    kind: 'ClusterRoleBinding',
    metadata: metadataOf(name),
    roleRef: { apiGroup, kind: 'ClusterRole', name: typeof rules === 'string' ? rules : `system:controller:${name}` },
    subjects: identities.map(subjectOf),
  })),
});
