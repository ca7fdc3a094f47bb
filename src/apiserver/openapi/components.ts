import type { JsonSchema } from '../../apimachinery/schema/json-schema.ts';
import { schemaRefPrefix } from './document.ts';

/** The names of all schemas that a value refers to, directly. */
const referenced = (value: unknown, into: Set<string>): void => {
  if (Array.isArray(value)) {
    for (const item of value) referenced(item, into);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (key === '$ref' && typeof item === 'string') into.add(item.slice(schemaRefPrefix.length));
      else referenced(item, into);
    }
  }
};

/** Every schema that paths need, and those they need in turn, by name in alphabetical order. */
export const collectComponents = (paths: unknown, resolve: (name: string) => JsonSchema): Record<string, JsonSchema> => {
  const schemas = new Map<string, JsonSchema>();
  const wanted = new Set<string>();
  referenced(paths, wanted);
  for (const name of wanted) {
    const schema = resolve(name);
    schemas.set(name, schema);
    referenced(schema, wanted); // a Set's iteration also visits what is added meanwhile
  }
  return Object.fromEntries([...schemas].toSorted(([a], [b]) => (a < b ? -1 : 1)));
};
