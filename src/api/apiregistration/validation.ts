import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { invalid, notSupported, required } from '../../apimachinery/validation/field-errors.ts';
import { isDns1035Label, isDns1123Subdomain, isPathSegmentName } from '../../apimachinery/validation/names.ts';
import { isPortNumber } from '../../apimachinery/validation/values.ts';
import { checked, each } from '../checks.ts';
import type { APIService } from './types.gen.ts';

/** The name says what is served; one that fits no path is refused as such. */
const nameErrors = ({ metadata, spec }: APIService): FieldError[] => {
  const wanted = `${spec.version ?? ''}.${spec.group ?? ''}`;
  return (['generateName', 'name'] as const).flatMap((field) => {
    const given = metadata[field];
    if (!given || given === wanted || isPathSegmentName(given).length > 0) return [];
    return [invalid(`metadata.${field}`, given, `must be \`spec.version+"."+spec.group\`: "${wanted}"`)];
  });
};

export const validateApiService = (apiService: APIService): FieldError[] => {
  const { spec } = apiService;
  const { group = '', version = '', service, caBundle } = spec;
  const errors = nameErrors(apiService);
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

export const validateApiServiceStatus = ({ status }: APIService): FieldError[] =>
  each(status?.conditions, 'status.conditions', ({ status: state }, path) =>
    ['True', 'False', 'Unknown'].includes(state) ? [] : [notSupported(`${path}.status`, state ?? '', ['True', 'False', 'Unknown'])],
  );
