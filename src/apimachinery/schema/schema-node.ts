import type { Json } from '../meta/object.ts';
import type { JsonSchema, SchemaSource } from './json-schema.ts';

/** A schema without its reference: what the reference named, with the keywords beside the reference on top. */
interface Resolved {
  readonly schema: JsonSchema;
  readonly definition: string | undefined;
}

/** An empty reference names nothing. */
const referenceOf = (schema: JsonSchema): string | undefined =>
  (schema.$ref === '' ? undefined : schema.$ref) ??
  (schema.allOf?.length === 1 && schema.type === undefined ? schema.allOf[0]?.$ref : undefined);

const resolve = (schema: JsonSchema, source: SchemaSource): Resolved => {
  const reference = referenceOf(schema);
  if (reference === undefined) return { schema, definition: undefined };
  return { schema: source.resolve(reference), definition: reference.slice(reference.lastIndexOf('/') + 1) };
};

/** A built-in definition that says nothing of its fields holds any JSON: FieldsV1, RawExtension, the JSON of a CRD's defaults. */
const isOpaque = ({ schema, definition }: Resolved): boolean =>
  definition !== undefined && !schema.properties && !schema.items && schema.additionalProperties === undefined && !schema.allOf;

const schemaOrOther = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOr';

/**
 * One place of a schema, its references followed and its children made on first use, so that recursive definitions cost nothing.
 * Every walk over values (defaults, pruning, validation, CEL) follows the same nodes.
 */
export class SchemaNode {
  readonly schema: JsonSchema;
  /** The definition's name when the place is a reference, such as `io.k8s.api.apps.v1.DeploymentSpec`. */
  readonly definition: string | undefined;
  readonly preservesUnknown: boolean;
  readonly embedded: boolean;
  /** A place of a CustomResourceDefinition for a schema or something else: it decodes itself, and strict decoding does not reach into it. */
  readonly isSchemaOrOther: boolean;
  /** Facts that a walk derives once from the schema, kept by the walk's own key. */
  readonly derived = new Map<unknown, unknown>();
  readonly #source: SchemaSource;
  readonly #shared: Map<string, SchemaNode>;
  readonly #properties = new Map<string, SchemaNode | undefined>();
  #items: SchemaNode | null | undefined = null;
  #additional: SchemaNode | null | undefined = null;
  #defaults: readonly (readonly [string, Json])[] | undefined;

  constructor(schema: JsonSchema, source: SchemaSource, shared: Map<string, SchemaNode> = new Map()) {
    const resolved = resolve(schema, source);
    this.schema = resolved.schema;
    this.definition = resolved.definition;
    this.#source = source;
    this.#shared = shared;
    this.preservesUnknown = resolved.schema['x-kubernetes-preserve-unknown-fields'] === true || isOpaque(resolved);
    this.embedded = resolved.schema['x-kubernetes-embedded-resource'] === true;
    this.isSchemaOrOther = resolved.definition?.startsWith(schemaOrOther) === true;
  }

  property(name: string): SchemaNode | undefined {
    const known = this.#properties.get(name);
    if (known !== undefined || this.#properties.has(name)) return known;
    const properties = this.schema.properties;
    const schema = properties && Object.hasOwn(properties, name) ? properties[name] : undefined;
    const node = schema && this.child(schema);
    // Names that the schema does not have are input: remembering them would let clients grow memory.
    if (node) this.#properties.set(name, node);
    return node;
  }

  get items(): SchemaNode | undefined {
    if (this.#items === null) this.#items = this.schema.items && this.child(this.schema.items);
    return this.#items;
  }

  /** The schema of additionalProperties, an empty schema for `true`, undefined for none or `false`. */
  get additional(): SchemaNode | undefined {
    if (this.#additional === null) {
      const schema = this.schema.additionalProperties;
      this.#additional = schema ? this.child(schema === true ? {} : schema) : undefined;
    }
    return this.#additional;
  }

  /** The properties that have a default, from the property itself (beside a reference) or from what it refers to. */
  get defaults(): readonly (readonly [string, Json])[] {
    this.#defaults ??= Object.entries(this.schema.properties ?? {}).flatMap(([name, schema]) => {
      const value = defaultOf(schema, this.#source);
      return value === undefined ? [] : [[name, value] as const];
    });
    return this.#defaults;
  }

  /** The default of array items or map values, which replaces null there. */
  get elementDefault(): Json | undefined {
    const { items, additionalProperties } = this.schema;
    if (items) return defaultOf(items, this.#source);
    return typeof additionalProperties === 'object' ? defaultOf(additionalProperties, this.#source) : undefined;
  }

  /** A node for a subschema of this one; one node for each definition. */
  child(schema: JsonSchema): SchemaNode {
    const reference = referenceOf(schema);
    if (reference === undefined) return new SchemaNode(schema, this.#source, this.#shared);
    let node = this.#shared.get(reference);
    if (!node) {
      node = new SchemaNode({ $ref: reference }, this.#source, this.#shared);
      this.#shared.set(reference, node);
    }
    return node;
  }

  /** Computes a fact about this node once. */
  derive<T>(key: unknown, compute: (node: SchemaNode) => T): T {
    if (this.derived.has(key)) return this.derived.get(key) as T;
    const value = compute(this);
    this.derived.set(key, value);
    return value;
  }
}

const defaultOf = (schema: JsonSchema, source: SchemaSource): Json | undefined =>
  schema.default !== undefined && schema.default !== null ? schema.default : (resolve(schema, source).schema.default ?? undefined);

/** A source for a schema without references, such as a CustomResourceDefinition's. */
export const selfContained = (root: JsonSchema): SchemaSource => ({
  root,
  resolve: (reference) => {
    throw new Error(`resolve schema reference: a self-contained schema has none, found ${reference}`);
  },
});

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
