import type { JsonSchema, SchemaSource } from '../../schema/json-schema.ts';
import { goQuote } from '../../text/go-quote.ts';
import { StrategicPatchError } from './strategic-patch-error.ts';

/** How a field merges: the schema of its value, its strategy without retainKeys, and the key by which its list items are told apart. */
export interface PatchField {
  readonly schema: JsonSchema;
  readonly strategy: 'merge' | 'replace' | undefined;
  readonly mergeKey: string;
}

const referenceOf = (schema: JsonSchema): string | undefined =>
  schema.$ref ?? (schema.allOf?.length === 1 ? schema.allOf[0]?.$ref : undefined);

/** Follows `$ref` and `{allOf: [{$ref}]}`; the strategy of a field stands beside the reference, so callers read it before. */
const resolveSchema = (source: SchemaSource, schema: JsonSchema | undefined): JsonSchema | undefined => {
  let resolved = schema;
  while (resolved) {
    const reference = referenceOf(resolved);
    if (reference === undefined) return resolved;
    resolved = source.resolve(reference);
  }
  return undefined;
};

/** What a place's type is called: `Container` of `#/components/schemas/io.k8s.api.core.v1.Container`, or the kind at the root. */
const structName = (schema: JsonSchema): string =>
  referenceOf(schema)?.replace(/^.*[./]/, '') ?? schema['x-kubernetes-group-version-kind']?.[0]?.kind ?? '';

/** In the words for a map that is no struct, or a struct without such a field */
const noSuchField = (parent: JsonSchema, container: JsonSchema | undefined, name: string): StrategicPatchError =>
  typeof container?.additionalProperties === 'object'
    ? new StrategicPatchError('merging an object in json but data type is not struct, instead is: map')
    : new StrategicPatchError(`unable to find api field in struct ${structName(parent)} for the json field ${goQuote(name)}`);

/**
 * The field's schema is that of one item when the field is a list.
 * @throws {StrategicPatchError} when the kind has no such field
 */
export function lookupField(source: SchemaSource, parent: JsonSchema, name: string): PatchField {
  const container = resolveSchema(source, parent);
  const properties = container?.properties;
  const field = properties && Object.hasOwn(properties, name) ? properties[name] : undefined;
  if (!field) throw noSuchField(parent, container, name);
  const strategies = field['x-kubernetes-patch-strategy']?.split(',') ?? [];
  const strategy = strategies.includes('merge') ? 'merge' : strategies.includes('replace') ? 'replace' : undefined;
  const value = resolveSchema(source, field);
  const schema = value?.type === 'array' ? (value.items ?? {}) : field;
  return { schema, strategy, mergeKey: field['x-kubernetes-patch-merge-key'] ?? '' };
}
