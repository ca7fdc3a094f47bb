import { formatQuantity } from '../../../apimachinery/quantity/format-quantity.ts';
import { parseQuantity } from '../../../apimachinery/quantity/parse-quantity.ts';
import { addQuantities, compareQuantities, type Quantity } from '../../../apimachinery/quantity/quantity.ts';
import type { Container, PodSpec, ResourceList } from '../pods/pod-types.ts';

/** Resource name → exact amount. */
export type Amounts = Map<string, Quantity>;

export const parseList = (list: ResourceList | undefined): Amounts =>
  new Map(Object.entries(list ?? {}).map(([name, value]) => [name, parseQuantity(value)]));

export const formatAmounts = (amounts: Amounts): ResourceList =>
  Object.fromEntries([...amounts].map(([name, quantity]) => [name, formatQuantity(quantity)]));

const add = (into: Amounts, other: Amounts): void => {
  for (const [name, quantity] of other) {
    const before = into.get(name);
    into.set(name, before ? addQuantities(before, quantity) : quantity);
  }
};

const raise = (into: Amounts, other: Amounts): void => {
  for (const [name, quantity] of other) {
    const before = into.get(name);
    if (!before || compareQuantities(before, quantity) < 0) into.set(name, quantity);
  }
};

const podLevel = (name: string): boolean => name === 'cpu' || name === 'memory' || name.startsWith('hugepages-');

/**
 * What a whole pod requests or is limited to: the sum of its containers and sidecars, at least what any init container needs at its
 * time, with pod-level amounts (KEP-2837) in their stead, and overhead if asked.
 */
export const podAmounts = (spec: PodSpec, field: 'requests' | 'limits', { overhead }: { readonly overhead: boolean }): Amounts => {
  const amountsOf = ({ resources }: Container): Amounts => parseList(resources?.[field]);
  const total: Amounts = new Map();
  for (const container of spec.containers) add(total, amountsOf(container));
  const sidecars: Amounts = new Map();
  const init: Amounts = new Map();
  for (const container of spec.initContainers ?? []) {
    const own = amountsOf(container);
    if (container.restartPolicy === 'Always') {
      add(total, own);
      add(sidecars, own);
      raise(init, sidecars);
    } else {
      add(own, sidecars);
      raise(init, own);
    }
  }
  raise(total, init);
  for (const [name, quantity] of parseList(spec.resources?.[field])) if (podLevel(name)) total.set(name, quantity);
  if (overhead) {
    for (const [name, quantity] of parseList(spec.overhead)) {
      const before = total.get(name);
      if (before) total.set(name, addQuantities(before, quantity));
      else if (field === 'requests') total.set(name, quantity);
    }
  }
  return total;
};
