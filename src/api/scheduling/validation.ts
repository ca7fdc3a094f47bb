import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { forbiddenField, invalid } from '../../apimachinery/validation/field-errors.ts';
import { oneOf } from '../checks.ts';
import type { PriorityClass } from './types.gen.ts';

/** Above it is the system's own. */
const highestUserValue = 1_000_000_000;
const systemValues: Readonly<Record<string, number>> = { 'system-cluster-critical': 2_000_000_000, 'system-node-critical': 2_000_001_000 };

export const validatePriorityClass = ({ metadata, value, preemptionPolicy }: PriorityClass): FieldError[] => {
  const errors: FieldError[] = [];
  const { name = '' } = metadata as { readonly name?: string };
  if (name.startsWith('system-')) {
    if (systemValues[name] !== value) {
      const message = "priority class names with 'system-' prefix are reserved for system use only. error: ";
      const reason =
        name in systemValues
          ? `value of ${name} PriorityClass must be ${systemValues[name]}`
          : `${name} is not a known system priority class`;
      errors.push(forbiddenField('metadata.name', message + reason));
    }
  } else if (value > highestUserValue)
    errors.push(forbiddenField('value', `maximum allowed value of a user defined priority is ${highestUserValue}`));
  return [
    ...errors,
    ...(preemptionPolicy === undefined ? [] : oneOf(preemptionPolicy, ['PreemptLowerPriority', 'Never'], 'preemptionPolicy')),
  ];
};

export const validatePriorityClassUpdate = (priorityClass: PriorityClass, old: PriorityClass): FieldError[] => {
  const errors = priorityClass.value === old.value ? [] : [forbiddenField('value', 'may not be changed in an update.')];
  if (priorityClass.preemptionPolicy === old.preemptionPolicy) return errors;
  return [...errors, invalid('preemptionPolicy', priorityClass.preemptionPolicy, 'field is immutable')];
};
