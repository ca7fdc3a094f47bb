import type { KindDefinition } from '../../api/kind-definition.ts';
import { resolveDefinition } from '../../api/definitions.ts';
import type { JsonSchema } from '../../apimachinery/schema/json-schema.ts';
import { objectMetaDescriptions } from './object-meta-descriptions.ts';
import { schemaRefPrefix } from './document.ts';
import { remembered } from './remembered.ts';
import { metaSchema, schemaName } from './schema-names.ts';

/** Worded as users look for it with kubectl explain. */
const typeMeta = (): Record<string, JsonSchema> => ({
  apiVersion: { type: 'string', description: 'APIVersion defines the group and version whose schema this object follows.' },
  kind: { type: 'string', description: 'Kind is the type of the object, in CamelCase. It cannot be changed.' },
});
const metadata = (name: string): JsonSchema => ({
  allOf: [{ $ref: schemaRefPrefix + metaSchema(name) }],
  description:
    name === 'ListMeta' ? 'Metadata that every list has.' : "Standard object's metadata: name, labels, owners and what the server records.",
});

const sortedRecord = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));

/** Gives every embedded resource below a schema the fields each resource has. */
const withEmbedded = (schema: JsonSchema): JsonSchema => {
  const { properties, items, additionalProperties } = schema;
  const walked: JsonSchema = {
    ...schema,
    ...(properties
      ? { properties: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, withEmbedded(value)])) }
      : {}),
    ...(items ? { items: withEmbedded(items) } : {}),
    ...(schema['x-kubernetes-int-or-string'] && !schema.anyOf && !schema.allOf ? { anyOf: [{ type: 'integer' }, { type: 'string' }] } : {}),
    ...(typeof additionalProperties === 'object' ? { additionalProperties: withEmbedded(additionalProperties) } : {}),
  };
  if (!schema['x-kubernetes-embedded-resource']) return walked;
  return {
    ...walked,
    properties: sortedRecord({ ...walked.properties, ...typeMeta(), metadata: metadata('ObjectMeta') }),
    required: [...new Set([...(walked.required ?? []), 'apiVersion', 'kind'])].toSorted(),
  };
};

/** The fields that a selector may name (KEP-4358). */
const selectable = ({ selectableFields }: KindDefinition): JsonSchema => {
  const fields = Object.keys(selectableFields ?? {});
  return fields.length === 0 ? {} : { 'x-kubernetes-selectable-fields': fields.map((fieldPath) => ({ fieldPath })) };
};

/** The schema published for a custom kind: its own, with what every resource has, and its group, version and kind. */
export const customKindSchema = remembered((definition: KindDefinition): JsonSchema => {
  const { group, version, kind } = definition;
  const { root } = definition.schema();
  const walked = withEmbedded(root);
  return {
    ...walked,
    type: 'object',
    properties: sortedRecord({ ...walked.properties, ...typeMeta(), metadata: metadata('ObjectMeta') }),
    'x-kubernetes-group-version-kind': [{ group, kind, version }],
    ...selectable(definition),
  };
});

/** The schema of a list of a custom kind. */
export const customListSchema = remembered((definition: KindDefinition): JsonSchema => {
  const { group, version, listKind } = definition;
  return {
    type: 'object',
    required: ['items'],
    properties: {
      ...typeMeta(),
      items: { type: 'array', items: { $ref: schemaRefPrefix + schemaName(definition) } },
      metadata: metadata('ListMeta'),
    },
    'x-kubernetes-group-version-kind': [{ group, kind: listKind, version }],
    ...selectable(definition),
  };
});

/** ObjectMeta explains itself: it is what every `kubectl explain` shows. */
const described = remembered((schema: JsonSchema): JsonSchema => ({
  ...schema,
  properties: Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([field, property]) => {
      const description = objectMetaDescriptions[field];
      return [field, description === undefined ? property : { ...property, description }];
    }),
  ),
}));

const builtIn = (name: string): JsonSchema =>
  name === metaSchema('ObjectMeta') ? described(resolveDefinition(name)) : resolveDefinition(name);

/** A schema by its published name: of the given custom kinds, or else built in. @throws {Error} when the name is unknown */
export const schemaResolver = (definitions: readonly KindDefinition[]): ((name: string) => JsonSchema) => {
  const custom = new Map<string, () => JsonSchema>();
  for (const definition of definitions) {
    if (!definition.custom) continue;
    custom.set(schemaName(definition), () => customKindSchema(definition));
    custom.set(schemaName({ ...definition, kind: definition.listKind }), () => customListSchema(definition));
  }
  return (name) => custom.get(name)?.() ?? builtIn(name);
};
