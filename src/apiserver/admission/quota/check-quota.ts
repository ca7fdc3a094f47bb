import { formatQuantity } from '../../../apimachinery/quantity/format-quantity.ts';
import { parseQuantity } from '../../../apimachinery/quantity/parse-quantity.ts';
import {
  addQuantities,
  compareQuantities,
  type Quantity,
  quantitySign,
  subtractQuantities,
} from '../../../apimachinery/quantity/quantity.ts';
import type { Amounts } from '../limits/resource-lists.ts';
import type { ResourceList } from '../pods/pod-types.ts';

export interface QuotaStatus {
  hard?: ResourceList;
  used?: ResourceList;
}

/** What `after` uses more than `before`; growth only. */
export const growth = (after: Amounts, before: Amounts | undefined): Amounts => {
  const delta: Amounts = new Map();
  for (const [name, quantity] of after) {
    const old = before?.get(name);
    const more = old ? subtractQuantities(quantity, old) : quantity;
    if (quantitySign(more) > 0) delta.set(name, more);
  }
  return delta;
};

const list = (entries: readonly (readonly [string, Quantity])[]): string =>
  entries
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, quantity]) => `${name}=${formatQuantity(quantity)}`)
    .join(',');

/** The new usage, or the objection in kube-apiserver's words. Only names under `status.hard` count. */
export const charge = (
  name: string,
  status: QuotaStatus,
  delta: Amounts,
): { readonly used: ResourceList } | { readonly objection: string } => {
  const used = { ...status.used };
  const exceeded: { name: string; requested: Quantity; used: Quantity; hard: Quantity }[] = [];
  for (const [resource, requested] of delta) {
    const limit = status.hard?.[resource];
    if (limit === undefined) continue;
    const before = parseQuantity(used[resource] ?? '0');
    const after = addQuantities(before, requested);
    const hard = parseQuantity(limit);
    if (compareQuantities(after, hard) > 0) exceeded.push({ name: resource, requested, used: before, hard });
    used[resource] = formatQuantity(after);
  }
  if (exceeded.length === 0) return { used };
  const of = (field: 'requested' | 'used' | 'hard'): string => list(exceeded.map((entry) => [entry.name, entry[field]]));
  return { objection: `exceeded quota: ${name}, requested: ${of('requested')}, used: ${of('used')}, limited: ${of('hard')}` };
};
