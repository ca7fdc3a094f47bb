import { encodeJson } from '../json/exact-json.ts';
import { Duration, isMap, List, ObjectMap, Optional, OpaqueValue, StructValue, Timestamp, TypeValue, Uint, type Value } from './values.ts';

const numberOf = (value: Value): number | bigint | undefined => {
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  return value instanceof Uint ? value.value : undefined;
};

/** CEL's equality: numbers by value across types, values of different types are unequal, NaN equals nothing. */
export const equal = (left: Value, right: Value): boolean => {
  if (typeof left === 'string' || typeof left === 'boolean' || left === null) return left === right;
  const a = numberOf(left);
  if (a !== undefined) {
    const b = numberOf(right);
    // oxlint-disable-next-line eqeqeq -- a bigint and a number of the same value are equal here
    return b !== undefined && a == b;
  }
  if (left instanceof List) return right instanceof List && equalLists(left, right);
  if (isMap(left)) return isMap(right) && left.size === right.size && everyKey(left, right);
  if (left instanceof Timestamp) return right instanceof Timestamp && left.nanoseconds === right.nanoseconds;
  if (left instanceof Duration) return right instanceof Duration && left.nanoseconds === right.nanoseconds;
  if (left instanceof Uint8Array) return right instanceof Uint8Array && Buffer.compare(left, right) === 0;
  if (left instanceof TypeValue) return right instanceof TypeValue && left.type === right.type;
  if (left instanceof Optional) {
    if (!(right instanceof Optional)) return false;
    if (left.value === undefined || right.value === undefined) return left.value === right.value;
    return equal(left.value, right.value);
  }
  if (left instanceof StructValue) return right instanceof StructValue && equalStructs(left, right);
  return left instanceof OpaqueValue && right instanceof OpaqueValue && left.equals(right);
};

const equalStructs = (left: StructValue, right: StructValue): boolean =>
  left.typeName === right.typeName &&
  left.fields.size === right.fields.size &&
  [...left.fields].every(([name, value]) => {
    const other = right.fields.get(name);
    return other !== undefined && equal(value, other);
  });

const everyKey = (
  left: { keys(): Iterable<Value>; get(key: Value): Value | undefined },
  right: { get(key: Value): Value | undefined },
): boolean => {
  for (const key of left.keys()) {
    const a = left.get(key);
    const b = right.get(key);
    if (a === undefined || b === undefined || !equal(a, b)) return false;
  }
  return true;
};

/** The fields that identify an item of a list of type map, as one string. */
export const itemKey = (item: Value, keys: readonly string[]): string =>
  encodeJson(item instanceof ObjectMap ? keys.map((key) => item.object[key] ?? null) : null);

const equalLists = (left: List, right: List): boolean => {
  if (left.size !== right.size) return false;
  if (left.identity === 'set') return left.toArray().every((item) => right.toArray().some((other) => equal(item, other)));
  if (typeof left.identity === 'object') {
    const keys = left.identity;
    const others = new Map(right.toArray().map((item) => [itemKey(item, keys), item]));
    return left.toArray().every((item) => {
      const other = others.get(itemKey(item, keys));
      return other !== undefined && equal(item, other);
    });
  }
  for (let index = 0; index < left.size; index++) if (!equal(left.at(index), right.at(index))) return false;
  return true;
};

/** The runtime type's name, as `type(x)` prints and errors quote it. */
export const typeName = (value: Value): string => {
  if (value === null) return 'null_type';
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'double';
    default:
      break;
  }
  if (value instanceof Uint) return 'uint';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof List) return 'list';
  if (isMap(value)) return 'map';
  if (value instanceof Timestamp) return 'google.protobuf.Timestamp';
  if (value instanceof Duration) return 'google.protobuf.Duration';
  if (value instanceof Optional) return 'optional_type';
  if (value instanceof TypeValue) return 'type';
  if (value instanceof StructValue) return value.typeName;
  return value instanceof OpaqueValue && 'name' in value.type ? value.type.name : 'unknown';
};
