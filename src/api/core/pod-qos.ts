import { parseQuantity } from '../../apimachinery/quantity/parse-quantity.ts';
import { quantitySign } from '../../apimachinery/quantity/quantity.ts';
import type { Pod } from './types.gen.ts';

type Resources = Readonly<Record<string, string>> | undefined;

/** cpu and memory amounts above zero. */
const positive = (resources: Resources): Map<string, string> =>
  new Map(
    Object.entries(resources ?? {}).filter(
      ([name, amount]) => (name === 'cpu' || name === 'memory') && quantitySign(parseQuantity(amount)) > 0,
    ),
  );

/** Guaranteed: every container limits cpu and memory to what it requests. BestEffort: none asks for anything. Burstable: the rest. */
export const podQosClass = ({ spec }: Pod): 'BestEffort' | 'Burstable' | 'Guaranteed' => {
  const holders = spec.resources ? [spec] : [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  const demands = holders.map(({ resources }) => ({ requests: positive(resources?.requests), limits: positive(resources?.limits) }));
  if (demands.every(({ requests, limits }) => requests.size === 0 && limits.size === 0)) return 'BestEffort';
  const guaranteed = demands.every(
    ({ requests, limits }) => limits.size === 2 && [...requests].every(([name, amount]) => limits.get(name) === amount),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
};
