import { formatQuantity } from '../../../apimachinery/quantity/format-quantity.ts';
import { parseQuantity } from '../../../apimachinery/quantity/parse-quantity.ts';
import { quantityOf, quantityToNumber } from '../../../apimachinery/quantity/quantity.ts';
import type { HorizontalPodAutoscaler, MetricSpec, MetricStatus, MetricTarget } from '../../../api/autoscaling/types.gen.ts';
import type { Pod } from '../../../api/core/types.gen.ts';
import type { Client } from '../../../client/contract.ts';
import { errorMessage } from '../common/error-message.ts';
import { readPodUsage } from './pod-usage.ts';
import { proposeReplicas } from './replica-count.ts';
import type { ReplicaProposal, ResourceQuery } from './replica-count.ts';

/** A metric could not be read; `reason` is the condition's. */
export class MetricError extends Error {
  readonly reason: string;
  constructor(reason: string, message: string) {
    super(message);
    this.reason = reason;
  }
}

export interface Measurement {
  readonly replicas: number;
  readonly status: MetricStatus;
  /** For messages: `cpu resource utilization (percentage of request)`. */
  readonly name: string;
}

const defaultTolerance = 0.1;
const amountOf = (resource: string, quantity: string): number => {
  const value = quantityToNumber(parseQuantity(quantity));
  return resource === 'cpu' ? value * 1000 : value;
};
const quantityText = (resource: string, amount: number): string =>
  formatQuantity(resource === 'cpu' ? quantityOf(amount, { exponent: -3 }) : quantityOf(amount, { format: 'BinarySI' }));

const targetOf = (resource: string, { averageUtilization, averageValue }: MetricTarget): ResourceQuery['target'] | undefined => {
  if (averageValue !== undefined) return { average: amountOf(resource, averageValue) };
  return averageUtilization === undefined ? undefined : { utilization: averageUtilization };
};

const currentOf = (resource: string, { utilization, average }: ReplicaProposal) => ({
  averageValue: quantityText(resource, average),
  ...(utilization === undefined ? {} : { averageUtilization: utilization }),
});

/** One metric of the autoscaler and the replicas it asks for. Only the resource metrics API is known. @throws MetricError */
const measureOne = async (
  client: Client,
  autoscaler: HorizontalPodAutoscaler,
  { metric, pods, current }: { readonly metric: MetricSpec; readonly pods: readonly Pod[]; readonly current: number },
): Promise<Measurement> => {
  const source = metric.containerResource ?? metric.resource;
  if (!source)
    throw new MetricError(
      `FailedGet${metric.type}Metric`,
      `unable to get metric of type ${metric.type}: no custom or external metrics API is served`,
    );
  const { name: resource, target } = source;
  const container = metric.containerResource?.container;
  const reason = `FailedGet${container === undefined ? 'Resource' : 'ContainerResource'}Metric`;
  const wanted = targetOf(resource, target);
  if (!wanted)
    throw new MetricError(reason, 'invalid resource metric source: neither an average utilization nor an average value target was set');
  const { scaleUp, scaleDown } = autoscaler.spec.behavior ?? {};
  const toleranceOf = (text: string | undefined): number => (text === undefined ? defaultTolerance : quantityToNumber(parseQuantity(text)));
  try {
    const usage = await readPodUsage(client, autoscaler.metadata.namespace ?? '', { pods, resource });
    const proposal = proposeReplicas(pods, usage, {
      resource,
      target: wanted,
      currentReplicas: current,
      tolerance: { up: toleranceOf(scaleUp?.tolerance), down: toleranceOf(scaleDown?.tolerance) },
      ...(container === undefined ? {} : { container }),
    });
    const now = currentOf(resource, proposal);
    const what =
      'utilization' in wanted
        ? `${resource} ${container === undefined ? '' : 'container '}resource utilization (percentage of request)`
        : `${resource} ${container === undefined ? '' : 'container '}resource`;
    const status: MetricStatus =
      container === undefined
        ? { type: 'Resource', resource: { name: resource, current: now } }
        : { type: 'ContainerResource', containerResource: { name: resource, container, current: now } };
    return { replicas: proposal.replicas, status, name: what };
  } catch (error) {
    const kind = 'utilization' in wanted ? 'utilization' : 'usage';
    throw new MetricError(reason, `failed to get ${resource} ${kind}: ${errorMessage(error)}`);
  }
};

export interface Measurements {
  /** The one that asks for the most; undefined when the autoscaler must not act. */
  readonly decisive: Measurement | undefined;
  readonly statuses: readonly MetricStatus[];
  readonly errors: readonly MetricError[];
}

/** All metrics. When some cannot be read the others may make the target grow, never shrink. */
export const measure = async (
  client: Client,
  autoscaler: HorizontalPodAutoscaler,
  { pods, current }: { readonly pods: readonly Pod[]; readonly current: number },
): Promise<Measurements> => {
  const measured: Measurement[] = [];
  const statuses: MetricStatus[] = [];
  const errors: MetricError[] = [];
  for (const metric of autoscaler.spec.metrics ?? []) {
    try {
      const measurement = await measureOne(client, autoscaler, { metric, pods, current });
      measured.push(measurement);
      statuses.push(measurement.status);
    } catch (error) {
      if (!(error instanceof MetricError)) throw error;
      errors.push(error);
      // As the original shows what it could not read.
      statuses.push({ type: '' });
    }
  }
  const most = measured.toSorted((a, b) => b.replicas - a.replicas)[0];
  const mayAct = most !== undefined && (errors.length === 0 || most.replicas >= current);
  return { decisive: mayAct ? most : undefined, statuses, errors };
};
