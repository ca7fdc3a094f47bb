import { parseQuantity } from '../../../apimachinery/quantity/parse-quantity.ts';
import { quantityToNumber } from '../../../apimachinery/quantity/quantity.ts';
import type { Container, Pod } from '../../../api/core/types.gen.ts';

/** Amounts by resource name: cores of cpu in thousandths, everything else in units (bytes, pieces). */
export type Amounts = Readonly<Record<string, number>>;

/** The amounts of a ResourceList. */
export const amountsOf = (list: Readonly<Record<string, string | number>> | undefined): Record<string, number> => {
  const amounts: Record<string, number> = {};
  for (const [name, quantity] of Object.entries(list ?? {})) {
    const value = quantityToNumber(parseQuantity(quantity));
    amounts[name] = name === 'cpu' ? Math.round(value * 1000) : value;
  }
  return amounts;
};

const combine = (a: Amounts, b: Amounts, join: (x: number, y: number) => number): Record<string, number> => {
  const result: Record<string, number> = { ...a };
  for (const [name, value] of Object.entries(b)) result[name] = join(result[name] ?? 0, value);
  return result;
};
export const addAmounts = (a: Amounts, b: Amounts): Record<string, number> => combine(a, b, (x, y) => x + y);
export const subtractAmounts = (a: Amounts, b: Amounts): Record<string, number> => combine(a, b, (x, y) => x - y);
export const maxAmounts = (a: Amounts, b: Amounts): Record<string, number> => combine(a, b, Math.max);

const isSidecar = ({ restartPolicy }: Container): boolean => restartPolicy === 'Always';

/**
 * What a pod asks for: all containers together with its sidecars, or one init container with the sidecars started before it, whichever is
 * more, and the overhead (KEP-753). `of` picks requests or limits, with defaults if wanted.
 */
export const podAmounts = ({ spec }: Pod, of: (container: Container) => Amounts = requestsOf): Record<string, number> => {
  let running: Record<string, number> = {};
  let sidecars: Record<string, number> = {};
  let starting: Record<string, number> = {};
  for (const container of spec.containers) running = addAmounts(running, of(container));
  for (const container of spec.initContainers ?? []) {
    const own = of(container);
    if (isSidecar(container)) sidecars = addAmounts(sidecars, own);
    starting = maxAmounts(starting, isSidecar(container) ? sidecars : addAmounts(sidecars, own));
  }
  const pod = spec.resources?.requests && of === requestsOf ? amountsOf(spec.resources.requests) : {};
  const needed = { ...maxAmounts(addAmounts(running, sidecars), starting), ...pod };
  return spec.overhead ? addAmounts(needed, amountsOf(spec.overhead)) : needed;
};

export const requestsOf = ({ resources }: Container): Amounts => amountsOf(resources?.requests);
export const limitsOf = ({ resources }: Container): Amounts => amountsOf(resources?.limits);
