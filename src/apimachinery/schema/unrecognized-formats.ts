import { formatOf } from './formats.ts';
import type { JsonSchema } from './json-schema.ts';
import { schemaParts } from './unsupported-keywords.ts';

/** The formats of strings, at any depth of a schema, that nobody checks; each once, in the order of the schema. */
export const unrecognizedFormats = (schema: JsonSchema): string[] => {
  const found = new Set<string>();
  const visit = (part: JsonSchema): void => {
    if (part.type === 'string' && part.format && !formatOf(part.format)) found.add(part.format);
    schemaParts(part).forEach(visit);
  };
  visit(schema);
  return [...found];
};
