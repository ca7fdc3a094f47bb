import type { Json, JsonObject } from '../meta/object.ts';

const floats = ['minimum', 'maximum', 'multipleOf'] as const;
const schemas = ['not', 'additionalProperties', 'additionalItems', 'items'] as const;
const lists = ['allOf', 'anyOf', 'oneOf', 'items'] as const;
const maps = ['properties', 'patternProperties', 'definitions', 'dependencies'] as const;

const isSchema = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Makes a definition's bounds what they are in Go, float64, in place: integers beyond 2^53 are rounded there. */
export const roundFloatKeywords = (schema: Json | undefined): void => {
  if (!isSchema(schema)) return;
  for (const name of floats) if (typeof schema[name] === 'bigint') schema[name] = Number(schema[name]);
  for (const name of schemas) roundFloatKeywords(schema[name]);
  for (const name of lists) {
    const list = schema[name];
    if (Array.isArray(list)) for (const item of list) roundFloatKeywords(item);
  }
  for (const name of maps) {
    const map = schema[name];
    if (isSchema(map)) for (const key in map) roundFloatKeywords(map[key]);
  }
};
