import { parseQuantity } from '../../../apimachinery/quantity/parse-quantity.ts';
import { powerOfTen, scaleQuantity } from '../../../apimachinery/quantity/quantity.ts';
import type { Cluster } from '../../fleet/api/cluster.ts';
import type { ReplicaRequirements } from '../api/resource-binding.ts';

const nano = (value: string | number | undefined): bigint => (value === undefined ? 0n : scaleQuantity(parseQuantity(value), -9).mantissa);

/**
 * How many more replicas fit a cluster by its resource summary: the least over resources of (allocatable − allocated − allocating) / request,
 * bounded by the free pod slots; `reserved` is taken off first. A cluster without a summary has no room: nothing is known about it yet.
 */
export const estimateReplicas = (
  { status }: Cluster,
  requirements: ReplicaRequirements | undefined,
  reserved: Readonly<Record<string, string | number>> = {},
): number => {
  const summary = status?.resourceSummary;
  if (!summary?.allocatable) return 0;
  const free = (name: string): bigint =>
    nano(summary.allocatable?.[name]) - nano(summary.allocated?.[name]) - nano(summary.allocating?.[name]) - nano(reserved[name]);
  let fits = summary.allocatable['pods'] === undefined ? BigInt(Number.MAX_SAFE_INTEGER) : free('pods') / powerOfTen(9);
  for (const [name, request] of Object.entries(requirements?.resourceRequest ?? {})) {
    const each = nano(request);
    if (each <= 0n) continue;
    const count = free(name) / each;
    if (count < fits) fits = count;
  }
  return fits < 0n ? 0 : Number(fits);
};
