import type { Json } from '../meta/object.ts';
import type { JsonSchema, SchemaSource } from '../schema/json-schema.ts';
import { deduced, untypedAtomic, type ListType, type MapType, type MergeType, type ScalarType } from './merge-type.ts';
import { objectMetaSchema } from './object-meta-schema.ts';

interface Context {
  readonly source: SchemaSource;
  readonly definitions: Map<string, MergeType>;
  /** Go types encode fields that are not set; custom resources have no such fields. */
  readonly isGoType: boolean;
  /** Inside x-kubernetes-preserve-unknown-fields: keys the schema does not name are allowed. */
  readonly preserve: boolean;
}

const scalarTypes: Record<string, ScalarType> = { integer: 'numeric', number: 'numeric', boolean: 'boolean', string: 'string' };

const referenceOf = (schema: JsonSchema): string | undefined =>
  schema.$ref ?? (schema.allOf?.length === 1 ? schema.allOf[0]?.$ref : undefined);

const compileScalar = ({ type = '', format = '' }: JsonSchema): ScalarType =>
  type === 'string' && format !== '' && format !== 'byte' ? 'untyped' : (scalarTypes[type] ?? 'untyped');

const listKind = (schema: JsonSchema): { kind: ListType['kind']; keys: readonly string[] } => {
  const declared = schema['x-kubernetes-list-type'];
  if (declared === 'map') return { kind: 'map', keys: schema['x-kubernetes-list-map-keys'] ?? [] };
  if (declared !== undefined) return { kind: declared, keys: [] };
  const strategies = schema['x-kubernetes-patch-strategy']?.split(',') ?? [];
  const mergeKey = schema['x-kubernetes-patch-merge-key'];
  if (!strategies.includes('merge')) return { kind: 'atomic', keys: [] };
  return mergeKey === undefined ? { kind: 'set', keys: [] } : { kind: 'map', keys: [mergeKey] };
};

const compileList = (schema: JsonSchema, context: Context): ListType => {
  const { items } = schema;
  const { kind, keys } = listKind(schema);
  let item: MergeType | undefined;
  const properties = (): Record<string, JsonSchema> => {
    const reference = items && referenceOf(items);
    return (reference === undefined ? items : context.source.resolve(reference))?.properties ?? {};
  };
  return {
    kind,
    keys,
    get item() {
      return (item ??= items ? compile(items, context) : untypedAtomic);
    },
    keyDefault: (key) => properties()[key]?.default,
  };
};

/** What a Go struct encodes for a field that is not set: structs by value as `{}`, required fields as null or their default. */
const zerosOf = (schema: JsonSchema, { isGoType }: Context): Map<string, Json> => {
  const zeros = new Map<string, Json>();
  if (!isGoType) return zeros;
  const required = new Set(schema.required);
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const isStruct = referenceOf(property) !== undefined && typeof property.default === 'object' && property.default !== null;
    if (isStruct) zeros.set(name, {});
    else if (required.has(name)) zeros.set(name, property.default ?? null);
  }
  return zeros;
};

/** An OpenAPI default that is Go's zero value tells of a field that is encoded whether it is set or not. */
const unsetOf = (schema: JsonSchema, zeros: ReadonlyMap<string, Json>, { isGoType }: Context): ReadonlyMap<string, Json> => {
  if (!isGoType) return zeros;
  const unset = new Map(zeros);
  for (const [name, { default: value }] of Object.entries(schema.properties ?? {}))
    if (value === '' || value === 0 || value === false) unset.set(name, value);
  return unset;
};

const compileMap = (schema: JsonSchema, context: Context): MapType => {
  const { properties = {}, additionalProperties } = schema;
  const compiled = new Map<string, MergeType>();
  const hasFields = Object.keys(properties).length > 0;
  const openEnded = additionalProperties === true || (additionalProperties === undefined && (context.preserve || !hasFields));
  let element: MergeType | undefined = openEnded ? deduced : undefined;
  if (typeof additionalProperties === 'object') element = compile(additionalProperties, context);
  const zeros = zerosOf(schema, context);
  const isNamed = (name: string): boolean => Object.hasOwn(properties, name);
  return {
    // A Go type without fields holds any JSON (runtime.RawExtension): nobody owns a part of it.
    atomic: schema['x-kubernetes-map-type'] === 'atomic' || (context.isGoType && openEnded && !context.preserve),
    isNamed,
    field(name) {
      const known = compiled.get(name);
      if (known) return known;
      const property = isNamed(name) ? properties[name] : undefined;
      if (!property) return element;
      // What metadata may have is known, in an embedded object too.
      const type = compile(property, property === objectMetaSchema ? { ...context, preserve: false } : context);
      compiled.set(name, type);
      return type;
    },
    deduced: element === deduced && !hasFields,
    zeros,
    unset: unsetOf(schema, zeros, context),
    isGoType: context.isGoType,
  };
};

/** Adds what every embedded or custom resource has, whatever its schema says about it. */
const withObjectFields = (schema: JsonSchema): JsonSchema => ({
  ...schema,
  properties: { ...schema.properties, apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: objectMetaSchema },
});

function compileInline(original: JsonSchema, outer: Context): MergeType {
  const preserve = outer.preserve || original['x-kubernetes-preserve-unknown-fields'] === true;
  const context = preserve === outer.preserve ? outer : { ...outer, preserve };
  const schema = original['x-kubernetes-embedded-resource'] === true ? withObjectFields(original) : original;
  switch (schema['x-kubernetes-int-or-string'] === true ? undefined : schema.type) {
    case undefined:
    case '':
      return { scalar: 'untyped', list: compileList(schema, context), map: compileMap(schema, context) };
    case 'object':
      return { scalar: undefined, list: undefined, map: compileMap(schema, context) };
    case 'array':
      return { scalar: undefined, list: compileList(schema, context), map: undefined };
    default:
      return { scalar: compileScalar(schema), list: undefined, map: undefined };
  }
}

function compileDefinition(reference: string, context: Context): MergeType {
  const known = context.definitions.get(reference);
  if (known) return known;
  const schema = context.source.resolve(reference);
  const nested = referenceOf(schema);
  const type = nested === undefined ? compileInline(schema, { ...context, preserve: false }) : compileDefinition(nested, context);
  context.definitions.set(reference, type);
  return type;
}

function compile(schema: JsonSchema, context: Context): MergeType {
  const reference = referenceOf(schema);
  if (reference === undefined) return compileInline(schema, context);
  const type = compileDefinition(reference, context);
  const mapType = schema['x-kubernetes-map-type'];
  if (mapType === undefined || !type.map) return type;
  return { scalar: type.scalar, list: type.list, map: { ...type.map, atomic: mapType === 'atomic' } };
}

const compiledRoots = new WeakMap<JsonSchema, MergeType>();

/** The merge type of a kind's objects; compiled lazily, once for every root schema. */
export function mergeTypeOf(source: SchemaSource): MergeType {
  const known = compiledRoots.get(source.root);
  if (known) return known;
  const metadata = source.root.properties?.['metadata'];
  const isGoType = metadata !== undefined && referenceOf(metadata) !== undefined;
  const root = isGoType || referenceOf(source.root) !== undefined ? source.root : withObjectFields({ ...source.root, type: 'object' });
  const type = compile(root, { source, definitions: new Map(), isGoType, preserve: false });
  compiledRoots.set(source.root, type);
  return type;
}
