import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { invalid } from '../../apimachinery/validation/field-errors.ts';
import { formatQuantity } from '../../apimachinery/quantity/format-quantity.ts';
import { isQuantity, parseQuantity } from '../../apimachinery/quantity/parse-quantity.ts';
import { addQuantities, compareQuantities, type Quantity } from '../../apimachinery/quantity/quantity.ts';
import { childPath } from '../checks.ts';
import type { Container, PodSpec } from './types.gen.ts';

type Amounts = Map<string, Quantity>;
type Kind = 'requests' | 'limits';

const isHugePages = (name: string): boolean => name.startsWith('hugepages-');
const isPodLevel = (name: string): boolean => name === 'cpu' || name === 'memory' || isHugePages(name);

const amountsOf = ({ resources }: Pick<Container, 'resources'>, kind: Kind): Amounts => {
  const amounts: Amounts = new Map();
  for (const [name, text] of Object.entries(resources?.[kind] ?? {})) {
    if (isQuantity(String(text))) amounts.set(name, parseQuantity(String(text)));
  }
  return amounts;
};

const plus = (a: Amounts, b: Amounts): Amounts => {
  const sum = new Map(a);
  for (const [name, quantity] of b) {
    const before = sum.get(name);
    sum.set(name, before ? addQuantities(before, quantity) : quantity);
  }
  return sum;
};

const most = (a: Amounts, b: Amounts): Amounts => {
  const larger = new Map(a);
  for (const [name, quantity] of b) {
    const before = larger.get(name);
    if (!before || compareQuantities(quantity, before) > 0) larger.set(name, quantity);
  }
  return larger;
};

/** What a pod's containers ask for together: those that run at the same time, or the most that starting takes. */
const aggregate = ({ containers = [], initContainers = [] }: PodSpec, kind: Kind): Amounts => {
  let running: Amounts = new Map();
  for (const container of containers) running = plus(running, amountsOf(container, kind));
  let sidecars: Amounts = new Map();
  let starting: Amounts = new Map();
  for (const container of initContainers) {
    const own = amountsOf(container, kind);
    if (container.restartPolicy === 'Always') {
      sidecars = plus(sidecars, own);
      running = plus(running, own);
      starting = most(starting, sidecars);
    } else starting = most(starting, plus(own, sidecars));
  }
  return most(running, starting);
};

const isEmpty = (amounts: object | undefined): boolean => Object.keys(amounts ?? {}).length === 0;

/** A pod that says its own limits requests what its containers do, or the limits (KEP-2837). */
export const defaultPodResources = (spec: PodSpec): void => {
  const { resources } = spec;
  if (!resources || (isEmpty(resources.limits) && isEmpty(resources.requests))) return;
  for (const [name, quantity] of aggregate(spec, 'limits'))
    if (isHugePages(name) && resources.limits?.[name] === undefined)
      resources.limits = { ...resources.limits, [name]: formatQuantity(quantity) };
  if (isEmpty(resources.limits)) return;
  const requests: Record<string, string> = { ...resources.requests };
  for (const [name, quantity] of aggregate(spec, 'requests'))
    if (isPodLevel(name) && !isHugePages(name)) requests[name] ??= formatQuantity(quantity);
  for (const [name, limit] of Object.entries(resources.limits ?? {})) if (isPodLevel(name)) requests[name] ??= limit;
  if (!isEmpty(requests)) resources.requests = requests;
};

/** The pod's own requests are enough for its containers, and none of those may have more than the pod. */
export const validatePodResourceSums = (spec: PodSpec, path: string): FieldError[] => {
  const [requests, limits] = [amountsOf(spec, 'requests'), amountsOf(spec, 'limits')];
  const errors: FieldError[] = [];
  for (const [name, asked] of aggregate(spec, 'requests')) {
    const own = requests.get(name);
    if (own && isPodLevel(name) && compareQuantities(asked, own) > 0)
      errors.push(
        invalid(
          `${childPath(path, 'requests')}[${name}]`,
          formatQuantity(own),
          `must be greater than or equal to aggregate container requests of ${formatQuantity(asked)}`,
        ),
      );
  }
  for (const [index, container] of (spec.containers ?? []).entries())
    for (const [name, limit] of amountsOf(container, 'limits')) {
      const own = limits.get(name);
      if (own && compareQuantities(limit, own) > 0)
        errors.push(
          invalid(
            `${childPath(path, 'containers')}[${index}][${name}].limits`,
            formatQuantity(limit),
            `must be less than or equal to pod limits of ${formatQuantity(own)}`,
          ),
        );
    }
  return errors;
};
