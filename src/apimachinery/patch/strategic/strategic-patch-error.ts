import type { Json, JsonObject } from '../../meta/object.ts';
import { goPrint } from '../../text/go-print.ts';

/** A strategic merge patch that does not fit the object or contradicts itself; worded as the original words it. */
export class StrategicPatchError extends Error {
  override readonly name = 'StrategicPatchError';
}

export const missingMergeKey = (item: JsonObject, mergeKey: string): StrategicPatchError =>
  new StrategicPatchError(`map: ${goPrint(item)} does not contain declared merge key: ${mergeKey}`);

export const unknownDirective = (directive: Json, item: JsonObject): StrategicPatchError =>
  new StrategicPatchError(`unknown patch type: ${goPrint(directive)} in map: ${goPrint(item)}`);

/** What Go's reflect calls the type of a JSON value; `%!s(<nil>)` is how null's is printed. */
export const typeName = (value: Json | undefined): string => {
  if (value === null || value === undefined) return '%!s(<nil>)';
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'object') return 'map[string]interface {}';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  return Number.isInteger(Number(value)) ? 'int64' : 'float64';
};

export const wrongType = (expected: Json, value: Json | undefined): StrategicPatchError =>
  new StrategicPatchError(`expected a ${typeName(expected)}, but received a ${typeName(value)}`);
