import { constraintsOf, hasAllowedType, isMultipleOf, runeCount, typeOf } from './constraints.ts';
import type { JsonSchema } from './json-schema.ts';
import type { SchemaNode } from './schema-node.ts';
import { jsonEqual } from '../equality/json-equal.ts';

type Check<T> = (value: T) => boolean;

/** Whether a value satisfies the schema: the hot path, which builds no paths and no messages. `explain` says why not. */
export const isValid = (value: unknown, node: SchemaNode): boolean => node.derive(isValid, compile)(value);

/** One closure for each place, holding only the checks that its keywords ask for. */
const compile = (node: SchemaNode): Check<unknown> => {
  const constraints = constraintsOf(node);
  const always = [...enumChecks(node), ...combinationChecks(node)];
  const strings = stringChecks(node);
  const numbers = numberChecks(node.schema);
  const acceptsType = new Map<string, boolean>();
  for (const type of ['null', 'array', 'integer', 'number', 'string', 'boolean', 'object']) {
    acceptsType.set(type, hasAllowedType(constraints, type));
  }
  return (value) => {
    const type = typeOf(value);
    if (acceptsType.get(type) !== true) return false;
    if (value === null) return constraints.enum === undefined;
    for (const check of always) if (!check(value)) return false;
    if (typeof value === 'string') return passes(strings, value);
    if (typeof value === 'number' || typeof value === 'bigint') return passes(numbers, value);
    if (Array.isArray(value)) return isValidArray(value, node);
    return type !== 'object' || isValidObject(value as Record<string, unknown>, node);
  };
};

const passes = <T>(checks: readonly Check<T>[], value: T): boolean => {
  for (const check of checks) if (!check(value)) return false;
  return true;
};

const enumChecks = (node: SchemaNode): Check<unknown>[] => {
  const allowed = constraintsOf(node).enum;
  if (!allowed) return [];
  const scalars = new Set<unknown>(allowed);
  return [(value) => scalars.has(value) || (typeof value === 'object' && allowed.some((item) => jsonEqual(item, value)))];
};

const combinationChecks = (node: SchemaNode): Check<unknown>[] => {
  const { anyOf, oneOf, allOf, not } = constraintsOf(node);
  const checks: Check<unknown>[] = [];
  if (anyOf.length > 0) checks.push((value) => anyOf.some((branch) => isValid(value, branch)));
  if (oneOf.length > 0) checks.push((value) => oneOf.filter((branch) => isValid(value, branch)).length === 1);
  if (allOf.length > 0) checks.push((value) => allOf.every((branch) => isValid(value, branch)));
  if (not) checks.push((value) => !isValid(value, not));
  return checks;
};

const stringChecks = (node: SchemaNode): Check<string>[] => {
  const { maxLength, minLength } = node.schema;
  const { pattern, isFormat } = constraintsOf(node);
  const checks: Check<string>[] = [];
  if (maxLength !== undefined) checks.push((value) => value.length <= maxLength || runeCount(value) <= maxLength);
  if (minLength !== undefined) checks.push((value) => runeCount(value) >= minLength);
  if (pattern) checks.push((value) => pattern.test(value));
  if (isFormat) checks.push(isFormat);
  return checks;
};

const numberChecks = ({ minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }: JsonSchema): Check<number | bigint>[] => {
  const checks: Check<number | bigint>[] = [];
  if (maximum !== undefined) checks.push(exclusiveMaximum ? (value) => value < maximum : (value) => value <= maximum);
  if (minimum !== undefined) checks.push(exclusiveMinimum ? (value) => value > minimum : (value) => value >= minimum);
  if (multipleOf !== undefined) checks.push((value) => isMultipleOf(value, multipleOf));
  return checks;
};

const isValidArray = (value: readonly unknown[], node: SchemaNode): boolean => {
  const { minItems, maxItems } = node.schema;
  if ((minItems !== undefined && value.length < minItems) || (maxItems !== undefined && value.length > maxItems)) return false;
  const items = node.items;
  if (items) for (const item of value) if (!isValid(item, items)) return false;
  return true;
};

const isValidObject = (value: Record<string, unknown>, node: SchemaNode): boolean => {
  const { minProperties, maxProperties, additionalProperties } = node.schema;
  for (const name of constraintsOf(node).required) if (value[name] === undefined) return false;
  let count = 0;
  for (const name in value) {
    count++;
    const child = node.property(name) ?? node.additional;
    if (child ? !isValid(value[name], child) : additionalProperties === false) return false;
  }
  return (minProperties === undefined || count >= minProperties) && (maxProperties === undefined || count <= maxProperties);
};
