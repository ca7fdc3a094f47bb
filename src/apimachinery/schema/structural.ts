import type { FieldError } from '../validation/field-error.ts';
import { forbiddenField, invalid, required } from '../validation/field-errors.ts';
import { formatFieldError } from '../validation/format-field-error.ts';
import { jsonEqual } from '../equality/json-equal.ts';
import type { JsonSchema } from './json-schema.ts';
import { compileRegularExpression } from './regular-expression.ts';
import { findIncomplete } from './structural-completeness.ts';

type Level = 'root' | 'item' | 'field';

/** The rules that make a schema structural (KEP-1027): every value's type is known before any validation. Sorted by message. */
export const validateStructural = (schema: JsonSchema, path: string): FieldError[] =>
  [...checkPlace(schema, 'root', path), ...findIncomplete(schema, path)]
    .map((error) => ({ error, text: formatFieldError(error) }))
    .toSorted((left, right) => (left.text < right.text ? -1 : left.text > right.text ? 1 : 0))
    .map(({ error }) => error);

const emptyTypeDetails: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};

const intOrString = [{ type: 'integer' }, { type: 'string' }];

const checkPlace = (schema: JsonSchema, level: Level, path: string): FieldError[] => {
  const errors: FieldError[] = [];
  const { items, properties = {}, additionalProperties } = schema;
  if (schema.type === 'array' && !items) errors.push(required(`${path}.items`, 'must be specified'));
  if (items) errors.push(...checkPlace(items, 'item', `${path}.items`));
  for (const [name, property] of Object.entries(properties)) errors.push(...checkPlace(property, 'field', `${path}.properties[${name}]`));
  if (additionalProperties !== undefined) {
    if (level === 'root') errors.push(forbiddenField(`${path}.additionalProperties`, 'must not be used at the root'));
    if (typeof additionalProperties === 'object') errors.push(...checkPlace(additionalProperties, 'field', `${path}.additionalProperties`));
  }
  const skipAnyOf = jsonEqual(schema.anyOf, intOrString);
  const skipFirstAllOf = jsonEqual(schema.allOf?.[0]?.anyOf, intOrString);
  return [
    ...errors,
    ...checkExtensions(schema, path),
    ...checkValidations(schema, path, { skipAnyOf, skipFirstAllOf }),
    ...checkType(schema, level, path),
    ...checkMetadata(schema, level, path),
  ];
};

const checkExtensions = (schema: JsonSchema, path: string): FieldError[] => {
  if (!schema['x-kubernetes-int-or-string']) return [];
  return (['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource'] as const)
    .filter((extension) => schema[extension])
    .map((extension) => invalid(`${path}.${extension}`, true, 'must be false if x-kubernetes-int-or-string is true'));
};

const checkType = (schema: JsonSchema, level: Level, path: string): FieldError[] => {
  const { type = '' } = schema;
  const errors: FieldError[] = [];
  const detail = 'must be object if x-kubernetes-embedded-resource is true';
  if (schema['x-kubernetes-embedded-resource'] && type !== 'object') {
    errors.push(type === '' ? required(`${path}.type`, detail) : invalid(`${path}.type`, type, detail));
  } else if (type === '' && !schema['x-kubernetes-int-or-string'] && !schema['x-kubernetes-preserve-unknown-fields']) {
    errors.push(required(`${path}.type`, emptyTypeDetails[level]));
  }
  if (level === 'root' && type !== '' && type !== 'object') errors.push(invalid(`${path}.type`, type, 'must be object at the root'));
  return errors;
};

const checkMetadata = (schema: JsonSchema, level: Level, path: string): FieldError[] => {
  const errors: FieldError[] = [];
  const { properties = {} } = schema;
  const embedded = schema['x-kubernetes-embedded-resource'] === true;
  if (embedded && schema.additionalProperties !== undefined) {
    errors.push(forbiddenField(`${path}.additionalProperties`, 'must not be used if x-kubernetes-embedded-resource is set'));
  }
  if (embedded && !schema['x-kubernetes-preserve-unknown-fields'] && Object.keys(properties).length === 0) {
    const detail = 'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields';
    errors.push(required(`${path}.properties`, detail));
  }
  if (level !== 'root' && !embedded) return errors;
  for (const [name, type] of Object.entries({ kind: 'string', apiVersion: 'string', metadata: 'object' })) {
    const found = properties[name];
    if (found && found.type !== type) errors.push(invalid(`${path}.properties[${name}].type`, found.type ?? '', `must be ${type}`));
  }
  const metadata = properties['metadata'];
  if (level === 'root' && metadata && !specifiesNamesOnly(metadata)) {
    const detail = 'must not specify anything other than name and generateName, but metadata is implicitly specified';
    errors.push(forbiddenField(`${path}.properties[metadata]`, detail));
  }
  return errors;
};

const specifiesNamesOnly = ({ type: _type, default: _default, properties = {}, ...others }: JsonSchema): boolean =>
  Object.keys(others).length === 0 && Object.keys(properties).every((name) => name === 'name' || name === 'generateName');

interface ValidationContext {
  readonly skipAnyOf?: boolean;
  readonly skipFirstAllOf?: boolean;
}

const checkValidations = (schema: JsonSchema, path: string, context: ValidationContext = {}): FieldError[] => {
  const errors: FieldError[] = [];
  if (!context.skipAnyOf) schema.anyOf?.forEach((nested, index) => errors.push(...checkNested(nested, `${path}.anyOf[${index}]`)));
  schema.allOf?.forEach((nested, index) =>
    errors.push(...checkNested(nested, `${path}.allOf[${index}]`, { skipAnyOf: context.skipFirstAllOf === true && index === 0 })),
  );
  schema.oneOf?.forEach((nested, index) => errors.push(...checkNested(nested, `${path}.oneOf[${index}]`)));
  if (schema.not) errors.push(...checkNested(schema.not, `${path}.not`));
  const patternError = schema.pattern === undefined ? undefined : findPatternError(schema.pattern);
  if (patternError !== undefined) {
    errors.push(invalid(`${path}.pattern`, schema.pattern, `must be a valid regular expression, but isn't: ${patternError}`));
  }
  return errors;
};

/** What is wrong with an RE2 expression, in Go's words, or undefined. */
export const findPatternError = (pattern: string): string | undefined => {
  try {
    compileRegularExpression(pattern);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

/** Keywords that may not stand inside allOf, anyOf, oneOf or not, and how the refusal says it. */
const forbiddenNested: readonly (readonly [keyof JsonSchema, 'empty' | 'undefined' | 'false'])[] = [
  ['type', 'empty'],
  ['additionalProperties', 'undefined'],
  ['default', 'undefined'],
  ['title', 'empty'],
  ['description', 'empty'],
  ['nullable', 'false'],
  ['x-kubernetes-preserve-unknown-fields', 'false'],
  ['x-kubernetes-embedded-resource', 'false'],
  ['x-kubernetes-int-or-string', 'false'],
  ['x-kubernetes-list-map-keys', 'empty'],
  ['x-kubernetes-list-type', 'undefined'],
  ['x-kubernetes-map-type', 'undefined'],
  ['x-kubernetes-validations', 'empty'],
];

const isSet = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && value !== false && !(Array.isArray(value) && value.length === 0);

const checkNested = (schema: JsonSchema, path: string, context: ValidationContext = {}): FieldError[] => {
  const errors = checkValidations(schema, path, context);
  if (schema.items) errors.push(...checkNested(schema.items, `${path}.items`));
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    errors.push(...checkNested(property, `${path}.properties[${name}]`));
  }
  for (const [keyword, must] of forbiddenNested) {
    const found = must === 'undefined' ? schema[keyword] !== undefined && schema[keyword] !== null : isSet(schema[keyword]);
    if (found) errors.push(forbiddenField(`${path}.${keyword}`, `must be ${must} to be structural`));
  }
  if (schema.properties && Object.hasOwn(schema.properties, 'metadata')) {
    errors.push(forbiddenField(`${path}.properties[metadata]`, 'must not be specified in a nested context'));
  }
  return errors;
};
