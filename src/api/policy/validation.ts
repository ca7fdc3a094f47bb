import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { invalid } from '../../apimachinery/validation/field-errors.ts';
import { validateConditions } from '../../apimachinery/validation/conditions.ts';
import { atMostHundredPercent, countOrPercent, labelSelector, nonNegative, optionalOneOf } from '../checks.ts';
import type { PodDisruptionBudget } from './types.gen.ts';

const amount = (value: number | string | undefined, path: string): FieldError[] => [
  ...countOrPercent(value, path),
  ...atMostHundredPercent(value, path),
];

/** As the original shows it: the internal struct. */
const internalSpec = (spec: PodDisruptionBudget['spec']): object => ({
  MinAvailable: spec.minAvailable ?? null,
  Selector: spec.selector ?? null,
  MaxUnavailable: spec.maxUnavailable ?? null,
  UnhealthyPodEvictionPolicy: spec.unhealthyPodEvictionPolicy ?? null,
});

export const validatePodDisruptionBudget = ({ spec }: PodDisruptionBudget): FieldError[] => [
  ...(spec.minAvailable !== undefined && spec.maxUnavailable !== undefined
    ? [invalid('spec', internalSpec(spec), 'minAvailable and maxUnavailable cannot be both set')]
    : []),
  ...amount(spec.minAvailable, 'spec.minAvailable'),
  ...amount(spec.maxUnavailable, 'spec.maxUnavailable'),
  ...labelSelector(spec.selector, 'spec.selector'),
  ...optionalOneOf(spec.unhealthyPodEvictionPolicy, ['AlwaysAllow', 'IfHealthyBudget'], 'spec.unhealthyPodEvictionPolicy'),
];

const counts = ['disruptionsAllowed', 'currentHealthy', 'desiredHealthy', 'expectedPods'] as const;

/** What the disruption controller counted. */
export const validatePodDisruptionBudgetStatus = ({ status }: PodDisruptionBudget): FieldError[] => [
  ...validateConditions(status?.conditions, 'status.conditions'),
  ...counts.flatMap((name) => nonNegative(status?.[name], `status.${name}`)),
];
