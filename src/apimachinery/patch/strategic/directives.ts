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

/** Sets a member whatever its name; undefined takes it away. */
export const put = (object: JsonObject, key: string, value: Json | undefined): void => {
  if (value === undefined) delete object[key];
  else if (key === '__proto__') Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  else object[key] = value;
};

/** Members that are null are none; null in a list stays. */
const withoutNulls = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isMap(value)) return value;
  const clean: JsonObject = {};
  for (const key of Object.keys(value)) {
    const field = value[key] ?? null;
    if (field !== null) put(clean, key, withoutNulls(field));
  }
  return clean;
};

/** What remains of a patch value without what directs a merge: undefined of a map with `$patch`, which is no value. */
export function withoutDirectives(value: Json): Json | undefined {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter((item) => item !== undefined);
  if (!isMap(value)) return value;
  if (Object.hasOwn(value, patchDirective)) return undefined;
  const clean: JsonObject = {};
  for (const key of Object.keys(value)) {
    const inner = withoutDirectives(value[key] ?? null);
    if (inner !== undefined) put(clean, key, inner);
  }
  return clean;
}

/** A patch value that meets nothing to merge with: no nulls in maps, no directives. Undefined when it is none. */
export const asNew = (value: Json): Json | undefined => withoutDirectives(withoutNulls(value));

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
    const isOrder = key.startsWith(deleteFromListPrefix) || key.startsWith(setOrderPrefix);
    if (patch[key] === null || key === retainKeysDirective || isOrder || retained.has(key)) continue;
    throw new StrategicPatchError('invalid patch format of retainKeys');
  }
  return Object.fromEntries(Object.entries(original).filter(([key]) => retained.has(key)));
}
