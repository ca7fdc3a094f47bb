import type { Pod } from '../../../api/core/types.gen.ts';
import { requestsOf } from '../common/resource-amounts.ts';
import { isReady, isTerminating } from '../common/pod-state.ts';
import type { PodUsage } from './pod-usage.ts';

export interface ResourceQuery {
  readonly resource: string;
  /** One container only; absent: the whole pod. */
  readonly container?: string;
  /** Percent of what is requested, or an amount for each pod. */
  readonly target: { readonly utilization: number } | { readonly average: number };
  readonly currentReplicas: number;
  /** A ratio this close to 1 changes nothing, upwards and downwards. */
  readonly tolerance: { readonly up: number; readonly down: number };
}

export interface ReplicaProposal {
  readonly replicas: number;
  /** Percent of the requests; only for utilization targets. */
  readonly utilization: number | undefined;
  /** For each pod. */
  readonly average: number;
}

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

const usedBy = (usage: PodUsage, pod: Pod, { resource, container }: ResourceQuery): number | undefined => {
  const containers = usage.get(pod.metadata.name);
  if (!containers) return undefined;
  return container === undefined
    ? sum([...containers.values()].map((amounts) => amounts[resource] ?? 0))
    : containers.get(container)?.[resource];
};

/** @throws Error when a container that counts requests nothing */
const requestedBy = ({ metadata, spec }: Pod, { resource, container }: ResourceQuery): number => {
  const counted = spec.containers.filter(({ name }) => container === undefined || name === container);
  return sum(
    counted.map((each) => {
      const amount = requestsOf(each)[resource];
      if (amount === undefined) throw new Error(`missing request for ${resource} in container ${each.name} of Pod ${metadata.name}`);
      return amount;
    }),
  );
};

/**
 * How many replicas bring usage to its target. Pods that are not ready (for cpu) or have no metrics are assumed to use nothing when that
 * keeps the number from growing, and all of the target when it keeps it from shrinking. @throws Error when no pod can be measured
 */
export const proposeReplicas = (pods: readonly Pod[], usage: PodUsage, query: ResourceQuery): ReplicaProposal => {
  const { resource, target, currentReplicas } = query;
  const counted = pods.filter((pod) => !isTerminating(pod) && pod.status?.phase !== 'Failed');
  const measured = counted.filter((pod) => usedBy(usage, pod, query) !== undefined);
  const missing = counted.filter((pod) => !measured.includes(pod));
  const idle = measured.filter((pod) => pod.status?.phase === 'Pending' || (resource === 'cpu' && !isReady(pod)));
  const ready = measured.filter((pod) => !idle.includes(pod));
  if (ready.length === 0) throw new Error(`did not receive metrics for targeted pods (pods might be unready)`);

  const targetOf = (pod: Pod): number => ('utilization' in target ? (requestedBy(pod, query) * target.utilization) / 100 : target.average);
  const ratioOf = (assumed: readonly (readonly [Pod, number])[]): number =>
    (sum(ready.map((pod) => usedBy(usage, pod, query) ?? 0)) + sum(assumed.map(([, used]) => used))) /
    sum([...ready, ...assumed.map(([pod]) => pod)].map(targetOf));
  const used = sum(ready.map((pod) => usedBy(usage, pod, query) ?? 0));
  const ratio = ratioOf([]);
  const result = (replicas: number): ReplicaProposal => ({
    replicas,
    utilization: 'utilization' in target ? Math.floor((used * 100) / sum(ready.map((pod) => requestedBy(pod, query)))) : undefined,
    average: Math.floor(used / ready.length),
  });
  const isTolerated = (value: number): boolean => value >= 1 - query.tolerance.down && value <= 1 + query.tolerance.up;

  const growing = ratio > 1;
  if (missing.length === 0 && !(growing && idle.length > 0)) {
    return result(isTolerated(ratio) ? currentReplicas : Math.ceil(ratio * ready.length - 1e-9));
  }
  const assumed = [
    ...missing.map((pod) => [pod, growing ? 0 : targetOf(pod)] as const),
    ...(growing ? idle.map((pod) => [pod, 0] as const) : []),
  ];
  const corrected = ratioOf(assumed);
  if (isTolerated(corrected) || corrected > 1 !== growing) return result(currentReplicas);
  const replicas = Math.ceil(corrected * (ready.length + assumed.length) - 1e-9);
  return result(growing ? Math.max(replicas, currentReplicas) : Math.min(replicas, currentReplicas));
};
