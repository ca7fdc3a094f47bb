import type { JsonSchema, SchemaSource } from '../../apimachinery/schema/json-schema.ts';

const prefix = '#/components/schemas/io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.';

/** Any value at all: its fields are kept. */
const anyValue: JsonSchema = { 'x-kubernetes-preserve-unknown-fields': true };

/**
 * The published schema of CustomResourceDefinitions says nothing of places that hold a schema or something else (`items`,
 * `additionalProperties`, `dependencies`) or any JSON. Here the former hold schemas, or lists of them, so that what does not decode is
 * found in them and unknown fields are dropped.
 */
export const definitionSchema = (published: SchemaSource): SchemaSource => {
  const { type: _, ...schema } = published.resolve(`${prefix}JSONSchemaProps`);
  const schemaOrOther: JsonSchema = { ...schema, items: { $ref: `${prefix}JSONSchemaProps` } };
  return {
    root: published.root,
    resolve: (ref) => {
      if (ref === `${prefix}JSON`) return anyValue;
      return ref.startsWith(`${prefix}JSONSchemaPropsOr`) ? schemaOrOther : published.resolve(ref);
    },
  };
};
