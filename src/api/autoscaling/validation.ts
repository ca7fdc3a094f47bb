import { parseQuantity } from '../../apimachinery/quantity/parse-quantity.ts';
import { quantitySign } from '../../apimachinery/quantity/quantity.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { forbiddenField, invalid, notSupported, required } from '../../apimachinery/validation/field-errors.ts';
import { childPath, each, nonNegative, optionalOneOf } from '../checks.ts';
import { validateMetric } from './validate-metric.ts';
import { validateReference } from './validate-reference.ts';
import type { HPAScalingRules, HorizontalPodAutoscaler } from './types.gen.ts';

const validateRules = (rules: HPAScalingRules | undefined, path: string): FieldError[] => {
  if (!rules) return [];
  const { stabilizationWindowSeconds: seconds } = rules;
  const errors: FieldError[] = [];
  const secondsPath = childPath(path, 'stabilizationWindowSeconds');
  if (seconds !== undefined && seconds < 0) errors.push(invalid(secondsPath, seconds, 'must be greater than or equal to zero'));
  if (seconds !== undefined && seconds > 3600) errors.push(invalid(secondsPath, seconds, 'must be less than or equal to 3600'));
  errors.push(...optionalOneOf(rules.selectPolicy, ['Disabled', 'Max', 'Min'], childPath(path, 'selectPolicy')));
  if (!rules.policies?.length) errors.push(required(childPath(path, 'policies'), 'must specify at least one Policy'));
  return [
    ...errors,
    ...each(rules.policies, childPath(path, 'policies'), ({ type, value, periodSeconds }, item) => [
      ...(['Percent', 'Pods'].includes(type) ? [] : [notSupported(childPath(item, 'type'), type ?? '', ['Percent', 'Pods'])]),
      ...(value <= 0 ? [invalid(childPath(item, 'value'), value, 'must be greater than zero')] : []),
      ...(periodSeconds <= 0 ? [invalid(childPath(item, 'periodSeconds'), periodSeconds, 'must be greater than zero')] : []),
      ...(periodSeconds > 1800 ? [invalid(childPath(item, 'periodSeconds'), periodSeconds, 'must be less than or equal to 1800')] : []),
    ]),
    ...(rules.tolerance !== undefined && quantitySign(parseQuantity(rules.tolerance)) < 0
      ? [invalid(childPath(path, 'tolerance'), rules.tolerance, 'must be greater than or equal to 0')]
      : []),
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
    // What the core group has to scale is of one kind.
    ...validateReference(spec.scaleTargetRef, 'spec.scaleTargetRef', spec.scaleTargetRef.kind !== 'ReplicationController'),
    ...each(spec.metrics, 'spec.metrics', validateMetric),
    ...(minReplicas === 0 && !spec.metrics?.some(({ type }) => type === 'Object' || type === 'External')
      ? [forbiddenField('spec.metrics', zeroMessage)]
      : []),
    ...validateRules(spec.behavior?.scaleUp, 'spec.behavior.scaleUp'),
    ...validateRules(spec.behavior?.scaleDown, 'spec.behavior.scaleDown'),
  ];
};

/** What the autoscaler counted. */
export const validateHorizontalPodAutoscalerStatus = ({
  status,
}: {
  readonly status?: { readonly currentReplicas?: number; readonly desiredReplicas?: number };
}): FieldError[] => [
  ...nonNegative(status?.currentReplicas, 'status.currentReplicas'),
  ...nonNegative(status?.desiredReplicas, 'status.desiredReplicas'),
];
