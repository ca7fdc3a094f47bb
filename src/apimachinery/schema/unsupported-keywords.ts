import type { JsonSchema } from './json-schema.ts';
import { isObject } from './schema-node.ts';

/** The keywords that no structural schema can hold, in the order in which they are looked for. */
const keywords = ['id', '$schema', '$ref', 'patternProperties', 'dependencies', 'additionalItems', 'definitions'] as const;

const isUsed = (keyword: string, value: unknown): boolean => {
  if (value === undefined || value === null || value === '') return false;
  return keyword === 'additionalItems' || !isObject(value) || Object.keys(value).length > 0;
};

/** Every schema that is part of this one. */
export const schemaParts = (schema: JsonSchema): JsonSchema[] => [
  ...(schema.not ? [schema.not] : []),
  ...(schema.allOf ?? []),
  ...(schema.oneOf ?? []),
  ...(schema.anyOf ?? []),
  ...(schema.items && !Array.isArray(schema.items) ? [schema.items] : []),
  ...Object.values(schema.properties ?? {}),
  ...(isObject(schema.additionalProperties) ? [schema.additionalProperties as JsonSchema] : []),
];

/** Why a schema cannot be made structural at all, or undefined: it uses a keyword that means nothing here, at any depth. */
export const findUnsupported = (schema: JsonSchema): string | undefined => {
  const values = schema as Readonly<Record<string, unknown>>;
  const found = keywords.find((keyword) => isUsed(keyword, values[keyword]));
  if (found !== undefined) return `OpenAPIV3Schema '${found === '$schema' ? 'schema' : found}' is not supported`;
  if (Array.isArray(schema.items) && schema.items.length > 0) return "OpenAPIV3Schema 'items' must be a schema, but is an array";
  if (schema['x-kubernetes-preserve-unknown-fields'] === false) {
    return "internal error: 'x-kubernetes-preserve-unknown-fields' must be true or undefined";
  }
  for (const part of schemaParts(schema)) {
    const below = findUnsupported(part);
    if (below !== undefined) return below;
  }
  return undefined;
};
