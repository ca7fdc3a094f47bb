import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { immutable, invalid, required } from '../../apimachinery/validation/field-errors.ts';
import { isQualifiedName } from '../../apimachinery/validation/names.ts';
import { checked, eachEntry } from '../checks.ts';
import type { ResourceQuota, ResourceQuotaSpec, ScopedResourceSelectorRequirement } from './types.gen.ts';
import { isStandardName, resourceAmount } from './validate-resources.ts';

const podScopes = ['Terminating', 'NotTerminating', 'BestEffort', 'NotBestEffort', 'PriorityClass', 'CrossNamespacePodAffinity'];
const scopes = [...podScopes, 'VolumeAttributesClass'];
const counted =
  /^(cpu|memory|ephemeral-storage|pods|services|services\.(nodeports|loadbalancers)|replicationcontrollers|resourcequotas|secrets|configmaps|persistentvolumeclaims|(requests|limits)\.(cpu|memory|ephemeral-storage)|requests\.storage|(requests\.)?hugepages-.+)$/;

/** What a quota on pods, by what they ask for, may count. */
const ofPods = /^(cpu|memory|pods|(requests|limits)\.(cpu|memory))$/;

const fits = (scope: string, resource: string): boolean => {
  if (!counted.test(resource)) return true;
  if (scope === 'BestEffort') return resource === 'pods';
  if (scope === 'VolumeAttributesClass') return resource === 'persistentvolumeclaims' || resource === 'requests.storage';
  return !podScopes.includes(scope) || ofPods.test(resource);
};

const quotaName = (name: string, path: string): FieldError[] => {
  const errors = checked(isQualifiedName, name, path);
  if (name.includes('/') || counted.test(name)) return errors;
  const unfit = invalid(path, name, 'must be a standard resource for quota');
  return errors.length > 0 || isStandardName(name)
    ? [...errors, unfit]
    : [invalid(path, name, 'must be a standard resource type or fully qualified'), unfit];
};

const conflicts = (used: readonly string[], shown: unknown, path: string): FieldError[] =>
  [
    ['BestEffort', 'NotBestEffort'],
    ['Terminating', 'NotTerminating'],
  ]
    .filter((pair) => pair.every((scope) => used.includes(scope)))
    .map(() => invalid(path, shown, 'conflicting scopes'));

const validateScopes = ({ hard = {}, scopes: used = [] }: ResourceQuotaSpec): FieldError[] => [
  ...used.flatMap((scope) => [
    ...(scopes.includes(scope) ? [] : [invalid('spec.scopes', used, 'unsupported scope')]),
    ...Object.keys(hard)
      .filter((resource) => !fits(scope, resource))
      .map(() => invalid('spec.scopes', used, 'unsupported scope applied to resource')),
  ]),
  ...conflicts(used, used, 'spec.scopes'),
];

const existsOnly = ['BestEffort', 'NotBestEffort', 'Terminating', 'NotTerminating', 'CrossNamespacePodAffinity'];
const existsMessage =
  "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";

const operatorErrors = ({ scopeName, operator, values = [] }: ScopedResourceSelectorRequirement, path: string): FieldError[] => {
  const errors: FieldError[] = [];
  if (existsOnly.includes(scopeName) && operator !== 'Exists') errors.push(invalid(`${path}.operator`, operator ?? '', existsMessage));
  if (operator === 'In' || operator === 'NotIn') {
    const message = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
    return values.length > 0 ? errors : [...errors, required(`${path}.values`, message)];
  }
  if (operator === 'Exists' || operator === 'DoesNotExist') {
    const message = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
    return values.length === 0 ? errors : [...errors, invalid(`${path}.values`, values, message)];
  }
  return [...errors, invalid(`${path}.operator`, operator ?? '', 'not a valid selector operator')];
};

const validateSelector = ({ hard = {}, scopes: used, scopeSelector }: ResourceQuotaSpec): FieldError[] => {
  const path = 'spec.scopeSelector.matchExpressions';
  const expressions = scopeSelector?.matchExpressions ?? [];
  const shown = {
    MatchExpressions: expressions.map(({ scopeName, operator, values }) => ({
      ScopeName: scopeName,
      Operator: operator,
      Values: values ?? null,
    })),
  };
  return [
    ...expressions.flatMap((expression) => [
      ...(scopes.includes(expression.scopeName) ? [] : [invalid(`${path}.scopeName`, expression.scopeName ?? '', 'unsupported scope')]),
      ...Object.keys(hard)
        .filter((resource) => !fits(expression.scopeName, resource))
        .map(() => invalid(path, shown, 'unsupported scope applied to resource')),
      ...operatorErrors(expression, path),
    ]),
    ...conflicts(
      expressions.map(({ scopeName }) => scopeName),
      used ?? null,
      path,
    ),
  ];
};

export const validateResourceQuota = ({ spec }: ResourceQuota): FieldError[] => [
  ...eachEntry(spec.hard, 'spec.hard', (name, amount, path) => [...quotaName(name, path), ...resourceAmount(name, amount, path)]),
  ...validateScopes(spec),
  ...validateSelector(spec),
];

const distinct = ({ spec }: ResourceQuota): string[] => [...new Set(spec.scopes)].toSorted();

export const validateResourceQuotaUpdate = (quota: ResourceQuota, old: ResourceQuota): FieldError[] => [
  ...validateResourceQuota(quota),
  ...(jsonEqual(distinct(quota), distinct(old)) ? [] : [immutable('spec.scopes', quota.spec.scopes ?? null)]),
];

/** What the quota controller counted. */
export const validateResourceQuotaStatus = ({ status }: ResourceQuota): FieldError[] =>
  (['hard', 'used'] as const).flatMap((list) =>
    eachEntry(status?.[list], `status.${list}`, (name, amount, path) => [...quotaName(name, path), ...resourceAmount(name, amount, path)]),
  );
