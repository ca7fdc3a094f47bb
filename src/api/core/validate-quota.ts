import { parseQuantity } from '../../apimachinery/quantity/parse-quantity.ts';
import { compareQuantities } from '../../apimachinery/quantity/quantity.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { duplicate, invalid } from '../../apimachinery/validation/field-errors.ts';
import { isQualifiedName } from '../../apimachinery/validation/names.ts';
import { checked, childPath, each, eachEntry, unchanged } from '../checks.ts';
import type { LimitRange, LimitRangeItem, ResourceQuota } from './types.gen.ts';
import { resourceAmount } from './validate-resources.ts';

export const validateResourceQuota = ({ spec }: ResourceQuota): FieldError[] =>
  eachEntry(spec.hard, 'spec.hard', (name, amount, path) => [
    ...checked(isQualifiedName, name, path),
    ...resourceAmount(name, amount, path),
  ]);

export const validateResourceQuotaUpdate = (quota: ResourceQuota, old: ResourceQuota): FieldError[] => [
  ...validateResourceQuota(quota),
  ...unchanged(quota.spec.scopes, old.spec.scopes, 'spec.scopes'),
];

const order = (item: LimitRangeItem, name: string, path: string): FieldError[] => {
  const { min = {}, max = {}, default: limit = {}, defaultRequest: request = {} } = item;
  const above = (low: string | undefined, high: string | undefined): boolean =>
    low !== undefined && high !== undefined && compareQuantities(parseQuantity(low), parseQuantity(high)) > 0;
  const at = (list: string) => `${path}.${list}[${name}]`;
  const errors: FieldError[] = [];
  const says = (what: string, low: string | undefined, high: string | undefined) => {
    const [lowName, highName] = what.split(' > ');
    return `${lowName} value ${low} is greater than ${highName} value ${high}`;
  };
  if (above(min[name], max[name])) errors.push(invalid(at('min'), min[name], says('min > max', min[name], max[name])));
  if (above(min[name], request[name]))
    errors.push(invalid(at('defaultRequest'), request[name], says('min > default request', min[name], request[name])));
  if (above(request[name], max[name]))
    errors.push(invalid(at('defaultRequest'), request[name], says('default request > max', request[name], max[name])));
  if (above(request[name], limit[name]))
    errors.push(invalid(at('defaultRequest'), request[name], says('default request > default limit', request[name], limit[name])));
  if (above(min[name], limit[name])) errors.push(invalid(at('default'), limit[name], says('min > default', min[name], limit[name])));
  if (above(limit[name], max[name])) errors.push(invalid(at('default'), limit[name], says('default > max', limit[name], max[name])));
  return errors;
};

export const validateLimitRange = ({ spec }: LimitRange): FieldError[] => {
  const types = new Set<string>();
  return each(spec.limits, 'spec.limits', (item, path) => {
    if (types.has(item.type)) return [duplicate(childPath(path, 'type'), item.type)];
    types.add(item.type);
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
