import type { Json } from '../meta/object.ts';
import { formatOf, type StringFormat } from './formats.ts';
import { compileRegularExpression, type RegularExpression } from './regular-expression.ts';
import type { SchemaNode } from './schema-node.ts';

/** What a value must satisfy at one place, digested from the keywords once. Lengths count code points. */
export interface Constraints {
  /** JSON types; empty when any is allowed. int-or-string is both. */
  readonly types: readonly string[];
  readonly nullable: boolean;
  /** The format's name, when kube-apiserver checks it in custom resources. */
  readonly format: string | undefined;
  readonly isFormat: StringFormat | undefined;
  readonly pattern: RegularExpression | undefined;
  readonly enum: readonly Json[] | undefined;
  readonly required: readonly string[];
  readonly anyOf: readonly SchemaNode[];
  readonly oneOf: readonly SchemaNode[];
  readonly allOf: readonly SchemaNode[];
  readonly not: SchemaNode | undefined;
}

/** The digested keywords of a node. @throws {Error} when its pattern is no regular expression. */
export const constraintsOf = (node: SchemaNode): Constraints => node.derive(constraintsOf, digest);

const digest = (node: SchemaNode): Constraints => {
  const { schema } = node;
  const isFormat = schema.format === undefined ? undefined : formatOf(schema.format);
  return {
    types: schema['x-kubernetes-int-or-string'] ? ['integer', 'string'] : schema.type ? [schema.type] : [],
    nullable: schema.nullable === true,
    format: isFormat && schema.format,
    isFormat,
    pattern: schema.pattern ? compileRegularExpression(schema.pattern) : undefined,
    enum: schema.enum?.length ? schema.enum : undefined,
    required: schema.required ?? [],
    anyOf: (schema.anyOf ?? []).map((branch) => node.child(branch)),
    oneOf: (schema.oneOf ?? []).map((branch) => node.child(branch)),
    allOf: (schema.allOf ?? []).map((branch) => node.child(branch)),
    not: schema.not && node.child(schema.not),
  };
};

/** The JSON type of a decoded value; 1.0 is an integer, as JSON does not tell. A float64 beyond 2^53 is none. */
export const typeOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'integer' : 'number';
  if (typeof value === 'bigint') return 'integer';
  return typeof value;
};

/** Whether a value has an allowed type. A string format without a number type exempts strings and arrays, as kube-apiserver's check does. */
export const hasAllowedType = (constraints: Constraints, type: string): boolean => {
  const { types, format } = constraints;
  if (types.length === 0 && format === undefined) return true;
  if (type === 'null') return types.length === 0 || constraints.nullable;
  const numeric = types.includes('number') || types.includes('integer');
  if (format !== undefined && !numeric && (type === 'string' || type === 'array')) return true;
  return types.includes(type) || (type === 'integer' && types.includes('number'));
};

/** The length of a string in code points, as Go counts runes. */
export const runeCount = (text: string): number => {
  let count = text.length;
  for (let index = 0; index < text.length - 1; index++) {
    const unit = text.charCodeAt(index);
    if (unit >= 0xd800 && unit < 0xdc00) {
      const next = text.charCodeAt(index + 1);
      if (next >= 0xdc00 && next < 0xe000) {
        count--;
        index++;
      }
    }
  }
  return count;
};

/** Relative room for binary fractions. */
const epsilon = 1e-9;

/** Whether a quotient is an integer that a float64 tells from its neighbours. */
const isWhole = (quotient: number): boolean => {
  if (!(Math.abs(quotient) <= 2 ** 53)) return false;
  const truncated = Math.trunc(quotient);
  return quotient === truncated || Math.abs(quotient - truncated) / (Math.abs(quotient) + Math.abs(truncated)) < epsilon;
};

/** The factor as it is compared with a value: an integer is divided by an integer, whatever the factor's fraction was. */
export const effectiveFactor = (value: number | bigint, factor: number): number =>
  typeof value === 'bigint' || Number.isSafeInteger(value) ? Math.trunc(factor) : factor;

/** Whether `value` divides by `factor`; nothing divides by a factor that is not positive. */
export const isMultipleOf = (value: number | bigint, factor: number): boolean => {
  const divisor = effectiveFactor(value, factor);
  if (divisor <= 0) return false;
  if (typeof value === 'bigint') return value % BigInt(divisor) === 0n;
  if (Number.isSafeInteger(value)) return value % divisor === 0;
  return isWhole(divisor < 1 ? (1 / divisor) * value : value / divisor);
};
