import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { invalid, notSupported, required } from '../../apimachinery/validation/field-errors.ts';
import { isDns1123Subdomain, isPathSegmentName } from '../../apimachinery/validation/names.ts';
import { checked, childPath, each, labelSelector, requiredName } from '../checks.ts';
import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, Subject } from './types.gen.ts';

const rbacGroup = 'rbac.authorization.k8s.io';

const validateRule = (rule: PolicyRule, path: string, namespaced: boolean): FieldError[] => {
  const errors = rule.verbs?.length ? [] : [required(childPath(path, 'verbs'), 'verbs must contain at least one value')];
  if (rule.nonResourceURLs?.length) {
    const urls = childPath(path, 'nonResourceURLs');
    if (namespaced) errors.push(invalid(urls, rule.nonResourceURLs, 'namespaced rules cannot apply to non-resource URLs'));
    if (rule.apiGroups?.length || rule.resources?.length || rule.resourceNames?.length) {
      errors.push(invalid(urls, rule.nonResourceURLs, 'rules cannot apply to both regular resources and non-resource URLs'));
    }
    return errors;
  }
  if (!rule.apiGroups?.length) errors.push(required(childPath(path, 'apiGroups'), 'resource rules must supply at least one api group'));
  if (!rule.resources?.length) errors.push(required(childPath(path, 'resources'), 'resource rules must supply at least one resource'));
  return errors;
};

export const validateRole = ({ rules }: Role): FieldError[] => each(rules, 'rules', (rule, path) => validateRule(rule, path, true));

export const validateClusterRole = ({ rules, aggregationRule }: ClusterRole): FieldError[] => {
  const errors = each(rules, 'rules', (rule, path) => validateRule(rule, path, false));
  if (!aggregationRule) return errors;
  const selectors = 'aggregationRule.clusterRoleSelectors';
  if (!aggregationRule.clusterRoleSelectors?.length)
    return [...errors, required(selectors, 'at least one clusterRoleSelector required if aggregationRule is non-nil')];
  return [
    ...errors,
    ...each(aggregationRule.clusterRoleSelectors, selectors, (selector, path) => {
      const wrong = labelSelector(selector, path);
      return wrong.length > 0 ? [...wrong, invalid(path, null, 'invalid label selector.')] : wrong;
    }),
  ];
};

const validateSubject = ({ kind, name, namespace, apiGroup = '' }: Subject, path: string, namespaced: boolean): FieldError[] => {
  const errors = name ? [] : [required(childPath(path, 'name'))];
  const groupPath = childPath(path, 'apiGroup');
  if (kind === 'ServiceAccount') {
    if (name) errors.push(...checked(isDns1123Subdomain, name, childPath(path, 'name')));
    if (apiGroup) errors.push(notSupported(groupPath, apiGroup, ['']));
    if (!namespaced && !namespace) errors.push(required(childPath(path, 'namespace')));
  } else if (kind === 'User' || kind === 'Group') {
    if (apiGroup !== rbacGroup) errors.push(notSupported(groupPath, apiGroup, [rbacGroup]));
  } else errors.push(notSupported(childPath(path, 'kind'), kind, ['ServiceAccount', 'User', 'Group']));
  return errors;
};

const validateBinding = ({ roleRef, subjects }: RoleBinding | ClusterRoleBinding, namespaced: boolean): FieldError[] => {
  const kinds = namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  return [
    ...(roleRef.apiGroup === rbacGroup ? [] : [notSupported('roleRef.apiGroup', roleRef.apiGroup, [rbacGroup])]),
    ...(kinds.includes(roleRef.kind) ? [] : [notSupported('roleRef.kind', roleRef.kind, kinds)]),
    ...requiredName(isPathSegmentName, roleRef.name, 'roleRef.name'),
    ...each(subjects, 'subjects', (subject, path) => validateSubject(subject, path, namespaced)),
  ];
};

const sameRole = (binding: RoleBinding | ClusterRoleBinding, old: RoleBinding | ClusterRoleBinding): FieldError[] => {
  const { apiGroup, kind, name } = binding.roleRef;
  return jsonEqual(binding.roleRef, old.roleRef)
    ? []
    : [invalid('roleRef', { APIGroup: apiGroup, Kind: kind, Name: name }, 'cannot change roleRef')];
};

export const validateRoleBinding = (binding: RoleBinding): FieldError[] => validateBinding(binding, true);
export const validateClusterRoleBinding = (binding: ClusterRoleBinding): FieldError[] => validateBinding(binding, false);
export const validateRoleBindingUpdate = (binding: RoleBinding, old: RoleBinding): FieldError[] => [
  ...validateRoleBinding(binding),
  ...sameRole(binding, old),
];
export const validateClusterRoleBindingUpdate = (binding: ClusterRoleBinding, old: ClusterRoleBinding): FieldError[] => [
  ...validateClusterRoleBinding(binding),
  ...sameRole(binding, old),
];
