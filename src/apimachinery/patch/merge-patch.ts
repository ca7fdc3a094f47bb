import { encodeJson } from '../json/exact-json.ts';
import { deepClone } from '../clone/deep-clone.ts';
import type { Json, JsonObject } from '../meta/object.ts';

const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** In lists too, where RFC 7386 would keep them: the original's library has it so. */
const withoutNullMembers = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(withoutNullMembers);
  return isObject(value) ? applyMergePatch(undefined, value) : value;
};

/**
 * Applies a JSON merge patch (RFC 7386): null removes, objects merge, all else replaces. Null is no member of an object in a list either,
 * but where the list replaces an object. Neither argument is changed.
 */
export function applyMergePatch(target: Json | undefined, patch: JsonObject): JsonObject {
  const merged: JsonObject = isObject(target) ? { ...target } : {};
  for (const key of Object.keys(patch)) {
    const value = patch[key] ?? null;
    if (value === null) delete merged[key];
    else {
      const current = Object.hasOwn(merged, key) ? merged[key] : undefined;
      const next = isObject(value) ? applyMergePatch(current, value) : isObject(current) ? deepClone(value) : withoutNullMembers(value);
      if (key === '__proto__') Object.defineProperty(merged, key, { value: next, writable: true, enumerable: true, configurable: true });
      else merged[key] = next;
    }
  }
  return merged;
}

/** The smallest merge patch that turns `from` into `to`; an empty object when they are equal. */
export function createMergePatch(from: JsonObject, to: JsonObject): JsonObject {
  const patch: JsonObject = {};
  for (const key of Object.keys(from)) if (!Object.hasOwn(to, key)) patch[key] = null;
  for (const key of Object.keys(to)) {
    const before = Object.hasOwn(from, key) ? from[key] : undefined;
    const after = to[key] ?? null;
    if (isObject(before) && isObject(after)) {
      const inner = createMergePatch(before, after);
      if (Object.keys(inner).length > 0) patch[key] = inner;
    } else if (before === undefined || encodeJson(before) !== encodeJson(after)) patch[key] = deepClone(after);
  }
  return patch;
}
