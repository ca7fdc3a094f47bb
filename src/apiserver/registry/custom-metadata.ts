import { schemaSource } from '../../api/definitions.ts';
import type { KindDefinition } from '../../api/kind-definition.ts';
import { compileSchema, type CompiledSchema } from '../../apimachinery/schema/compile.ts';
import { badRequest } from '../../apimachinery/errors/api-errors.ts';
import { StatusError } from '../../apimachinery/errors/status-error.ts';
import { encodeJson } from '../../apimachinery/json/exact-json.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import type { SchemaNode } from '../../apimachinery/schema/schema-node.ts';
import { goQuote } from '../../apimachinery/text/go-quote.ts';
import { childPath, keyPath } from '../../apimachinery/validation/field-errors.ts';
import { tidyMeta } from './object-meta.ts';

const objectMeta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
let compiled: CompiledSchema | undefined;

/** ObjectMeta, as every custom resource has it. */
export const objectMetaSchema = (): CompiledSchema => (compiled ??= compileSchema(schemaSource(objectMeta)));

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

const goTypeOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value === 'bigint' ? 'number' : typeof value;
};

const undecodable = ({ kind, version }: KindDefinition, why: string): Error =>
  badRequest(`${kind} in version ${goQuote(version)} cannot be handled as a ${kind}: ${why}`);

/** Types checked, empty and unknown fields dropped, in place. Returns the unknown ones; throws what `refuse` makes of a wrong type. */
const shape = (metadata: unknown, version: string, refuse: (why: string) => Error): string[] => {
  if (!isRecord(metadata)) throw refuse(`json: cannot unmarshal ${goTypeOf(metadata)} into Go value of type v1.ObjectMeta`);
  try {
    objectMetaSchema().checkTypes(metadata, { kind: 'ObjectMeta', version });
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    throw refuse(error.message.slice(error.message.indexOf(': ') + 2));
  }
  const unknown = objectMetaSchema().prune(metadata);
  // Null is the zero value of a text.
  for (const texts of [metadata['labels'], metadata['annotations']]) if (isRecord(texts)) for (const name in texts) texts[name] ??= '';
  tidyMeta(metadata as unknown as UnstructuredObject['metadata']);
  return unknown;
};

/**
 * A custom resource's metadata as ObjectMeta decodes it: its types checked, empty and unknown fields dropped, in place. Returns the
 * paths of the unknown ones.
 * @throws StatusError BadRequest when a field has another type
 */
export const shapeMetadata = ({ metadata }: UnstructuredObject, kind: KindDefinition): string[] =>
  shape(metadata, kind.version, (why) => undecodable(kind, why)).map((field) => `metadata.${field}`);

/** Whether there are resources at this place or inside (x-kubernetes-embedded-resource). */
const holdsResources = (node: SchemaNode): boolean =>
  node.derive(holdsResources, () => {
    const inside = Object.keys(node.schema.properties ?? {}).map((name) => node.property(name));
    return node.embedded || [node.items, node.additional, ...inside].some((each) => each !== undefined && holdsResources(each));
  });

interface EmbeddedPlace {
  readonly node: SchemaNode;
  readonly path: string;
}

/** Null where the schema knows better, and has nothing to put there instead. */
const dropsNull = (node: SchemaNode | undefined): boolean =>
  node !== undefined && !node.schema.nullable && node.schema.default === undefined;

/** The type and metadata of one resource inside another. */
const shapeResource = (resource: Record<string, unknown>, { node, path }: EmbeddedPlace, kind: KindDefinition): string[] => {
  for (const field of ['apiVersion', 'kind', 'metadata'])
    if (resource[field] === null && dropsNull(node.property(field))) delete resource[field];
  const refuse = (field: string, why: string): Error =>
    undecodable(kind, `${path}.${field}: Invalid value: ${encodeJson(resource[field])}: ${why}`);
  for (const field of ['apiVersion', 'kind'])
    if (resource[field] !== undefined && typeof resource[field] !== 'string') throw refuse(field, 'must be a string');
  const { metadata } = resource;
  if (metadata === undefined) return [];
  if (metadata === null) {
    resource['metadata'] = {};
    return [];
  }
  return shape(metadata, kind.version, (why) => refuse('metadata', why)).map((field) => `${path}.metadata.${field}`);
};

/**
 * The resources inside a custom resource, each with its metadata as ObjectMeta decodes it, in place. Returns the paths of what was unknown
 * there, sorted.
 * @throws StatusError BadRequest when a field has another type
 */
export const shapeEmbedded = (object: UnstructuredObject, root: SchemaNode, kind: KindDefinition): string[] => {
  const unknown: string[] = [];
  const visit = (value: unknown, node: SchemaNode | undefined, path: string): void => {
    if (!node || !holdsResources(node)) return;
    if (Array.isArray(value)) return value.forEach((item, index) => visit(item, node.items, keyPath(path, index)));
    if (!isRecord(value)) return;
    if (node.embedded) unknown.push(...shapeResource(value, { node, path }, kind));
    for (const [name, field] of Object.entries(value)) {
      const property = node.property(name);
      visit(field, property ?? node.additional, property ? childPath(path, name) : keyPath(path, name));
    }
  };
  visit(object, root, '');
  return unknown.toSorted();
};
