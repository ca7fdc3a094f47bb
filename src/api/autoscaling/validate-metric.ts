import { parseQuantity } from '../../apimachinery/quantity/parse-quantity.ts';
import { quantitySign } from '../../apimachinery/quantity/quantity.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { forbiddenField, invalid, notSupported, required } from '../../apimachinery/validation/field-errors.ts';
import { isDns1123Label, isPathSegmentName } from '../../apimachinery/validation/names.ts';
import { checked, childPath } from '../checks.ts';
import { validateContainerResourceName } from '../core/validate-resources.ts';
import type { MetricIdentifier, MetricSpec, MetricTarget } from './types.gen.ts';
import { validateReference } from './validate-reference.ts';

const positive = (value: string | undefined, path: string): FieldError[] =>
  value !== undefined && quantitySign(parseQuantity(value)) <= 0 ? [invalid(path, value, 'must be positive')] : [];

const validateTarget = ({ type, value, averageValue, averageUtilization }: MetricTarget, path: string): FieldError[] => {
  const errors: FieldError[] = [];
  if (!type) errors.push(required(childPath(path, 'type'), 'must specify a metric target type'));
  if (!['Utilization', 'Value', 'AverageValue'].includes(type)) {
    errors.push(invalid(childPath(path, 'type'), type ?? '', 'must be either Utilization, Value, or AverageValue'));
  }
  errors.push(...positive(value, childPath(path, 'value')), ...positive(averageValue, childPath(path, 'averageValue')));
  if (averageUtilization !== undefined && averageUtilization < 1) {
    errors.push(invalid(childPath(path, 'averageUtilization'), averageUtilization, 'must be greater than 0'));
  }
  return errors;
};

const validateName = (metric: MetricIdentifier | undefined, path: string): FieldError[] =>
  metric?.name
    ? checked(isPathSegmentName, metric.name, childPath(path, 'name'))
    : [required(childPath(path, 'name'), 'must specify a metric name')];

/** A raw value or a percentage, not both. */
const resourceTarget = (target: MetricTarget, path: string): FieldError[] => {
  const { averageUtilization, averageValue } = target;
  const errors = validateTarget(target, path);
  if (averageUtilization === undefined && averageValue === undefined) {
    errors.push(required(childPath(path, 'averageUtilization'), 'must set either a target raw value or a target utilization'));
  }
  return averageUtilization !== undefined && averageValue !== undefined
    ? [...errors, forbiddenField(childPath(path, 'averageValue'), 'may not set both a target raw value and a target utilization')]
    : errors;
};

const lacksValue = ({ value, averageValue }: MetricTarget): boolean => value === undefined && averageValue === undefined;
const resourceName = (name: string, path: string): FieldError[] => (name ? [] : [required(path, 'must specify a resource name')]);
const none = {} as MetricTarget;

/** Checks by source, in the order in which the original looks for them. */
const sources: { readonly [K in Exclude<keyof MetricSpec, 'type'>]-?: (source: NonNullable<MetricSpec[K]>, path: string) => FieldError[] } =
  {
    object: ({ describedObject, metric, target = none }, path) => [
      ...validateReference(describedObject, childPath(path, 'describedObject'), false),
      ...validateName(metric, childPath(path, 'metric')),
      ...validateTarget(target, childPath(path, 'target')),
      ...(lacksValue(target) ? [required(childPath(path, 'target.averageValue'), 'must set either a target value or averageValue')] : []),
    ],
    external: ({ metric, target = none }, path) => {
      const errors = [...validateName(metric, childPath(path, 'metric')), ...validateTarget(target, childPath(path, 'target'))];
      if (lacksValue(target)) {
        errors.push(required(childPath(path, 'target.averageValue'), 'must set either a target value for metric or a per-pod target'));
      }
      return target.value !== undefined && target.averageValue !== undefined
        ? [...errors, forbiddenField(childPath(path, 'target.value'), 'may not set both a target value for metric and a per-pod target')]
        : errors;
    },
    pods: ({ metric, target = none }, path) => [
      ...validateName(metric, childPath(path, 'metric')),
      ...validateTarget(target, childPath(path, 'target')),
      ...(target.averageValue === undefined
        ? [required(childPath(path, 'target.averageValue'), 'must specify a positive target averageValue')]
        : []),
    ],
    resource: ({ name, target = none }, path) => [
      ...resourceName(name, childPath(path, 'name')),
      ...resourceTarget(target, childPath(path, 'target')),
    ],
    containerResource: ({ name, container, target = none }, path) => [
      ...(name ? validateContainerResourceName(name, childPath(path, 'name')) : resourceName(name, childPath(path, 'name'))),
      ...(container
        ? checked(isDns1123Label, container, childPath(path, 'container'))
        : [required(childPath(path, 'container'), 'must specify a container')]),
      ...resourceTarget(target, childPath(path, 'target')),
    ],
  };

const types = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];

/** One metric: of a known type, with the source of that type and no other. */
export const validateMetric = (metric: MetricSpec, path: string): FieldError[] => {
  const typePath = childPath(path, 'type');
  const unknown = types.includes(metric.type) ? [] : [notSupported(typePath, metric.type ?? '', types)];
  const errors: FieldError[] = metric.type ? [...unknown] : [required(typePath, 'must specify a metric source type'), ...unknown];
  const present = (Object.keys(sources) as (keyof typeof sources)[]).filter((name) => metric[name] !== undefined);
  const [first] = present;
  if (first !== undefined) {
    const check = sources[first] as (source: unknown, at: string) => FieldError[];
    errors.push(...check(metric[first], childPath(path, first)));
  }
  const expected = unknown.length === 0 ? `${metric.type.charAt(0).toLowerCase()}${metric.type.slice(1)}` : undefined;
  if (expected === undefined) errors.push(...unknown);
  else if (!present.includes(expected as keyof typeof sources)) {
    errors.push(required(childPath(path, expected), 'must populate information for the given metric source'));
  }
  if (present.length === 1) return errors;
  const surplus = present.filter((name) => name !== expected);
  return [...errors, ...surplus.map((name) => forbiddenField(childPath(path, name), 'must populate the given metric source only'))];
};
