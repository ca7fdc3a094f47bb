import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { age } from '../cells.ts';
import { cellsOf } from '../typed.ts';
import { hpaFromV1 } from './convert.ts';
import type { HorizontalPodAutoscaler, MetricSpec, MetricStatus } from './types.gen.ts';

interface Numbers {
  readonly value?: string;
  readonly averageValue?: string;
  readonly averageUtilization?: number;
}

/** `CURRENT/TARGET` of a resource metric, by value or by utilization. */
const resource = (name: string, target: Numbers, current: Numbers | undefined): string => {
  if (target.averageValue !== undefined)
    return `${name}: ${current ? (current.averageValue ?? '<nil>') : '<unknown>'}/${target.averageValue}`;
  const used = current?.averageUtilization === undefined ? '<unknown>' : `${current.averageUtilization}%`;
  return `${name}: ${used}/${target.averageUtilization === undefined ? '<auto>' : `${target.averageUtilization}%`}`;
};

const external = (target: Numbers, current: Numbers | undefined): string =>
  target.averageValue === undefined
    ? `${current ? (current.value ?? '<nil>') : '<unknown>'}/${target.value ?? '<nil>'}`
    : `${current?.averageValue ?? '<unknown>'}/${target.averageValue} (avg)`;

const metricText = (spec: MetricSpec, status: MetricStatus | undefined): string => {
  if (spec.external) return external(spec.external.target, status?.external?.current);
  if (spec.object) return external(spec.object.target, status?.object?.current);
  if (spec.pods)
    return `${status?.pods ? (status.pods.current.averageValue ?? '<nil>') : '<unknown>'}/${spec.pods.target.averageValue ?? '<nil>'}`;
  if (spec.resource) return resource(spec.resource.name, spec.resource.target, status?.resource?.current);
  if (spec.containerResource)
    return resource(spec.containerResource.name, spec.containerResource.target, status?.containerResource?.current);
  return '<unknown type>';
};

const metricsText = ({ spec, status }: HorizontalPodAutoscaler): string => {
  const metrics = (spec.metrics ?? []).map((metric, index) => metricText(metric, status?.currentMetrics?.[index]));
  if (metrics.length === 0) return '<none>';
  return metrics.length > 2 ? `${metrics.slice(0, 2).join(', ')} + ${metrics.length - 2} more...` : metrics.join(', ');
};

export const horizontalPodAutoscalerCells = cellsOf<HorizontalPodAutoscaler>((hpa, now) => [
  hpa.metadata.name,
  `${hpa.spec.scaleTargetRef.kind}/${hpa.spec.scaleTargetRef.name}`,
  metricsText(hpa),
  hpa.spec.minReplicas === undefined ? '<unset>' : String(hpa.spec.minReplicas),
  hpa.spec.maxReplicas,
  hpa.status?.currentReplicas ?? 0,
  age(hpa, now),
]);

export const horizontalPodAutoscalerV1Cells = (hpa: UnstructuredObject, now: Date): readonly unknown[] =>
  horizontalPodAutoscalerCells(hpaFromV1(hpa), now);
