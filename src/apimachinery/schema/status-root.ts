import type { FieldError } from '../validation/field-error.ts';
import { invalid } from '../validation/field-errors.ts';
import type { JsonSchema } from './json-schema.ts';

/** Keywords that may not stand at the root when status is a subresource, and `type`, in the order in which they are looked for. */
const order = [
  'id',
  '$schema',
  '$ref',
  'type',
  'nullable',
  'default',
  'enum',
  'maxProperties',
  'minProperties',
  'allOf',
  'oneOf',
  'anyOf',
  'not',
  'additionalProperties',
  'patternProperties',
  'dependencies',
  'additionalItems',
  'definitions',
  'x-kubernetes-embedded-resource',
  'x-kubernetes-int-or-string',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-list-type',
  'x-kubernetes-map-type',
];

/** Texts of which the empty one is none; elsewhere an empty text was said. */
const plainTexts = new Set(['id', '$schema']);

const isSaid = (keyword: string, value: unknown): boolean =>
  value !== undefined && value !== null && value !== false && !(value === '' && plainTexts.has(keyword));

const allowed =
  'Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations';

/** With a status subresource the root must be an object, and say nothing that would be lost when `status` is looked at alone. */
export const validateStatusRoot = (schema: JsonSchema, path: string): FieldError[] => {
  const { type = '' } = schema;
  const values = schema as Readonly<Record<string, unknown>>;
  const wrong = order.find((keyword) => (keyword === 'type' ? type !== '' && type !== 'object' : isSaid(keyword, values[keyword])));
  if (wrong === undefined) return [];
  if (wrong !== 'type') {
    return [invalid(path, schema, `only [${allowed}] fields are allowed at the root of the schema if the status subresource is enabled`)];
  }
  const detail = 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled';
  return [invalid(`${path}.type`, type, detail)];
};
