import {
  boolType,
  bytesType,
  doubleType,
  durationType,
  intType,
  nullType,
  stringType,
  timestampType,
  uintType,
  type CelType,
} from './types.ts';

/** Types whose names are values too; undefined those of many types. */
const namedTypes: Readonly<Record<string, CelType | undefined>> = {
  bool: boolType,
  int: intType,
  uint: uintType,
  double: doubleType,
  string: stringType,
  bytes: bytesType,
  list: undefined,
  map: undefined,
  null_type: nullType,
  type: undefined,
  optional_type: undefined,
  'google.protobuf.Timestamp': timestampType,
  'google.protobuf.Duration': durationType,
};
/** Whether a name is a type's. */
export const isTypeName = (name: string): boolean => Object.hasOwn(namedTypes, name);
/** The type that a type's name has as a value. */
export const typeNamed = (name: string): CelType => ({ kind: 'type', of: isTypeName(name) ? namedTypes[name] : undefined });
