import type { Json, JsonObject } from '../meta/object.ts';
import { typeName } from './equality.ts';
import { formatTimestamp } from './time.ts';
import { DynamicMap, EvaluationError, List, ObjectMap, Optional, StructValue, Timestamp, Uint, type Value } from './values.ts';

const maxSafe = BigInt(Number.MAX_SAFE_INTEGER);

const integer = (value: bigint): number | bigint => (value >= -maxSafe && value <= maxSafe ? Number(value) : value);

const fieldsOf = (value: StructValue | DynamicMap): [string, Value][] => {
  if (value instanceof StructValue) return [...value.fields];
  return [...value.keys()].map((key) => {
    if (typeof key !== 'string') throw new EvaluationError(`map key "${String(key)}" is of type ${typeName(key)}, not string`);
    return [key, value.get(key) ?? null];
  });
};

/** What an expression made, as JSON; parts that it took from an object are that object's own JSON. @throws {EvaluationError} */
export const toJson = (value: Value): Json => {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value;
  if (typeof value === 'bigint') return integer(value);
  if (value instanceof Uint) return integer(value.value);
  if (value instanceof List) return value.toArray().map(toJson);
  if (value instanceof ObjectMap) return structuredClone(value.object) as JsonObject;
  if (value instanceof StructValue || value instanceof DynamicMap)
    return Object.fromEntries(fieldsOf(value).map(([name, field]) => [name, toJson(field)]));
  if (value instanceof Timestamp) return formatTimestamp(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof Optional) return value.value === undefined ? null : toJson(value.value);
  throw new EvaluationError(`unsupported conversion from ${typeName(value)} to JSON`);
};
