import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { invalid, required } from '../../apimachinery/validation/field-errors.ts';
import { isDns1035Label, isDns1123Subdomain } from '../../apimachinery/validation/names.ts';
import { isPortNumber } from '../../apimachinery/validation/values.ts';
import { checked } from '../checks.ts';
import type { APIService } from './types.gen.ts';

export const validateApiService = ({ metadata, spec }: APIService): FieldError[] => {
  const { group = '', version = '', service, caBundle } = spec;
  const errors: FieldError[] = [];
  const name = `${version}.${group}`;
  if (metadata.name !== name) errors.push(invalid('metadata.name', metadata.name, `must be \`spec.version+"."+spec.group\`: "${name}"`));
  if (!group && version !== 'v1') errors.push(required('spec.group', 'only v1 may have an empty group and it better be legacy kube'));
  if (group) errors.push(...checked(isDns1123Subdomain, group, 'spec.group'));
  errors.push(...checked(isDns1035Label, version, 'spec.version'));
  const minimum = spec.groupPriorityMinimum;
  if (minimum <= 0 || minimum > 20_000) errors.push(invalid('spec.groupPriorityMinimum', minimum, 'must be positive and less than 20000'));
  const priority = spec.versionPriority;
  if (priority <= 0 || priority > 1000) errors.push(invalid('spec.versionPriority', priority, 'must be positive and less than 1000'));
  if (!service) {
    if (caBundle) {
      const size = `${Buffer.from(caBundle, 'base64').length} bytes`;
      errors.push(invalid('spec.caBundle', size, 'local APIServices may not have a caBundle'));
    }
    return spec.insecureSkipTLSVerify
      ? [...errors, invalid('spec.insecureSkipTLSVerify', true, 'local APIServices may not have insecureSkipTLSVerify')]
      : errors;
  }
  if (!service.namespace) errors.push(required('spec.service.namespace'));
  if (!service.name) errors.push(required('spec.service.name'));
  const wrongPort = isPortNumber(service.port ?? 443);
  if (wrongPort.length > 0) errors.push(invalid('spec.service.port', service.port, `port is not valid: ${wrongPort.join(', ')}`));
  return spec.insecureSkipTLSVerify && caBundle
    ? [...errors, invalid('spec.insecureSkipTLSVerify', true, 'may not be true if caBundle is present')]
    : errors;
};
