import type { JsonSchema } from '../../apimachinery/schema/json-schema.ts';
import { schemaRefPrefix } from './document.ts';
import { remembered } from './remembered.ts';

const collect = (value: unknown, into: Set<string>): void => {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, into);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (key === '$ref' && typeof item === 'string') into.add(item.slice(schemaRefPrefix.length));
      else collect(item, into);
    }
  }
};

/** The names of all schemas that a path or a schema refers to, directly. */
const referencesOf = remembered((value: object): readonly string[] => {
  const names = new Set<string>();
  collect(value, names);
  return [...names];
});

/** Every schema that paths need, and those they need in turn, by name in alphabetical order. */
export const collectComponents = (
  paths: Readonly<Record<string, object>>,
  resolve: (name: string) => JsonSchema,
): Record<string, JsonSchema> => {
  const schemas = new Map<string, JsonSchema>();
  const wanted = new Set(Object.values(paths).flatMap(referencesOf));
  for (const name of wanted) {
    const schema = resolve(name);
    schemas.set(name, schema);
    for (const reference of referencesOf(schema)) wanted.add(reference); // a Set's iteration also visits what is added meanwhile
  }
  return Object.fromEntries([...schemas].toSorted(([a], [b]) => (a < b ? -1 : 1)));
};
