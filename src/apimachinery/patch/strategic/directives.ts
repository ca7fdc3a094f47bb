import type { Json, JsonObject } from '../../meta/object.ts';
import { StrategicPatchError } from './strategic-patch-error.ts';

/** `$patch: replace | delete | merge` says what happens to the map or list it stands in. */
export const patchDirective = '$patch';
export const retainKeysDirective = '$retainKeys';
/** `$deleteFromPrimitiveList/FIELD` lists values to remove. */
export const deleteFromListPrefix = '$deleteFromPrimitiveList/';
/** `$setElementOrder/FIELD` lists values, or items with only their merge key, in the wanted order. */
export const setOrderPrefix = '$setElementOrder/';

export const isMap = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

const isDirectiveKey = (key: string): boolean =>
  key === retainKeysDirective || key.startsWith(deleteFromListPrefix) || key.startsWith(setOrderPrefix);

/** What remains of a patch value that meets nothing to merge with: no directives, no nulls in maps. Undefined when it deletes itself. */
export function withoutDirectives(value: Json): Json | undefined {
  if (Array.isArray(value)) {
    const kept: Json[] = [];
    for (const item of value) {
      const clean = withoutDirectives(item);
      if (clean !== undefined) kept.push(clean);
    }
    return kept;
  }
  if (!isMap(value)) return value;
  if (value[patchDirective] === 'delete') return undefined;
  const clean: JsonObject = {};
  for (const key of Object.keys(value)) {
    const field = value[key] ?? null;
    if (field === null || isDirectiveKey(key) || (key === patchDirective && (field === 'replace' || field === 'merge'))) continue;
    const inner = withoutDirectives(field);
    if (inner !== undefined) clean[key] = inner;
  }
  return clean;
}

/**
 * Clears the fields of `original` that `$retainKeys` does not list. Returns the fields kept.
 * @throws {StrategicPatchError} when the directive is no list, or the patch sets a field that the list leaves out
 */
export function applyRetainKeys(original: JsonObject, patch: JsonObject): JsonObject {
  if (!Object.hasOwn(patch, retainKeysDirective)) return original;
  const list = patch[retainKeysDirective];
  if (!Array.isArray(list)) throw new StrategicPatchError('invalid patch format of retainKeys');
  const retained = new Set(list);
  for (const key of Object.keys(patch)) {
    if (patch[key] === null || isDirectiveKey(key) || retained.has(key)) continue;
    throw new StrategicPatchError('invalid patch format of retainKeys');
  }
  return Object.fromEntries(Object.entries(original).filter(([key]) => retained.has(key)));
}
