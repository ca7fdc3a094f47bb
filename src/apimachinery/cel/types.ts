/** A CEL type: what the checker computes with. `param` is a type variable of a signature or of an empty literal. */
export type CelType =
  | { readonly kind: PrimitiveKind }
  | { readonly kind: 'list'; readonly element: CelType }
  | { readonly kind: 'map'; readonly key: CelType; readonly value: CelType }
  | { readonly kind: 'optional'; readonly element: CelType }
  | { readonly kind: 'type'; readonly of: CelType | undefined }
  | { readonly kind: 'object'; readonly name: string; readonly fields: ReadonlyMap<string, ObjectField> | undefined }
  | { readonly kind: 'opaque'; readonly name: string }
  | { readonly kind: 'param'; readonly name: string };

export interface ObjectField {
  readonly type: CelType;
  /** The name in JSON, which differs from the name in expressions when that had to be escaped. */
  readonly name: string;
}

type PrimitiveKind = 'bool' | 'int' | 'uint' | 'double' | 'string' | 'bytes' | 'null' | 'dyn' | 'timestamp' | 'duration' | 'error';

const primitive = (kind: PrimitiveKind): CelType => ({ kind });
export const boolType = primitive('bool');
export const intType = primitive('int');
export const uintType = primitive('uint');
export const doubleType = primitive('double');
export const stringType = primitive('string');
export const bytesType = primitive('bytes');
export const nullType = primitive('null');
export const dynType = primitive('dyn');
export const timestampType = primitive('timestamp');
export const durationType = primitive('duration');
/** The type of an expression that has an error already: fits everywhere, so that one mistake is reported once. */
export const errorType = primitive('error');
export const listType = (element: CelType): CelType => ({ kind: 'list', element });
export const mapType = (key: CelType, value: CelType): CelType => ({ kind: 'map', key, value });
export const optionalType = (element: CelType): CelType => ({ kind: 'optional', element });
export const opaqueType = (name: string): CelType => ({ kind: 'opaque', name });

/** A type as messages print it, such as `map(string, list(int))`. */
export const formatType = (type: CelType): string => {
  switch (type.kind) {
    case 'list':
      return `list(${formatType(type.element)})`;
    case 'map':
      return `map(${formatType(type.key)}, ${formatType(type.value)})`;
    case 'optional':
      return `optional_type(${formatType(type.element)})`;
    case 'type':
      return type.of ? `type(${formatType(type.of)})` : 'type';
    case 'object':
    case 'opaque':
    case 'param':
      return type.name;
    case 'error':
      return '!error!';
    default:
      return type.kind;
  }
};

/** The same as the name of a type, which tells primitives by their full names. */
export const formatTypeName = (type: CelType): string => fullNames[formatType(type)] ?? formatType(type);

const fullNames: Readonly<Record<string, string>> = {
  null: 'null_type',
  timestamp: 'google.protobuf.Timestamp',
  duration: 'google.protobuf.Duration',
};

/** A mapping of type variables to types, grown by unification. */
export type Substitution = Map<string, CelType>;

/** Replaces bound variables; `free` decides what an unbound one becomes. */
export const substitute = (type: CelType, mapping: Substitution, free: (param: CelType) => CelType = (param) => param): CelType => {
  switch (type.kind) {
    case 'param': {
      const bound = mapping.get(type.name);
      return bound ? substitute(bound, mapping, free) : free(type);
    }
    case 'list':
      return { kind: 'list', element: substitute(type.element, mapping, free) };
    case 'optional':
      return { kind: 'optional', element: substitute(type.element, mapping, free) };
    case 'map':
      return { kind: 'map', key: substitute(type.key, mapping, free), value: substitute(type.value, mapping, free) };
    case 'type':
      return type.of ? { kind: 'type', of: substitute(type.of, mapping, free) } : type;
    default:
      return type;
  }
};

const occurs = (name: string, type: CelType, mapping: Substitution): boolean => {
  switch (type.kind) {
    case 'param': {
      const bound = mapping.get(type.name);
      return type.name === name || (bound !== undefined && occurs(name, bound, mapping));
    }
    case 'list':
    case 'optional':
      return occurs(name, type.element, mapping);
    case 'map':
      return occurs(name, type.key, mapping) || occurs(name, type.value, mapping);
    default:
      return false;
  }
};

/** Types whose values may be null: objects and the like, never scalars, lists or maps. */
const takesNull = (type: CelType): boolean => ['object', 'opaque', 'optional', 'timestamp', 'duration', 'null'].includes(type.kind);

/** Whether a value of type `from` may stand where `to` is expected; binds type variables on the way. */
export const isAssignable = (to: CelType, from: CelType, mapping: Substitution): boolean => {
  const left = to.kind === 'param' ? (mapping.get(to.name) ?? to) : to;
  const right = from.kind === 'param' ? (mapping.get(from.name) ?? from) : from;
  if (left !== to || right !== from) {
    if (isAssignable(left, right, mapping)) return true;
    // A variable that was bound to null or less can widen to what now comes.
    if (to.kind === 'param' && left !== to && isAssignable(right, left, mapping)) {
      mapping.set(to.name, right);
      return true;
    }
    return false;
  }
  if (left.kind === 'param') {
    if (right.kind === 'param' && right.name === left.name) return true;
    if (occurs(left.name, right, mapping)) return false;
    mapping.set(left.name, right);
    return true;
  }
  if (right.kind === 'param') {
    if (occurs(right.name, left, mapping)) return false;
    mapping.set(right.name, left);
    return true;
  }
  if (left.kind === 'dyn' || right.kind === 'dyn' || left.kind === 'error' || right.kind === 'error') return true;
  if (right.kind === 'null') return takesNull(left);
  if (left.kind !== right.kind) return left.kind === 'null' && takesNull(right);
  switch (left.kind) {
    case 'list':
    case 'optional':
      return isAssignable(left.element, (right as typeof left).element, mapping);
    case 'map':
      return isAssignable(left.key, (right as typeof left).key, mapping) && isAssignable(left.value, (right as typeof left).value, mapping);
    case 'object':
    case 'opaque':
      return left.name === (right as typeof left).name;
    default:
      return true;
  }
};
