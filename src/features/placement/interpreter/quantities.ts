import { formatQuantity } from '../../../apimachinery/quantity/format-quantity.ts';
import { parseQuantity } from '../../../apimachinery/quantity/parse-quantity.ts';
import { addQuantities as add, compareQuantities, multiplyQuantity } from '../../../apimachinery/quantity/quantity.ts';

export type QuantityMap = Record<string, string | number>;

/** Sums resource lists field by field. */
export const addQuantities = (lists: readonly QuantityMap[]): QuantityMap =>
  merge(lists, (a, b) => formatQuantity(add(parseQuantity(a), parseQuantity(b))));

/** The larger of each field. */
export const maxQuantities = (...lists: readonly QuantityMap[]): QuantityMap =>
  merge(lists, (a, b) => (compareQuantities(parseQuantity(a), parseQuantity(b)) >= 0 ? a : b));

const merge = (lists: readonly QuantityMap[], combine: (a: string | number, b: string | number) => string | number): QuantityMap => {
  const result: QuantityMap = {};
  for (const list of lists)
    for (const [name, value] of Object.entries(list)) result[name] = result[name] === undefined ? value : combine(result[name], value);
  return result;
};

/** Each field times an integer. */
export const multiplyQuantities = (list: QuantityMap, factor: number): QuantityMap =>
  Object.fromEntries(
    Object.entries(list).map(([name, value]) => [name, formatQuantity(multiplyQuantity(parseQuantity(value), BigInt(factor)))]),
  );
