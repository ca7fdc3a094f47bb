import { quantityOf } from '../../../apimachinery/quantity/quantity.ts';
import { type Amounts, podAmounts } from '../limits/resource-lists.ts';
import type { Container, Pod } from '../pods/pod-types.ts';

const computed = ['cpu', 'memory', 'ephemeral-storage'] as const;

/** Under which names a request or limit counts. */
const expand = (requests: Amounts, limits: Amounts): Amounts => {
  const usage: Amounts = new Map();
  for (const name of computed) {
    const request = requests.get(name);
    if (request) usage.set(name, request).set(`requests.${name}`, request);
    const limit = limits.get(name);
    if (limit) usage.set(`limits.${name}`, limit);
  }
  for (const [name, quantity] of requests) {
    if (name.startsWith('hugepages-')) usage.set(name, quantity).set(`requests.${name}`, quantity);
    else if (name.includes('/')) usage.set(`requests.${name}`, quantity);
  }
  return usage;
};

/** Finished pods hold nothing but their object count. */
const isFinished = ({ status }: Pod): boolean => status?.phase === 'Failed' || status?.phase === 'Succeeded';

/** A deleted pod whose grace period is over holds nothing either, whether or not its node says so. */
const isOverdue = ({ metadata }: Pod, now: number): boolean =>
  metadata.deletionTimestamp !== undefined &&
  metadata.deletionGracePeriodSeconds !== undefined &&
  Date.parse(metadata.deletionTimestamp) + metadata.deletionGracePeriodSeconds * 1000 < now;

export const podUsage = (pod: Pod, now: number): Amounts => {
  const one = quantityOf(1);
  const usage: Amounts = new Map([['count/pods', one]]);
  if (isFinished(pod) || isOverdue(pod, now)) return usage;
  const amounts = expand(podAmounts(pod.spec, 'requests', { overhead: true }), podAmounts(pod.spec, 'limits', { overhead: true }));
  for (const [name, quantity] of amounts) usage.set(name, quantity);
  return usage.set('pods', one);
};

const demanded = new Set([...computed.slice(0, 2), ...computed.slice(0, 2).flatMap((name) => [`requests.${name}`, `limits.${name}`])]);

/** A quota of cpu or memory obliges every container to say how much: what is missing, or undefined. */
export const missingResources = ({ spec }: Pod, quotaNames: readonly string[]): string | undefined => {
  if (spec.resources && Object.keys({ ...spec.resources.requests, ...spec.resources.limits }).length > 0) return undefined;
  const has = ({ resources }: Container, name: string): boolean => {
    const [field, resource] = name.startsWith('limits.')
      ? (['limits', name.slice(7)] as const)
      : (['requests', name.replace('requests.', '')] as const);
    return resources?.[field]?.[resource] !== undefined;
  };
  const containers = [...spec.containers, ...(spec.initContainers ?? [])];
  const messages = quotaNames
    .filter((name) => demanded.has(name))
    .toSorted()
    .flatMap((name) => {
      const lacking = containers.filter((container) => !has(container, name)).map((container) => container.name);
      return lacking.length > 0 ? [`${name} for: ${[...new Set(lacking)].toSorted().join(',')}`] : [];
    });
  return messages.length > 0 ? `must specify ${messages.join('; ')}` : undefined;
};
