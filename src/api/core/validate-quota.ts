import { parseQuantity } from '../../apimachinery/quantity/parse-quantity.ts';
import { compareQuantities } from '../../apimachinery/quantity/quantity.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { duplicate, forbiddenField, invalid } from '../../apimachinery/validation/field-errors.ts';
import { isQualifiedName } from '../../apimachinery/validation/names.ts';
import { checked, childPath, each, eachEntry, unchanged } from '../checks.ts';
import type { LimitRange, LimitRangeItem, ResourceQuota } from './types.gen.ts';
import { resourceAmount } from './validate-resources.ts';

const scopes = [
  'Terminating',
  'NotTerminating',
  'BestEffort',
  'NotBestEffort',
  'PriorityClass',
  'CrossNamespacePodAffinity',
  'VolumeAttributesClass',
];
const counted =
  /^(cpu|memory|ephemeral-storage|pods|services|services\.(nodeports|loadbalancers)|replicationcontrollers|resourcequotas|secrets|configmaps|persistentvolumeclaims|(requests|limits)\.(cpu|memory|ephemeral-storage)|requests\.storage|(requests\.)?hugepages-.+)$/;

const quotaName = (name: string, path: string): FieldError[] => {
  const errors = checked(isQualifiedName, name, path);
  if (errors.length > 0 || name.includes('/') || counted.test(name)) return errors;
  return [
    invalid(path, name, 'must be a standard resource type or fully qualified'),
    invalid(path, name, 'must be a standard resource for quota'),
  ];
};

export const validateResourceQuota = ({ spec }: ResourceQuota): FieldError[] => [
  ...eachEntry(spec.hard, 'spec.hard', (name, amount, path) => [...quotaName(name, path), ...resourceAmount(name, amount, path)]),
  ...(spec.scopes?.some((scope) => !scopes.includes(scope)) ? [invalid('spec.scopes', spec.scopes, 'unsupported scope')] : []),
];

export const validateResourceQuotaUpdate = (quota: ResourceQuota, old: ResourceQuota): FieldError[] => [
  ...validateResourceQuota(quota),
  ...unchanged(quota.spec.scopes, old.spec.scopes, 'spec.scopes'),
];

const above = (low: string | undefined, high: string | undefined): boolean =>
  low !== undefined && high !== undefined && compareQuantities(parseQuantity(low), parseQuantity(high)) > 0;

/** `min > max` and their values as the original words it. */
const says = (what: string, low: string | undefined, high: string | undefined) => {
  const [lowName, highName] = what.split(' > ');
  return `${lowName} value ${low} is greater than ${highName} value ${high}`;
};

const order = (item: LimitRangeItem, name: string, path: string): FieldError[] => {
  const { min = {}, max = {}, default: limit = {}, defaultRequest: request = {} } = item;
  const at = (list: string) => `${path}.${list}[${name}]`;
  const errors: FieldError[] = [];
  if (above(min[name], max[name])) errors.push(invalid(at('min'), min[name], says('min > max', min[name], max[name])));
  if (above(min[name], request[name]))
    errors.push(invalid(at('defaultRequest'), request[name], says('min > default request', min[name], request[name])));
  if (above(request[name], max[name]))
    errors.push(invalid(at('defaultRequest'), request[name], says('default request > max', request[name], max[name])));
  if (above(request[name], limit[name]))
    errors.push(invalid(at('defaultRequest'), request[name], says('default request > default limit', request[name], limit[name])));
  if (above(min[name], limit[name])) errors.push(invalid(at('default'), min[name], says('min > default', min[name], limit[name])));
  if (above(limit[name], max[name])) errors.push(invalid(at('default'), limit[name], says('default > max', limit[name], max[name])));
  return errors;
};

const limitTypes = ['Pod', 'Container', 'PersistentVolumeClaim'];

export const validateLimitRange = ({ spec }: LimitRange): FieldError[] => {
  const types = new Set<string>();
  return each(spec.limits, 'spec.limits', (item, path) => {
    if (types.has(item.type)) return [duplicate(childPath(path, 'type'), item.type)];
    types.add(item.type);
    if (!limitTypes.includes(item.type)) {
      return [invalid(childPath(path, 'type'), item.type, 'must be a standard limit type or fully qualified')];
    }
    if (item.type === 'Pod') {
      const unfit = (['default', 'defaultRequest'] as const).filter((list) => item[list]);
      if (unfit.length > 0) return unfit.map((list) => forbiddenField(childPath(path, list), "may not be specified when `type` is 'Pod'"));
    }
    const lists = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;
    const names = [...new Set(lists.flatMap((list) => Object.keys(item[list] ?? {})))].toSorted();
    return [
      ...lists.flatMap((list) =>
        eachEntry(item[list], childPath(path, list), (name, _amount, entry) => checked(isQualifiedName, name, entry)),
      ),
      ...names.flatMap((name) => order(item, name, path)),
    ];
  });
};
