import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { required } from '../../apimachinery/validation/field-errors.ts';
import { nonNegative } from '../checks.ts';
import type { ReplicationController } from './types.gen.ts';
import { validateWorkloadTemplate } from './validate-pod-template.ts';

export const validateReplicationController = ({ spec }: ReplicationController): FieldError[] => {
  const errors = nonNegative(spec.minReadySeconds, 'spec.minReadySeconds');
  const { selector } = spec;
  if (!selector || Object.keys(selector).length === 0) errors.push(required('spec.selector'));
  errors.push(...nonNegative(spec.replicas, 'spec.replicas'));
  if (!spec.template) return [...errors, required('spec.template')];
  const options = { selector: { matchLabels: selector ?? {} }, kind: 'ReplicationController' };
  return [...errors, ...validateWorkloadTemplate(spec.template, 'spec.template', options)];
};
