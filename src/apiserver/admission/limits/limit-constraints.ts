import { formatQuantity } from '../../../apimachinery/quantity/format-quantity.ts';
import { parseQuantity } from '../../../apimachinery/quantity/parse-quantity.ts';
import { compareQuantities, quantitySign, quantityToNumber } from '../../../apimachinery/quantity/quantity.ts';
import type { ResourceList } from '../pods/pod-types.ts';
import type { Amounts } from './resource-lists.ts';

/** One entry of a LimitRange's spec.limits. */
export interface LimitRangeItem {
  readonly type: string;
  readonly min?: ResourceList;
  readonly max?: ResourceList;
  readonly default?: ResourceList;
  readonly defaultRequest?: ResourceList;
  readonly maxLimitRequestRatio?: ResourceList;
}

/** What something requests and is limited to. */
export interface Usage {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

const minimum = (type: string, { requests, limits }: Usage, [name, bound]: readonly [string, string]): string | undefined => {
  const enforced = parseQuantity(bound);
  const request = requests.get(name);
  const limit = limits.get(name);
  const rule = `minimum ${name} usage per ${type} is ${formatQuantity(enforced)}`;
  if (!request) return `${rule}.  No request is specified`;
  if (compareQuantities(request, enforced) < 0) return `${rule}, but request is ${formatQuantity(request)}`;
  return limit && compareQuantities(limit, enforced) < 0 ? `${rule}, but limit is ${formatQuantity(limit)}` : undefined;
};

const maximum = (type: string, { requests, limits }: Usage, [name, bound]: readonly [string, string]): string | undefined => {
  const enforced = parseQuantity(bound);
  const request = requests.get(name);
  const limit = limits.get(name);
  const rule = `maximum ${name} usage per ${type} is ${formatQuantity(enforced)}`;
  if (!limit) return `${rule}.  No limit is specified`;
  if (compareQuantities(limit, enforced) > 0) return `${rule}, but limit is ${formatQuantity(limit)}`;
  return request && compareQuantities(request, enforced) > 0 ? `${rule}, but request is ${formatQuantity(request)}` : undefined;
};

const ratio = (type: string, { requests, limits }: Usage, [name, bound]: readonly [string, string]): string | undefined => {
  const enforced = parseQuantity(bound);
  const request = requests.get(name);
  const limit = limits.get(name);
  const rule = `${name} max limit to request ratio per ${type} is ${formatQuantity(enforced)}`;
  if (!request || quantitySign(request) === 0) return `${rule}, but no request is specified or request is 0`;
  if (!limit || quantitySign(limit) === 0) return `${rule}, but no limit is specified or limit is 0`;
  const observed = quantityToNumber(limit) / quantityToNumber(request);
  return observed > quantityToNumber(enforced) ? `${rule}, but provided ratio is ${observed.toFixed(6)}` : undefined;
};

const present = (messages: readonly (string | undefined)[]): string[] => messages.filter((message) => message !== undefined);

/** Every bound of the item that a container or pod breaks. */
export const violations = (item: LimitRangeItem, usage: Usage): string[] =>
  present([
    ...Object.entries(item.min ?? {}).map((bound) => minimum(item.type, usage, bound)),
    ...Object.entries(item.max ?? {}).map((bound) => maximum(item.type, usage, bound)),
    ...Object.entries(item.maxLimitRequestRatio ?? {}).map((bound) => ratio(item.type, usage, bound)),
  ]);

/** The same for a volume claim, which only requests. */
export const claimViolations = (item: LimitRangeItem, requests: Amounts): string[] =>
  present([
    ...Object.entries(item.min ?? {}).map((bound) => minimum(item.type, { requests, limits: new Map() }, bound)),
    ...Object.entries(item.max ?? {}).map(([name, bound]) => {
      const request = requests.get(name);
      const rule = `maximum ${name} usage per ${item.type} is ${formatQuantity(parseQuantity(bound))}`;
      if (!request) return `${rule}.  No request is specified`;
      return compareQuantities(request, parseQuantity(bound)) > 0 ? `${rule}, but request is ${formatQuantity(request)}` : undefined;
    }),
  ]);
