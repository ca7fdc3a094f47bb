import { encodeJson } from '../json/exact-json.ts';
import { deepClone } from '../clone/deep-clone.ts';
import type { Json, JsonObject } from '../meta/object.ts';

const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Applies a JSON merge patch (RFC 7386): null removes, objects merge, all else replaces. Neither argument is changed. */
export function applyMergePatch(target: Json | undefined, patch: JsonObject): JsonObject {
  const merged: JsonObject = isObject(target) ? { ...target } : {};
  for (const key of Object.keys(patch)) {
    const value = patch[key] ?? null;
    if (value === null) delete merged[key];
    else {
      const next = isObject(value) ? applyMergePatch(Object.hasOwn(merged, key) ? merged[key] : undefined, value) : deepClone(value);
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
