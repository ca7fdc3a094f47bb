import { StatusError } from '../errors/status-error.ts';
import type { FieldError } from '../validation/field-error.ts';
import { hasRules, validateRules } from '../cel/validations.ts';
import { invalid } from '../validation/field-errors.ts';
import { applyDefaults, dropForbiddenNulls } from './defaulting.ts';
import { checkEmbeddedResources } from './embedded-resource.ts';
import { explain } from './explanation.ts';
import { checkTypes } from './go-types.ts';
import type { SchemaSource } from './json-schema.ts';
import { findDuplicates } from './list-identity.ts';
import { prune, type PruneOptions } from './pruning.ts';
import { SchemaNode } from './schema-node.ts';
import { isValid } from './validity.ts';

export interface ValidateOptions {
  /** The stored object: errors of unchanged places are forgiven (ratcheting, KEP-4008). */
  readonly old?: unknown;
  /** Validates only this field of the root, as the status subresource does; messages then start below it. */
  readonly only?: string;
  /** What the caller has told already: rules are not looked at when it stands in their way. */
  readonly before?: readonly FieldError[];
  /** What the caller found by itself, told after what the schema says. */
  readonly besides?: readonly FieldError[];
  /** Does parts of the work, and may take their time: rules, and saying what is wrong where unchanged places are forgiven. */
  readonly time?: <T>(part: 'rules' | 'ratcheting', work: () => T) => T;
  /** Is told of rules that unchanged places break. */
  readonly onForgiven?: (error: FieldError) => void;
}

/** What one schema can do with values. Parts are compiled when first met; all functions are safe to share. */
export interface CompiledSchema {
  readonly root: SchemaNode;
  /** Fills defaults in place. For custom resources it also drops null where null is not allowed, unless `keepNulls`. */
  applyDefaults(value: unknown, options?: { readonly keepNulls?: boolean }): void;
  /** Drops unknown fields in place and returns their paths, such as `spec.containers[0].foo`. */
  prune(value: unknown, options?: PruneOptions): string[];
  /** kube-apiserver's errors for a custom resource: schema, embedded resources, list sets and maps, but no CEL rules. */
  validate(value: unknown, options?: ValidateOptions): FieldError[];
  /** x-kubernetes-validations over a value that `validate` found nothing blocking in. */
  validateRules(value: unknown, options?: ValidateOptions): FieldError[];
  /** `validate`, then `validateRules` unless an error found before would make them meaningless, as for every custom resource. */
  validateResource(value: unknown, options?: ValidateOptions): FieldError[];
  /** @throws {StatusError} BadRequest, when a built-in kind's JSON would not decode into its Go type. */
  checkTypes(value: unknown, kind: { readonly kind: string; readonly version: string }): void;
}

/** Compiles a schema lazily: the cost is paid for the parts that values reach. */
export const compileSchema = (source: SchemaSource): CompiledSchema => {
  const root = new SchemaNode(source.root, source);
  const isBuiltIn = root.schema['x-kubernetes-group-version-kind'] !== undefined;
  return {
    root,
    applyDefaults: shallow((value, { keepNulls = false } = {}) => {
      applyDefaults(value, root);
      // Null in a built-in kind decodes to Go's zero value: its strategy knows what that means.
      if (!isBuiltIn && !keepNulls) dropForbiddenNulls(value, root);
    }),
    prune: shallow((value, options) => prune(value, root, options)),
    validate: shallow((value, options = {}) => validate(value, root, options)),
    validateRules: shallow((value, options = {}) => validateRules(value, root, { old: options.old })),
    validateResource: shallow((value, options = {}) => validateResource(value, root, options)),
    checkTypes: shallow((value, kind) => checkTypes(value, root, kind)),
  };
};

/** Values nested too deep for the stack are the client's mistake, not a failure of the server. */
const shallow =
  <A extends unknown[], R>(work: (...args: A) => R): ((...args: A) => R) =>
  (...args) => {
    try {
      return work(...args);
    } catch (error) {
      if (error instanceof RangeError) throw new StatusError('BadRequest', 'exceeded max depth', { cause: error });
      throw error;
    }
  };

const validate = (value: unknown, root: SchemaNode, { old, only, besides = [], time = untimed }: ValidateOptions): FieldError[] => {
  const lists = (): FieldError[] => (old === undefined || findDuplicates(old, root).length === 0 ? findDuplicates(value, root) : []);
  return [
    ...validateSchema(value, root, { old, time, ...(only === undefined ? {} : { only }) }),
    ...besides,
    ...checkEmbeddedResources(value, root),
    ...lists(),
  ];
};

const untimed: NonNullable<ValidateOptions['time']> = (_, work) => work();

const validateSchema = (value: unknown, root: SchemaNode, { old, only, time = untimed }: ValidateOptions): FieldError[] => {
  const told = (part: unknown, node: SchemaNode, { field, before }: { readonly field: string; readonly before: unknown }): FieldError[] =>
    before === undefined
      ? explain(part, node, { path: '', field })
      : time('ratcheting', () => explain(part, node, { path: '', field, old: { value: before } }));
  if (only === undefined) return isValid(value, root) ? [] : told(value, root, { field: '', before: old });
  const node = root.property(only);
  const field = (value as Record<string, unknown>)[only];
  if (!node || field === undefined || isValid(field, node)) return [];
  const before = (old as Record<string, unknown> | undefined)?.[only];
  return told(field, node, { field: only, before });
};

const blocking = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);
const rulesSkipped =
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';

const validateResource = (value: unknown, root: SchemaNode, options: ValidateOptions): FieldError[] => {
  const errors = validate(value, root, options);
  if (!hasRules(root)) return errors;
  if ([...(options.before ?? []), ...errors].some(({ type }) => blocking.has(type)))
    return [...errors, invalid('<nil>', null, rulesSkipped)];
  const { old, onForgiven, time = untimed } = options;
  return [...errors, ...time('rules', () => validateRules(value, root, { old, onForgiven }))];
};
