import { readFileSync } from 'node:fs';
import type { JsonSchema, SchemaSource } from '../apimachinery/schema/json-schema.ts';

type Definitions = Readonly<Record<string, JsonSchema>>;

const refPrefix = '#/components/schemas/';
const files = new Map<string, Definitions>();
const sources = new Map<string, SchemaSource>();

/** Reads a file of generated data beside this one; parsed on first use only, because starting must not wait for it. */
export const readGenerated = (path: string): unknown => JSON.parse(readFileSync(new URL(`./${path}`, import.meta.url), 'utf8'));

/** Where generated data about a definition lives: `core/…-v1` for `io.k8s.api.core.v1.Pod`. */
export const generatedFile = (definition: string, data: 'schemas' | 'messages'): string => {
  const parts = definition.split('.');
  const [folder, version] = definition.startsWith('io.k8s.apimachinery.') ? ['meta', 'v1'] : [parts.at(-3), parts.at(-2)];
  return `${folder}/${data}-${version}.gen.json`;
};

/**
 * A published schema by its name, such as `io.k8s.api.apps.v1.Deployment`, or by a `$ref` to it.
 * @throws {Error} when the name is unknown
 */
export const resolveDefinition = (nameOrRef: string): JsonSchema => {
  const name = nameOrRef.startsWith(refPrefix) ? nameOrRef.slice(refPrefix.length) : nameOrRef;
  const file = generatedFile(name, 'schemas');
  let definitions = files.get(file);
  if (definitions === undefined) files.set(file, (definitions = readGenerated(file) as Definitions));
  const schema = definitions[name];
  if (schema === undefined) throw new Error(`no schema named ${name} in ${file}`);
  return schema;
};

/** Whether there is a published schema of this name. */
export const isDefined = (name: string): boolean => {
  try {
    return resolveDefinition(name) !== undefined;
  } catch {
    return false;
  }
};

/** The schema of a definition with everything it refers to. */
export const schemaSource = (definition: string): SchemaSource => {
  let source = sources.get(definition);
  if (!source) sources.set(definition, (source = { root: resolveDefinition(definition), resolve: resolveDefinition }));
  return source;
};
