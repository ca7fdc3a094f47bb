import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { PolicyRule } from './policy-rule.ts';

/** rbac.authorization.k8s.io/v1 Subject. */
export interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

export interface RoleRef {
  readonly apiGroup: string;
  readonly kind: string;
  readonly name: string;
}

export const rbacGroup = 'rbac.authorization.k8s.io';

export const rbacResource = (resource: string): { group: string; version: string; resource: string } => ({
  group: rbacGroup,
  version: 'v1',
  resource,
});

export const rulesOf = (role: UnstructuredObject | undefined): readonly PolicyRule[] => (role?.['rules'] as PolicyRule[] | undefined) ?? [];

export const subjectsOf = (binding: UnstructuredObject): readonly Subject[] => (binding['subjects'] as Subject[] | undefined) ?? [];

export const roleRefOf = (binding: UnstructuredObject): RoleRef => binding['roleRef'] as RoleRef;
