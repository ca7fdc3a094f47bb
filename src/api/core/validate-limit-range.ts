import { parseQuantity } from '../../apimachinery/quantity/parse-quantity.ts';
import { compareQuantities, quantityToNumber } from '../../apimachinery/quantity/quantity.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { duplicate, forbiddenField, invalid, required } from '../../apimachinery/validation/field-errors.ts';
import { isQualifiedName } from '../../apimachinery/validation/names.ts';
import { checked, childPath, each, eachEntry } from '../checks.ts';
import type { LimitRange, LimitRangeItem } from './types.gen.ts';
import { isStandardName, mayOvercommit, validateContainerResourceName } from './validate-resources.ts';

const above = (low: string | undefined, high: string | undefined): boolean =>
  low !== undefined && high !== undefined && compareQuantities(parseQuantity(low), parseQuantity(high)) > 0;

/** `min > max` and their values as the original words it. */
const says = (what: string, low: string | undefined, high: string | undefined) => {
  const [lowName, highName] = what.split(' > ');
  return `${lowName} value ${low} is greater than ${highName} value ${high}`;
};

const number = (amount: string): number => quantityToNumber(parseQuantity(amount));

const ratioErrors = (ratio: string | undefined, { min, max, path }: { min: string | undefined; max: string | undefined; path: string }) => {
  if (ratio === undefined) return [];
  const errors: FieldError[] = [];
  if (number(ratio) < 1) errors.push(invalid(path, ratio, `ratio ${ratio} is less than 1`));
  if (min === undefined || max === undefined) return errors;
  const bound = number(max) / number(min);
  return number(ratio) > bound ? [...errors, invalid(path, ratio, `ratio ${ratio} is greater than max/min = ${bound.toFixed(6)}`)] : errors;
};

const order = (item: LimitRangeItem, name: string, path: string): FieldError[] => {
  const { min = {}, max = {} } = item;
  const { default: limit = {}, defaultRequest: request = {} } = item.type === 'Pod' ? {} : item;
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
  if (above(limit[name], max[name])) errors.push(invalid(at('default'), max[name], says('default > max', limit[name], max[name])));
  errors.push(...ratioErrors(item.maxLimitRequestRatio?.[name], { min: min[name], max: max[name], path: at('maxLimitRequestRatio') }));
  const [given, asked] = [limit[name], request[name]];
  if (!mayOvercommit(name) && given !== undefined && asked !== undefined && number(given) !== number(asked)) {
    const message = `default value ${given} must equal to defaultRequest value ${asked} in ${name}`;
    errors.push(invalid(at('defaultRequest'), asked, message));
  }
  return errors;
};

const limitTypes = ['Pod', 'Container', 'PersistentVolumeClaim'];
const lists = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;

const typeErrors = (type: string, path: string): FieldError[] => {
  const errors = checked(isQualifiedName, type, path);
  if (errors.length > 0 || type.includes('/') || limitTypes.includes(type)) return errors;
  return [invalid(path, type, 'must be a standard limit type or fully qualified')];
};

const resourceName = (type: string, name: string, path: string): FieldError[] => {
  if (type === 'Pod' || type === 'Container') return validateContainerResourceName(name, path);
  const errors = checked(isQualifiedName, name, path);
  if (errors.length > 0 || name.includes('/') || isStandardName(name)) return errors;
  return [invalid(path, name, 'must be a standard resource type or fully qualified')];
};

const validateItem = (item: LimitRangeItem, path: string): FieldError[] => {
  const errors: FieldError[] = [];
  const isPod = item.type === 'Pod';
  for (const list of lists) {
    const at = childPath(path, list);
    if (isPod && (list === 'default' || list === 'defaultRequest')) {
      if (item[list]) errors.push(forbiddenField(at, "may not be specified when `type` is 'Pod'"));
      continue;
    }
    if (list === 'maxLimitRequestRatio' && item.type === 'PersistentVolumeClaim' && !item.min?.['storage'] && !item.max?.['storage']) {
      const message = 'either minimum or maximum storage value is required, but neither was provided';
      errors.push(required(childPath(path, 'limits'), message));
    }
    errors.push(...eachEntry(item[list], at, (name, _amount, entry) => resourceName(item.type, name, entry)));
  }
  const names = [...new Set(lists.flatMap((list) => Object.keys(item[list] ?? {})))].toSorted();
  return [...errors, ...names.flatMap((name) => order(item, name, path))];
};

export const validateLimitRange = ({ spec }: LimitRange): FieldError[] => {
  const types = new Set<string>();
  return each(spec.limits, 'spec.limits', (item, path) => {
    const errors = typeErrors(item.type, childPath(path, 'type'));
    if (types.has(item.type)) errors.push(duplicate(childPath(path, 'type'), item.type));
    types.add(item.type);
    return [...errors, ...validateItem(item, path)];
  });
};
