import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { forbiddenField, invalid, notSupported, required } from '../../apimachinery/validation/field-errors.ts';
import { isPathSegmentName } from '../../apimachinery/validation/names.ts';
import { childPath, each, oneOf, requiredName } from '../checks.ts';
import type { CrossVersionObjectReference, HPAScalingRules, HorizontalPodAutoscaler, MetricSpec, MetricTarget } from './types.gen.ts';

const validateReference = ({ apiVersion, kind, name }: CrossVersionObjectReference, path: string): FieldError[] => [
  ...requiredName(isPathSegmentName, kind, childPath(path, 'kind')),
  ...requiredName(isPathSegmentName, name, childPath(path, 'name')),
  ...(apiVersion?.includes('/') ? [] : [invalid(childPath(path, 'apiVersion'), apiVersion ?? '', 'apiVersion must specify API group')]),
];

const types = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];
const memberOf: Readonly<Record<string, keyof MetricSpec>> = {
  ContainerResource: 'containerResource',
  External: 'external',
  Object: 'object',
  Pods: 'pods',
  Resource: 'resource',
};

const validateTarget = (target: MetricTarget | undefined, path: string): FieldError[] => {
  const errors: FieldError[] = [];
  if (!target?.type) errors.push(required(childPath(path, 'type'), 'must specify a metric target type'));
  else if (!['Utilization', 'Value', 'AverageValue'].includes(target.type)) {
    errors.push(invalid(childPath(path, 'type'), target.type, 'must be either Utilization, Value, or AverageValue'));
  }
  if (target?.averageUtilization !== undefined && target.averageUtilization < 1) {
    errors.push(invalid(childPath(path, 'averageUtilization'), target.averageUtilization, 'must be greater than 0'));
  }
  return errors;
};

const resourceTarget = (target: MetricTarget, path: string): FieldError[] => {
  if (target.averageUtilization === undefined && target.averageValue === undefined) {
    return [required(childPath(path, 'averageUtilization'), 'must set either a target raw value or a target utilization')];
  }
  return target.averageUtilization !== undefined && target.averageValue !== undefined
    ? [forbiddenField(childPath(path, 'averageValue'), 'may not set both a target raw value and a target utilization')]
    : [];
};

const validateMetric = (metric: MetricSpec, path: string): FieldError[] => {
  if (!metric.type) return [required(childPath(path, 'type'), 'must specify a metric source type')];
  const member = memberOf[metric.type];
  if (member === undefined) return [notSupported(childPath(path, 'type'), metric.type, types)];
  const sourcePath = childPath(path, member);
  const source = metric[member];
  if (typeof source !== 'object') return [required(sourcePath, `must populate information for the given metric source`)];
  const errors = validateTarget(source.target, childPath(sourcePath, 'target'));
  if (member === 'resource' || member === 'containerResource') {
    const { name } = source as { name?: string };
    if (!name) errors.push(required(childPath(sourcePath, 'name'), 'must specify a resource name'));
    errors.push(...resourceTarget(source.target, childPath(sourcePath, 'target')));
  }
  return errors;
};

const validateRules = (rules: HPAScalingRules | undefined, path: string): FieldError[] => {
  if (!rules) return [];
  const { stabilizationWindowSeconds: seconds } = rules;
  const errors: FieldError[] = [];
  const secondsPath = childPath(path, 'stabilizationWindowSeconds');
  if (seconds !== undefined && seconds < 0) errors.push(invalid(secondsPath, seconds, 'must be greater than or equal to zero'));
  if (seconds !== undefined && seconds > 3600) errors.push(invalid(secondsPath, seconds, 'must be less than or equal to 3600'));
  if (rules.selectPolicy !== undefined)
    errors.push(...oneOf(rules.selectPolicy, ['Disabled', 'Max', 'Min'], childPath(path, 'selectPolicy')));
  if (!rules.policies?.length) errors.push(required(childPath(path, 'policies'), 'must specify at least one Policy'));
  return [
    ...errors,
    ...each(rules.policies, childPath(path, 'policies'), ({ type, value, periodSeconds }, item) => [
      ...oneOf(type, ['Percent', 'Pods'], childPath(item, 'type')),
      ...(value <= 0 ? [invalid(childPath(item, 'value'), value, 'must be greater than zero')] : []),
      ...(periodSeconds <= 0 ? [invalid(childPath(item, 'periodSeconds'), periodSeconds, 'must be greater than zero')] : []),
      ...(periodSeconds > 1800 ? [invalid(childPath(item, 'periodSeconds'), periodSeconds, 'must be less than or equal to 1800')] : []),
    ]),
  ];
};

const zeroMessage = 'must specify at least one Object or External metric to support scaling to zero replicas';

export const validateHorizontalPodAutoscaler = ({ spec }: HorizontalPodAutoscaler): FieldError[] => {
  const { minReplicas, maxReplicas } = spec;
  const errors: FieldError[] = [];
  if (minReplicas !== undefined && minReplicas < 1)
    errors.push(invalid('spec.minReplicas', minReplicas, 'must be greater than or equal to 1'));
  if (maxReplicas < 1) errors.push(invalid('spec.maxReplicas', maxReplicas, 'must be greater than 0'));
  if (minReplicas !== undefined && maxReplicas < minReplicas) {
    errors.push(invalid('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`'));
  }
  return [
    ...errors,
    ...validateReference(spec.scaleTargetRef, 'spec.scaleTargetRef'),
    ...each(spec.metrics, 'spec.metrics', validateMetric),
    ...(minReplicas === 0 && !spec.metrics?.some(({ type }) => type === 'Object' || type === 'External')
      ? [forbiddenField('spec.metrics', zeroMessage)]
      : []),
    ...validateRules(spec.behavior?.scaleUp, 'spec.behavior.scaleUp'),
    ...validateRules(spec.behavior?.scaleDown, 'spec.behavior.scaleDown'),
  ];
};
