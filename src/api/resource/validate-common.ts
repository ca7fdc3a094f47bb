import { createEnvironment, type Environment } from '../../apimachinery/cel/environment.ts';
import { compileFailure } from '../../apimachinery/cel/source-error.ts';
import { compile } from '../../apimachinery/cel/program.ts';
import { dynType } from '../../apimachinery/cel/types.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { duplicate, invalid, required, tooLong, tooMany } from '../../apimachinery/validation/field-errors.ts';
import { byteLength, isDns1123Subdomain, patternCheck } from '../../apimachinery/validation/names.ts';
import { checked, childPath, each } from '../checks.ts';
import { csiDriverName } from '../core/validate-volume-sources.ts';
import type { DeviceSelector, OpaqueDeviceConfiguration } from './types.gen.ts';

/** Most items of requests, constraints, configurations and selectors. */
export const maxItems = 32;
const maxExpressionBytes = 10 * 1024;
const maxParametersBytes = 10 * 1024;

/** A list of few items, no two with the same key; a key given twice is the item's error. */
export const validateSet = <T>(
  items: readonly T[] | undefined,
  path: string,
  {
    keyOf,
    check,
    most = maxItems,
    shown,
  }: {
    keyOf?: (item: T) => string;
    check: (item: T, path: string) => FieldError[];
    most?: number;
    /** What a repeated item is called, its key unless told. */
    shown?: (item: T) => unknown;
  },
): FieldError[] => {
  const seen = new Set<string>();
  const count = items?.length ?? 0;
  if (count > most) return [tooMany(path, count, most)];
  return [
    ...each(items, path, check),
    ...each(items, path, (item, at) => {
      const key = keyOf?.(item);
      if (key === undefined) return [];
      const isRepeated = seen.has(key);
      seen.add(key);
      return isRepeated ? [duplicate(at, shown ? shown(item) : key)] : [];
    }),
  ];
};

let environment: Environment | undefined;

const validateSelector = ({ cel }: DeviceSelector, path: string): FieldError[] => {
  if (!cel) return [required(childPath(path, 'cel'))];
  const at = childPath(path, 'cel.expression');
  const { expression = '' } = cel;
  const errors = byteLength(expression) > maxExpressionBytes ? [tooLong(at, maxExpressionBytes)] : [];
  try {
    // A device's attributes are known only when there is one.
    environment ??= createEnvironment([{ name: 'device', type: dynType }]);
    const { type } = compile(expression, environment);
    if (type.kind !== 'bool' && type.kind !== 'dyn')
      errors.push(invalid(at, expression, 'must evaluate to bool or the unknown type, not the type of this expression'));
  } catch (error) {
    errors.push(invalid(at, expression, compileFailure(error)));
  }
  return errors;
};

/** Expressions that choose devices. */
export const validateSelectors = (selectors: readonly DeviceSelector[] | undefined, path: string): FieldError[] =>
  validateSet(selectors, path, { check: validateSelector });

/** Parameters that only the driver understands: an object, not too large. */
export const validateOpaque = (opaque: OpaqueDeviceConfiguration | undefined, path: string): FieldError[] => {
  if (!opaque) return [required(path)];
  const errors = csiDriverName(opaque.driver, childPath(path, 'driver'));
  const at = childPath(path, 'parameters');
  const { parameters } = opaque as { readonly parameters?: unknown };
  if (parameters === undefined || parameters === null) return [...errors, required(at)];
  if (typeof parameters !== 'object' || Array.isArray(parameters)) {
    return [...errors, invalid(at, '<value omitted>', 'must be a valid JSON object')];
  }
  return JSON.stringify(parameters).length > maxParametersBytes ? [...errors, tooLong(at, maxParametersBytes)] : errors;
};

const maxIdBytes = 32;

const isIdentifier = patternCheck({
  pattern: '[A-Za-z_][A-Za-z0-9_]*',
  message: "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
  examples: ['my_name', 'MY_NAME', 'MyName'],
});

/** The name of an attribute or a capacity: an identifier, with its domain perhaps. */
export const qualifiedDeviceName = (name: string, path: string): FieldError[] => {
  const parts = name.split('/');
  // The original has nothing to say about more parts.
  if (parts.length > 2) return [];
  const id = parts.at(-1) ?? '';
  const domain = parts.length === 2 ? (parts[0] ?? '') : undefined;
  const errors: FieldError[] = [];
  if (domain === '') errors.push(invalid(path, '', 'the domain must not be empty'));
  else if (domain !== undefined) errors.push(...checked(isDns1123Subdomain, domain, path));
  if (id.length > maxIdBytes) errors.push(tooLong(path, maxIdBytes));
  return [...errors, ...checked(isIdentifier, id, path)];
};

const maxPoolBytes = 253;

/** The name of a pool: subdomains, separated by slashes. */
export const poolName = (name: string | undefined, path: string): FieldError[] => {
  if (!name) return [required(path)];
  return [
    ...(name.length > maxPoolBytes ? [tooLong(path, maxPoolBytes)] : []),
    ...name.split('/').flatMap((part) => checked(isDns1123Subdomain, part, path)),
  ];
};
