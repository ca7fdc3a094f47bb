import { semanticEqual } from '../../../apimachinery/equality/semantic-equal.ts';
import type { JsonObject, UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import { applyJsonPatch, type JsonPatchOperation } from '../../../apimachinery/patch/json-patch.ts';
import type { KindDefinition } from '../../../api/kind-definition.ts';
import type { Registry } from '../../registry/registry.ts';
import type { AdmissionAttributes } from '../contract.ts';
import { convertBetween } from '../selection/equivalents.ts';

/** Replaces the content of an object that others hold. */
export const replaceContent = (target: UnstructuredObject, source: UnstructuredObject): void => {
  for (const key of Object.keys(target)) if (!(key in source)) delete target[key];
  Object.assign(target, source);
};

/** Gives a changed object the shape of its kind again: unknown fields dropped, defaults filled in. */
export const reshape = (schemaOf: Registry['schemaOf'], definition: KindDefinition, object: UnstructuredObject): void => {
  const schema = schemaOf(definition);
  schema.prune(object);
  schema.applyDefaults(object);
  definition.strategy.applyDefaults?.(object);
};

/** Applies a patch made against one version of the kind. Answers whether anything changed. @throws Error when the patch does not apply */
export const patchObject = (
  attributes: AdmissionAttributes,
  patch: readonly JsonPatchOperation[],
  { as, schemaOf }: { readonly as: KindDefinition; readonly schemaOf: Registry['schemaOf'] },
): boolean => {
  const { object, definition } = attributes;
  if (!object) return false;
  const seen = convertBetween(object, definition, as);
  const patched = applyJsonPatch(seen as unknown as JsonObject, patch) as unknown as UnstructuredObject;
  reshape(schemaOf, as, patched);
  const back = convertBetween(patched, as, definition);
  if (semanticEqual(back, object)) return false;
  replaceContent(object, back);
  return true;
};
