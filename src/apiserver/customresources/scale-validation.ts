import type { ScalePaths } from '../../api/kind-definition.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { invalid } from '../../apimachinery/validation/field-errors.ts';

const maxInt32 = 2 ** 31 - 1;

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

const goTypeOf = (value: unknown): string => {
  if (Array.isArray(value)) return '[]interface {}';
  if (isRecord(value)) return 'map[string]interface {}';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  return Number.isSafeInteger(value) || typeof value === 'bigint' ? 'int64' : 'float64';
};

/** A value as Go's fmt prints it with %v. */
const goText = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (!isRecord(value)) return value === null ? '<nil>' : String(value);
  const fields = Object.keys(value).toSorted();
  return `map[${fields.map((field) => `${field}:${goText(value[field])}`).join(' ')}]`;
};

/** What stands at a path such as `.spec.replicas`; undefined when nothing does, an error when the way there is barred. */
const lookUp = (object: unknown, path: string): { readonly value?: unknown; readonly error?: string } => {
  let value = object;
  let way = '';
  for (const field of path.replace(/^\./, '').split('.')) {
    way += `.${field}`;
    if (value === undefined || value === null) return {};
    if (!isRecord(value))
      return { error: `${way} accessor error: ${goText(value)} is of the type ${goTypeOf(value)}, expected map[string]interface{}` };
    value = value[field];
  }
  return { value };
};

const mismatch = (path: string, value: unknown, expected: string): string =>
  `.${path.replace(/^\./, '')} accessor error: ${goText(value)} is of the type ${value === null ? '<nil>' : goTypeOf(value)}, expected ${expected}`;

const checkReplicas = (object: unknown, path: string): FieldError[] => {
  const { value, error } = lookUp(object, path);
  if (error !== undefined) return [invalid(path, 0, error)];
  if (value === undefined) return [];
  if (goTypeOf(value) !== 'int64') return [invalid(path, 0, mismatch(path, value, 'int64'))];
  const replicas = Number(value);
  if (replicas < 0) return [invalid(path, replicas, 'should be a non-negative integer')];
  return replicas > maxInt32 ? [invalid(path, replicas, `should be less than or equal to ${maxInt32}`)] : [];
};

const checkSelector = (object: unknown, path: string): FieldError[] => {
  const { value, error } = lookUp(object, path);
  if (error !== undefined) return [invalid(path, '', error)];
  return value === undefined || typeof value === 'string' ? [] : [invalid(path, '', mismatch(path, value, 'string'))];
};

/** Checks the places that a custom kind's scale subresource reads: counts that an int32 holds, a selector that is text. */
export const validateScalePaths = (object: unknown, paths: ScalePaths, { only }: { readonly only?: 'status' } = {}): FieldError[] => [
  ...(only === 'status' ? [] : checkReplicas(object, paths.specReplicasPath)),
  ...checkReplicas(object, paths.statusReplicasPath),
  ...(paths.labelSelectorPath === undefined ? [] : checkSelector(object, paths.labelSelectorPath)),
];
