import type { Container, Pod } from '../../../api/core/types.gen.ts';
import { amountsOf, requestsOf } from '../common/resource-amounts.ts';
import type { Amounts } from '../common/resource-amounts.ts';

/** On a pod: what each of its containers uses, as quantities (`500m`, `1Gi`). */
export const cpuUsageAnnotation = 'simulation.causeway.dev/cpu';
export const memoryUsageAnnotation = 'simulation.causeway.dev/memory';

const idle: Amounts = { cpu: 10, memory: 16 * 1024 * 1024 };

/** What the containers of a simulated pod use, cpu in thousandths and memory in bytes: as annotated, else half of what they request. */
export const simulatedUsage = ({ metadata, spec, status }: Pod): ReadonlyMap<string, Amounts> => {
  const told = amountsOf({
    ...(metadata.annotations?.[cpuUsageAnnotation] ? { cpu: metadata.annotations[cpuUsageAnnotation] } : {}),
    ...(metadata.annotations?.[memoryUsageAnnotation] ? { memory: metadata.annotations[memoryUsageAnnotation] } : {}),
  });
  const usageOf = (container: Container, resource: 'cpu' | 'memory'): number => {
    const requested = requestsOf(container)[resource];
    return told[resource] ?? (requested ? Math.round(requested / 2) : (idle[resource] ?? 0));
  };
  const isRunning = ({ name }: Container): boolean =>
    status?.containerStatuses?.find((other) => other.name === name)?.state?.running !== undefined;
  return new Map(
    spec.containers
      .filter(isRunning)
      .map((container) => [container.name, { cpu: usageOf(container, 'cpu'), memory: usageOf(container, 'memory') }]),
  );
};
