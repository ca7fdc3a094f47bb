import type { ClusterRoleBinding, RoleBinding } from './types.gen.ts';

const rbacGroup = 'rbac.authorization.k8s.io';

export const defaultRoleBinding = ({ roleRef, subjects }: RoleBinding | ClusterRoleBinding): void => {
  roleRef.apiGroup ||= rbacGroup;
  for (const subject of subjects ?? []) if (subject.kind === 'User' || subject.kind === 'Group') subject.apiGroup ||= rbacGroup;
};
