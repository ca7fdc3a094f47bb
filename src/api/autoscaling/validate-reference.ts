import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { invalid } from '../../apimachinery/validation/field-errors.ts';
import { isPathSegmentName } from '../../apimachinery/validation/names.ts';
import { childPath, requiredName } from '../checks.ts';
import type { CrossVersionObjectReference } from './types.gen.ts';

/** An object by kind and name; what is scaled also needs its API group, unless it is of the core. */
export const validateReference = (
  { apiVersion, kind, name }: CrossVersionObjectReference,
  path: string,
  needsGroup: boolean,
): FieldError[] => [
  ...requiredName(isPathSegmentName, kind, childPath(path, 'kind')),
  ...requiredName(isPathSegmentName, name, childPath(path, 'name')),
  ...(needsGroup ? versionErrors(apiVersion ?? '', childPath(path, 'apiVersion')) : []),
];

const versionErrors = (apiVersion: string, path: string): FieldError[] => {
  const parts = apiVersion.split('/');
  if (parts.length > 2) return [invalid(path, apiVersion, `unexpected GroupVersion string: ${apiVersion}`)];
  return parts.length === 2 && parts[0] !== '' ? [] : [invalid(path, apiVersion, 'apiVersion must specify API group')];
};
