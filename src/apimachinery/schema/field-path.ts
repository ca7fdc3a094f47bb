import { childPath, keyPath } from '../validation/field-errors.ts';
import type { JsonSchema } from './json-schema.ts';

/** Where a declared path leads, or why it leads nowhere. */
export type ResolvedFieldPath = { readonly path: string; readonly root: string; readonly schema: JsonSchema } | { readonly error: string };

const token = /'(?:[^'\\]|\\.)*'|[.[\]]|[^.[\]']+|./gy;

/** Follows a path such as `.spec.names['a.b']` through a schema (fieldPath of CEL rules, selectableFields). Lists cannot be entered. */
export const resolveFieldPath = (text: string, schema: JsonSchema, options: { readonly brackets?: boolean } = {}): ResolvedFieldPath => {
  const tokens = text.match(token) ?? [];
  let current: JsonSchema | undefined = schema;
  let path = '';
  let root = '';
  const enter = (name: string): string | undefined => {
    if (current?.properties) {
      path = childPath(path, name);
      current = Object.hasOwn(current.properties, name) ? current.properties[name] : undefined;
    } else if (typeof current?.additionalProperties === 'object') {
      path = keyPath(path, name);
      current = current.additionalProperties;
    } else current = undefined;
    root ||= path;
    return current ? undefined : 'does not refer to a valid field';
  };
  for (let index = 0; index < tokens.length; index++) {
    const separator = tokens[index];
    let name = tokens[++index];
    if (separator === '[') {
      if (options.brackets === false) return { error: 'array notation is not allowed' };
      if (name === undefined) return { error: 'unexpected end of JSON path' };
      if (!/^'.*'$/s.test(name)) return { error: `expected single quoted string but got ${name}` };
      name = name.slice(1, -1).replace(/\\(.)/g, '$1');
    } else if (separator !== '.') return { error: `expected [ or . but got: ${separator}` };
    if (name === undefined) return { error: 'unexpected end of JSON path' };
    const error = enter(name);
    if (error !== undefined) return { error };
    if (separator === '[') {
      const closing = tokens[++index];
      if (closing === undefined) return { error: 'unexpected end of JSON path' };
      if (closing !== ']') return { error: `expected ] but got ${closing}` };
    }
  }
  return { path, root, schema: current };
};
