import type { Json, JsonObject } from '../../meta/object.ts';

/** A strategic merge patch that does not fit the object or contradicts itself; worded as the original words it. */
export class StrategicPatchError extends Error {
  override readonly name = 'StrategicPatchError';
}

/** A value as Go's %v prints decoded JSON; messages show values this way. */
export const printValue = (value: Json | undefined): string => {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(printValue).join(' ')}]`;
  if (typeof value !== 'object') return String(value);
  const fields = Object.keys(value)
    .toSorted()
    .map((key) => `${key}:${printValue(value[key])}`);
  return `map[${fields.join(' ')}]`;
};

export const missingMergeKey = (item: JsonObject, mergeKey: string): StrategicPatchError =>
  new StrategicPatchError(`map: ${printValue(item)} does not contain declared merge key: ${mergeKey}`);

export const unknownDirective = (directive: Json, item: JsonObject): StrategicPatchError =>
  new StrategicPatchError(`unknown patch type: ${printValue(directive)} in map: ${printValue(item)}`);
