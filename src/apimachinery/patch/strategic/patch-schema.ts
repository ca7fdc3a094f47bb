import type { JsonSchema, SchemaSource } from '../../schema/json-schema.ts';

/** How a field merges: the schema of its value, its strategy without retainKeys, and the key by which its list items are told apart. */
export interface PatchField {
  readonly schema: JsonSchema | undefined;
  readonly strategy: 'merge' | 'replace' | undefined;
  readonly mergeKey: string;
}

const unknownField: PatchField = { schema: undefined, strategy: undefined, mergeKey: '' };

/** Follows `$ref` and `{allOf: [{$ref}]}`; the strategy of a field stands beside the reference, so callers read it before. */
export const resolveSchema = (source: SchemaSource, schema: JsonSchema | undefined): JsonSchema | undefined => {
  let resolved = schema;
  while (resolved) {
    const reference = resolved.$ref ?? (resolved.allOf?.length === 1 ? resolved.allOf[0]?.$ref : undefined);
    if (reference === undefined) return resolved;
    resolved = source.resolve(reference);
  }
  return undefined;
};

/** The field's schema is that of one item when the field is a list. */
export function lookupField(source: SchemaSource, parent: JsonSchema | undefined, name: string): PatchField {
  const container = resolveSchema(source, parent);
  const properties = container?.properties;
  const additional = container?.additionalProperties;
  const field = properties && Object.hasOwn(properties, name) ? properties[name] : typeof additional === 'object' ? additional : undefined;
  if (!field) return unknownField;
  const strategies = field['x-kubernetes-patch-strategy']?.split(',') ?? [];
  const strategy = strategies.includes('merge') ? 'merge' : strategies.includes('replace') ? 'replace' : undefined;
  const value = resolveSchema(source, field);
  return { schema: value?.type === 'array' ? value.items : value, strategy, mergeKey: field['x-kubernetes-patch-merge-key'] ?? '' };
}
