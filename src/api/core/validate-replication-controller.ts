import { labelSelectorFromMap } from '../../apimachinery/selectors/label-selector.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { invalid, required } from '../../apimachinery/validation/field-errors.ts';
import { nonNegative } from '../checks.ts';
import type { ReplicationController } from './types.gen.ts';
import { validateWorkloadTemplate } from './validate-pod-template.ts';

export const validateReplicationController = ({ spec }: ReplicationController): FieldError[] => {
  const errors = nonNegative(spec.minReadySeconds, 'spec.minReadySeconds');
  const { selector } = spec;
  if (!selector || Object.keys(selector).length === 0) errors.push(required('spec.selector'));
  errors.push(...nonNegative(spec.replicas, 'spec.replicas'));
  if (!spec.template) return [...errors, required('spec.template')];
  const options = { selector: labelSelectorFromMap(selector ?? {}), kind: 'ReplicationController' };
  return [...errors, ...validateWorkloadTemplate(spec.template, 'spec.template', options)];
};

const counts = ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration'] as const;

/** What the controller counted. */
export const validateReplicationControllerStatus = ({ status = { replicas: 0 } }: ReplicationController): FieldError[] => {
  const { replicas, readyReplicas = 0, availableReplicas = 0 } = status;
  return [
    ...counts.flatMap((name) => nonNegative(status[name], `status.${name}`)),
    ...(['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'] as const)
      .filter((name) => (status[name] ?? 0) > replicas)
      .map((name) => invalid(`status.${name}`, status[name] ?? 0, 'cannot be greater than status.replicas')),
    ...(availableReplicas > readyReplicas
      ? [invalid('status.availableReplicas', availableReplicas, 'cannot be greater than readyReplicas')]
      : []),
  ];
};
