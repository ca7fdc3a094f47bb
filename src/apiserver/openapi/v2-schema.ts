import type { JsonSchema } from '../../apimachinery/schema/json-schema.ts';
import { schemaRefPrefix } from './document.ts';

const v2RefPrefix = '#/definitions/';

/** `#/components/schemas/X` → `#/definitions/X`. */
export const v2Ref = (ref: string): string => v2RefPrefix + ref.slice(schemaRefPrefix.length);

const mapValues = (record: Readonly<Record<string, JsonSchema>>): Record<string, JsonSchema> =>
  Object.fromEntries(Object.entries(record).map(([name, schema]) => [name, toV2Schema(schema)]));

const onlyRef = (schema: JsonSchema): string | undefined =>
  schema.$ref ?? (schema.allOf?.length === 1 && !schema.properties ? schema.allOf[0]?.$ref : undefined);

const extensionsOf = (schema: JsonSchema): JsonSchema => Object.fromEntries(Object.entries(schema).filter(([key]) => key.startsWith('x-')));

/**
 * A schema in what OpenAPI v2 can say, as kube-apiserver narrows it: no defaults, no anyOf, oneOf, allOf or not; a nullable value or one
 * that keeps unknown fields may be anything.
 */
export const toV2Schema = (schema: JsonSchema): JsonSchema => {
  const ref = onlyRef(schema);
  const description = schema.description === undefined ? {} : { description: schema.description };
  if (ref !== undefined) return { ...description, $ref: v2Ref(ref), ...extensionsOf(schema) };
  const groupVersionKind = schema['x-kubernetes-group-version-kind'];
  const identity = groupVersionKind ? { 'x-kubernetes-group-version-kind': groupVersionKind } : {};
  if (schema.nullable) return { ...description, ...identity };
  if (schema['x-kubernetes-preserve-unknown-fields']) return { ...description, ...(schema.type ? { type: schema.type } : {}), ...identity };
  const { default: _default, allOf: _allOf, anyOf: _anyOf, oneOf, not: _not, nullable: _nullable, ...rest } = schema;
  const { properties, items, additionalProperties } = schema;
  return {
    ...(oneOf && !rest.type ? { type: 'string' } : {}),
    ...rest,
    ...(properties ? { properties: mapValues(properties) } : {}),
    ...(items ? { items: toV2Schema(items) } : {}),
    ...(typeof additionalProperties === 'object' ? { additionalProperties: toV2Schema(additionalProperties) } : {}),
  };
};
