import { StatusError } from '../../../apimachinery/errors/status-error.ts';
import { semanticEqual } from '../../../apimachinery/equality/semantic-equal.ts';
import { encodeJson } from '../../../apimachinery/json/exact-json.ts';
import { formatGroupVersion } from '../../../apimachinery/meta/group-version.ts';
import type { JsonObject, UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import { applyJsonPatch, type JsonPatchOperation } from '../../../apimachinery/patch/json-patch.ts';
import { goQuote } from '../../../apimachinery/text/go-quote.ts';
import type { KindDefinition } from '../../../api/kind-definition.ts';
import { shapeEmbedded, shapeMetadata } from '../../registry/custom-metadata.ts';
import type { KindCatalog } from '../../registry/contract.ts';
import type { Registry } from '../../registry/registry.ts';
import type { AdmissionAttributes } from '../contract.ts';
import { convertBetween, equivalentsOf } from '../selection/equivalents.ts';

/** Replaces the content of an object that others hold. */
export const replaceContent = (target: UnstructuredObject, source: UnstructuredObject): void => {
  for (const key of Object.keys(target)) if (!(key in source)) delete target[key];
  Object.assign(target, source);
};

const isRecord = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object that a patch made of another one, its fields of the types that its kind asks for. @throws Error in the words of Go's decoder */
export const typedAs = (
  value: unknown,
  definition: KindDefinition,
  { before, schemaOf }: { readonly before: UnstructuredObject; readonly schemaOf: Registry['schemaOf'] },
): UnstructuredObject => {
  if (!isRecord(value))
    throw new Error(`json: cannot unmarshal ${Array.isArray(value) ? 'array' : typeof value} into Go value of type ${definition.kind}`);
  // What says no type is taken for what it was.
  const { apiVersion, kind } = before;
  if (!definition.custom) Object.assign(value, { apiVersion: value['apiVersion'] || apiVersion, kind: value['kind'] || kind });
  else if (!value['kind']) throw new Error(`Object 'Kind' is missing in '${encodeJson(value)}'`);
  if (value['kind'] !== kind || value['apiVersion'] !== apiVersion)
    throw new Error(
      `no kind ${goQuote(String(value['kind'] ?? ''))} is registered for version ${goQuote(String(value['apiVersion'] ?? ''))} in scheme "pkg/runtime/scheme.go:111"`,
    );
  const object = value as unknown as UnstructuredObject;
  if (before.metadata) object.metadata ??= {} as UnstructuredObject['metadata'];
  const schema = schemaOf(definition);
  try {
    if (definition.custom) {
      shapeMetadata(object, definition);
      shapeEmbedded(object, schema.root, definition);
    } else schema.checkTypes(object, definition);
  } catch (error) {
    if (error instanceof StatusError) throw new Error(error.message.slice(error.message.indexOf(': ') + 2), { cause: error });
    throw error;
  }
  return object;
};

/** Gives a changed object the shape of its kind again: unknown fields dropped, defaults filled in. */
const reshape = (schemaOf: Registry['schemaOf'], definition: KindDefinition, object: UnstructuredObject): void => {
  const schema = schemaOf(definition);
  schema.prune(object);
  // What a webhook says is null is judged as that.
  schema.applyDefaults(object, { keepNulls: true });
  definition.strategy.applyDefaults?.(object);
};

/** The version of the kind that a patched object says it is of: the one that it was sent in unless it names another served one. */
const versionOf = (value: unknown, sent: KindDefinition, catalog: KindCatalog): KindDefinition => {
  if (!isRecord(value) || value['kind'] !== sent.kind) return sent;
  return equivalentsOf(sent, '', catalog).find(({ group, version }) => formatGroupVersion(group, version) === value['apiVersion']) ?? sent;
};

const typeOf = ({ group, version, kind }: KindDefinition) => ({ apiVersion: formatGroupVersion(group, version), kind });

/** Applies a patch made against one version of the kind; `sent` is what that is at a subresource. Answers whether anything changed. @throws Error when the patch does not apply */
export const patchObject = (
  attributes: AdmissionAttributes,
  patch: readonly JsonPatchOperation[],
  { as, sent, schemaOf, catalog }: { readonly as: KindDefinition; readonly sent: KindDefinition } & PatchContext,
): boolean => {
  const { object, definition, subresource } = attributes;
  if (!object) return false;
  const seen = convertBetween(object, { from: definition, to: as, subresource });
  const changed = applyJsonPatch(seen as unknown as JsonObject, patch);
  const own = versionOf(changed, sent, catalog);
  const before = own === sent ? seen : { ...seen, ...typeOf(own) };
  const patched = typedAs(changed, own, { before, schemaOf });
  reshape(schemaOf, own, patched);
  const back = convertBetween(patched, { from: sent === as ? own : as, to: definition, subresource });
  if (semanticEqual(back, object)) return false;
  replaceContent(object, back);
  return true;
};

interface PatchContext {
  readonly schemaOf: Registry['schemaOf'];
  readonly catalog: KindCatalog;
}
