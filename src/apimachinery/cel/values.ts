import type { Quantity } from '../quantity/quantity.ts';
import type { CelType } from './types.ts';

/** An unsigned 64-bit integer; a signed one is a bigint, a double a number. */
export class Uint {
  readonly value: bigint;
  constructor(value: bigint) {
    this.value = value;
  }
}

/** Nanoseconds since the epoch. */
export class Timestamp {
  readonly nanoseconds: bigint;
  /** East of UTC: how the text it came from was written, and will be again. */
  readonly offsetSeconds: number;
  constructor(nanoseconds: bigint, offsetSeconds = 0) {
    this.nanoseconds = nanoseconds;
    this.offsetSeconds = offsetSeconds;
  }
}

/** A span of time in nanoseconds, within int64. */
export class Duration {
  readonly nanoseconds: bigint;
  constructor(nanoseconds: bigint) {
    this.nanoseconds = nanoseconds;
  }
}

/** A value that may be absent. */
export class Optional {
  readonly value: Value | undefined;
  constructor(value: Value | undefined) {
    this.value = value;
  }
  static readonly none = new Optional(undefined);
}

/** A list. Items from an object are converted when they are read. */
export class List {
  readonly items: readonly unknown[];
  readonly #adapt: ((item: unknown) => Value) | undefined;
  /** How the schema identifies items: their order, their value (set), or these fields (map). */
  readonly identity: 'order' | 'set' | readonly string[];

  constructor(items: readonly unknown[], adapt?: (item: unknown) => Value, identity: 'order' | 'set' | readonly string[] = 'order') {
    this.items = items;
    this.#adapt = adapt;
    this.identity = identity;
  }
  get size(): number {
    return this.items.length;
  }
  at(index: number): Value {
    const item = this.items[index];
    return this.#adapt ? this.#adapt(item) : (item as Value);
  }
  *[Symbol.iterator](): Iterator<Value> {
    for (let index = 0; index < this.items.length; index++) yield this.at(index);
  }
  toArray(): Value[] {
    return this.items.map((_, index) => this.at(index));
  }
}

/** A map or an object. */
export interface MapValue {
  readonly size: number;
  get(key: Value): Value | undefined;
  keys(): Iterable<Value>;
}

/** A JSON object as a map with string keys; values are converted when they are read. */
export class ObjectMap implements MapValue {
  readonly object: Readonly<Record<string, unknown>>;
  readonly #adapt: (name: string, value: unknown) => Value;

  constructor(object: Readonly<Record<string, unknown>>, adapt: (name: string, value: unknown) => Value) {
    this.object = object;
    this.#adapt = adapt;
  }
  get size(): number {
    return Object.keys(this.object).length;
  }
  get(key: Value): Value | undefined {
    return typeof key === 'string' ? this.field(key) : undefined;
  }
  field(name: string): Value | undefined {
    const value = this.object[name];
    return value === undefined || !Object.hasOwn(this.object, name) ? undefined : this.#adapt(name, value);
  }
  keys(): Iterable<Value> {
    return Object.keys(this.object);
  }
}

/** A map made by an expression. Keys are bool, int, uint or string; equal numbers of different types are one key. */
export class DynamicMap implements MapValue {
  readonly #entries = new Map<string, readonly [Value, Value]>();
  get size(): number {
    return this.#entries.size;
  }
  get(key: Value): Value | undefined {
    return this.#entries.get(keyOf(key))?.[1];
  }
  set(key: Value, value: Value): void {
    this.#entries.set(keyOf(key), [key, value]);
  }
  *keys(): Iterable<Value> {
    for (const [key] of this.#entries.values()) yield key;
  }
}

const keyOf = (key: Value): string => {
  if (typeof key === 'string') return `s${key}`;
  if (typeof key === 'boolean') return `b${key}`;
  if (key instanceof Uint) return `n${key.value}`;
  return typeof key === 'bigint' || typeof key === 'number' ? `n${key}` : 'invalid';
};

/** A value of a library's own type. `equals` compares with another of the same type. */
export interface Opaque {
  readonly type: CelType;
  readonly value: unknown;
  equals(other: Opaque): boolean;
}
export class OpaqueValue<T> implements Opaque {
  readonly type: CelType;
  readonly value: T;
  readonly #equal: (left: T, right: T) => boolean;
  constructor(type: CelType, value: T, equal: (left: T, right: T) => boolean) {
    this.type = type;
    this.value = value;
    this.#equal = equal;
  }
  equals(other: Opaque): boolean {
    return other.type === this.type && this.#equal(this.value, other.value as T);
  }
}
export type QuantityValue = OpaqueValue<Quantity>;

/** A message made by an expression, such as `Object.spec{replicas: 1}`. */
export class StructValue {
  readonly typeName: string;
  readonly fields: ReadonlyMap<string, Value>;
  constructor(typeName: string, fields: ReadonlyMap<string, Value>) {
    this.typeName = typeName;
    this.fields = fields;
  }
}

/** A type as a value, such as `type(1)`. */
export class TypeValue {
  readonly type: string;
  constructor(type: string) {
    this.type = type;
  }
}

/** Every CEL value. null is CEL's null; undefined is never one. */
export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | Uint
  | Timestamp
  | Duration
  | Optional
  | List
  | ObjectMap
  | DynamicMap
  | OpaqueValue<never>
  | Opaque
  | StructValue
  | TypeValue;

export const isMap = (value: unknown): value is ObjectMap | DynamicMap => value instanceof ObjectMap || value instanceof DynamicMap;

/** Evaluation failed; the message is what cel-go would say. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
}

const int64Min = -(1n << 63n);
const int64Max = (1n << 63n) - 1n;

/** @throws {EvaluationError} when an int leaves 64 bits. */
export const checkInt = (value: bigint): bigint => {
  if (value > int64Max || value < int64Min) throw new EvaluationError('integer overflow');
  return value;
};

/** @throws {EvaluationError} when a uint leaves 64 bits. */
export const checkUint = (value: bigint): Uint => {
  if (value < 0n || value >= 1n << 64n) throw new EvaluationError('unsigned integer overflow');
  return new Uint(value);
};
