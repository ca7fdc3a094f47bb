import type { CelType } from './types.ts';
import { Duration, isMap, List, OpaqueValue, Optional, StructValue, Timestamp, TypeValue, Uint, type Value } from './values.ts';

/** Whether a value has a parameter's type, as far as the value itself tells. */
export const matchesType = (value: Value, type: CelType): boolean => {
  switch (type.kind) {
    case 'int':
      return typeof value === 'bigint';
    case 'double':
      return typeof value === 'number';
    case 'string':
      return typeof value === 'string';
    case 'bool':
      return typeof value === 'boolean';
    case 'null':
      return value === null;
    case 'uint':
      return value instanceof Uint;
    case 'bytes':
      return value instanceof Uint8Array;
    case 'timestamp':
      return value instanceof Timestamp;
    case 'duration':
      return value instanceof Duration;
    case 'list':
      return value instanceof List && (value.size === 0 || matchesType(value.at(0), type.element));
    case 'map':
      return isMap(value);
    case 'optional':
      return value instanceof Optional && (value.value === undefined || matchesType(value.value, type.element));
    case 'type':
      return value instanceof TypeValue;
    case 'opaque':
      return value instanceof OpaqueValue && value.type === type;
    case 'object':
      return value instanceof StructValue ? value.typeName === type.name : isMap(value);
    default:
      return true;
  }
};
