import type { Json, JsonObject, UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { compact, metricFromV1, metricToV1, specSide, statusSide } from './convert-metrics.ts';

/** What autoscaling/v1 has no field for travels in these annotations. */
const annotation = {
  metrics: 'autoscaling.alpha.kubernetes.io/metrics',
  currentMetrics: 'autoscaling.alpha.kubernetes.io/current-metrics',
  conditions: 'autoscaling.alpha.kubernetes.io/conditions',
  behavior: 'autoscaling.alpha.kubernetes.io/behavior',
} as const;

/** Which of them are of the specification, and which of the status. */
const specAnnotations = [annotation.metrics, annotation.behavior];
const statusAnnotations = [annotation.currentMetrics, annotation.conditions];

const keepAnnotations =
  (names: readonly string[]) =>
  (
    { metadata }: Pick<UnstructuredObject, 'metadata'>,
    { metadata: { annotations: before } }: Pick<UnstructuredObject, 'metadata'>,
  ): void => {
    const annotations = { ...metadata.annotations };
    for (const name of names) {
      const value = before?.[name];
      if (value === undefined) delete annotations[name];
      else annotations[name] = value;
    }
    if (Object.keys(annotations).length > 0) metadata.annotations = annotations;
    else delete metadata.annotations;
  };

/** An update of an autoscaling/v1 object leaves what it has of the status as it was, whatever its annotations say. */
export const keepStatusOfV1 = keepAnnotations(statusAnnotations);
/** An update of its status leaves the specification. */
export const keepSpecOfV1 = keepAnnotations(specAnnotations);

const objectOf = (value: unknown): JsonObject => (typeof value === 'object' && value !== null ? (value as JsonObject) : {});
const listOf = (value: unknown): JsonObject[] => (Array.isArray(value) ? (value as JsonObject[]) : []);

const cpuUtilization = (metric: JsonObject, holder: 'target' | 'current'): number | undefined => {
  const resource = objectOf(metric['resource']);
  const value = objectOf(resource[holder])['averageUtilization'];
  return metric['type'] === 'Resource' && resource['name'] === 'cpu' && typeof value === 'number' ? value : undefined;
};

/** The annotation holds the original's internal struct, whose members have capitals. */
const recase = (value: unknown, change: (name: string) => string): unknown => {
  if (Array.isArray(value)) return value.map((item) => recase(item, change));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(entries.map(([name, member]) => [change(name), recase(member, change)]));
};
const upperFirst = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);
const lowerFirst = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);

/** Members that are not set are null there. */
const rulesToV1 = (rules: unknown): JsonObject | null => {
  if (rules === undefined || rules === null) return null;
  const { stabilizationWindowSeconds = null, selectPolicy = null, policies = null, tolerance = null } = objectOf(rules);
  return {
    StabilizationWindowSeconds: stabilizationWindowSeconds,
    SelectPolicy: selectPolicy,
    Policies: recase(policies, upperFirst) as Json,
    Tolerance: tolerance,
  };
};

const behaviorToV1 = ({ scaleUp, scaleDown }: JsonObject): JsonObject => ({ ScaleUp: rulesToV1(scaleUp), ScaleDown: rulesToV1(scaleDown) });

/** autoscaling/v2 → v1. */
export const hpaToV1 = (hpa: UnstructuredObject): UnstructuredObject => {
  const { metrics: metricList, behavior, ...spec } = objectOf(hpa['spec']);
  const { currentMetrics, conditions, ...status } = objectOf(hpa['status']);
  const metrics = listOf(metricList);
  const current = listOf(currentMetrics);
  const others = metrics.filter((metric) => cpuUtilization(metric, 'target') === undefined);
  const annotations: Record<string, string> = { ...hpa.metadata.annotations };
  for (const name of Object.values(annotation)) delete annotations[name];
  if (others.length > 0) annotations[annotation.metrics] = JSON.stringify(others.map((metric) => metricToV1(metric, specSide)));
  if (current.length > 0) annotations[annotation.currentMetrics] = JSON.stringify(current.map((metric) => metricToV1(metric, statusSide)));
  if (behavior !== undefined) annotations[annotation.behavior] = JSON.stringify(behaviorToV1(objectOf(behavior)));
  if (listOf(conditions).length > 0) annotations[annotation.conditions] = JSON.stringify(conditions);
  const { annotations: _, ...metadata } = hpa.metadata;
  return {
    ...hpa,
    apiVersion: 'autoscaling/v1',
    metadata: Object.keys(annotations).length > 0 ? { ...metadata, annotations } : metadata,
    spec: compact({ ...spec, targetCPUUtilizationPercentage: lastOf(metrics.map((metric) => cpuUtilization(metric, 'target'))) }),
    status: compact({
      currentReplicas: 0,
      desiredReplicas: 0,
      ...status,
      currentCPUUtilizationPercentage: lastOf(current.map((metric) => cpuUtilization(metric, 'current'))),
    }),
  };
};

const lastOf = (values: readonly (number | undefined)[]): number | undefined => values.findLast((value) => value !== undefined);

/** autoscaling/v1 → v2. Without any metric the target is 80 % of the requested CPU. */
export const hpaFromV1 = (hpa: UnstructuredObject): UnstructuredObject => {
  const { targetCPUUtilizationPercentage, ...spec } = objectOf(hpa['spec']);
  const { currentCPUUtilizationPercentage, currentReplicas, ...status } = objectOf(hpa['status']);
  const annotations: Record<string, string> = { ...hpa.metadata.annotations };
  const parsed = (name: string): unknown => parse(annotations[name]);
  const metrics = listOf(parsed(annotation.metrics)).map((metric) => metricFromV1(metric, specSide));
  if (typeof targetCPUUtilizationPercentage === 'number')
    metrics.push(cpuMetric('target', { type: 'Utilization', averageUtilization: targetCPUUtilizationPercentage }));
  if (metrics.length === 0) metrics.push(cpuMetric('target', { type: 'Utilization', averageUtilization: 80 }));
  const recorded = listOf(parsed(annotation.currentMetrics)).map((metric) => metricFromV1(metric, statusSide));
  const derived =
    typeof currentCPUUtilizationPercentage === 'number'
      ? [cpuMetric('current', { averageUtilization: currentCPUUtilizationPercentage })]
      : [];
  const currentMetrics = recorded.length > 0 ? recorded : derived;
  const behavior = recase(parsed(annotation.behavior), lowerFirst);
  const conditions = listOf(parsed(annotation.conditions));
  for (const name of Object.values(annotation)) delete annotations[name];
  const { annotations: _, ...metadata } = hpa.metadata;
  const { status: hadStatus, ...rest } = hpa;
  return {
    ...rest,
    apiVersion: 'autoscaling/v2',
    metadata: Object.keys(annotations).length > 0 ? { ...metadata, annotations } : metadata,
    spec: compact({ ...spec, metrics, behavior }),
    ...(hadStatus === undefined
      ? {}
      : {
          status: compact({
            ...status,
            // Written in v1 always, in v2 only when there are some.
            currentReplicas: currentReplicas || undefined,
            currentMetrics: currentMetrics.length > 0 ? currentMetrics : null,
            conditions: conditions.length > 0 ? conditions : undefined,
          }),
        }),
  } as UnstructuredObject;
};

const cpuMetric = (holder: 'target' | 'current', numbers: JsonObject): JsonObject => ({
  type: 'Resource',
  resource: { name: 'cpu', [holder]: numbers },
});

/** An annotation that a user broke counts as absent. */
const parse = (text: string | undefined): unknown => {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
};
