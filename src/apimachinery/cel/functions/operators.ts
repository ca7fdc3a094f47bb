import { equal, itemKey } from '../equality.ts';
import type { DynamicMap } from '../values.ts';
import {
  checkInt,
  checkUint,
  Duration,
  EvaluationError,
  isMap,
  List,
  Optional,
  Timestamp,
  Uint,
  type MapValue,
  type Value,
} from '../values.ts';
import { declare, type Overload } from './declare.ts';

const fail = (message: string): never => {
  throw new EvaluationError(message);
};
const divisor = (value: bigint): bigint => (value === 0n ? fail('division by zero') : value);
const modulus = (value: bigint): bigint => (value === 0n ? fail('modulus by zero') : value);
const minTime = -62_135_596_800_000_000_000n;
const maxTime = 253_402_300_799_999_999_999n;
/** An instant in the zone that another one was written in. */
const timestamp = (nanoseconds: bigint, { offsetSeconds }: Timestamp): Timestamp =>
  nanoseconds < minTime || nanoseconds > maxTime ? fail('timestamp overflow') : new Timestamp(nanoseconds, offsetSeconds);
const duration = (nanoseconds: bigint): Duration => {
  try {
    return new Duration(checkInt(nanoseconds));
  } catch {
    return fail('integer overflow');
  }
};

const arithmetic: Overload[] = [
  declare('_+_(int, int) int', (a: bigint, b: bigint) => checkInt(a + b)),
  declare('_+_(uint, uint) uint', (a: Uint, b: Uint) => checkUint(a.value + b.value)),
  declare('_+_(double, double) double', (a: number, b: number) => a + b),
  declare('_+_(string, string) string', (a: string, b: string) => a + b, 'add_string'),
  declare('_+_(bytes, bytes) bytes', (a: Uint8Array, b: Uint8Array) => Buffer.concat([a, b]), 'add_bytes'),
  declare('_+_(list(A), list(A)) list(A)', (a: List, b: List) => concatenate(a, b), 'add_list'),
  declare('_+_(duration, duration) duration', (a: Duration, b: Duration) => duration(a.nanoseconds + b.nanoseconds)),
  declare('_+_(timestamp, duration) timestamp', (a: Timestamp, b: Duration) => timestamp(a.nanoseconds + b.nanoseconds, a)),
  declare('_+_(duration, timestamp) timestamp', (a: Duration, b: Timestamp) => timestamp(a.nanoseconds + b.nanoseconds, b)),
  declare('_-_(int, int) int', (a: bigint, b: bigint) => checkInt(a - b)),
  declare('_-_(uint, uint) uint', (a: Uint, b: Uint) => checkUint(a.value - b.value)),
  declare('_-_(double, double) double', (a: number, b: number) => a - b),
  declare('_-_(duration, duration) duration', (a: Duration, b: Duration) => duration(a.nanoseconds - b.nanoseconds)),
  declare('_-_(timestamp, duration) timestamp', (a: Timestamp, b: Duration) => timestamp(a.nanoseconds - b.nanoseconds, a)),
  declare('_-_(timestamp, timestamp) duration', (a: Timestamp, b: Timestamp) => duration(a.nanoseconds - b.nanoseconds)),
  declare('_*_(int, int) int', (a: bigint, b: bigint) => checkInt(a * b)),
  declare('_*_(uint, uint) uint', (a: Uint, b: Uint) => checkUint(a.value * b.value)),
  declare('_*_(double, double) double', (a: number, b: number) => a * b),
  declare('_/_(int, int) int', (a: bigint, b: bigint) => checkInt(a / divisor(b))),
  declare('_/_(uint, uint) uint', (a: Uint, b: Uint) => checkUint(a.value / divisor(b.value))),
  declare('_/_(double, double) double', (a: number, b: number) => a / b),
  declare('_%_(int, int) int', (a: bigint, b: bigint) => checkInt(a % modulus(b))),
  declare('_%_(uint, uint) uint', (a: Uint, b: Uint) => checkUint(a.value % modulus(b.value))),
  declare('-_(int) int', (a: bigint) => checkInt(-a)),
  declare('-_(double) double', (a: number) => -a),
  declare('!_(bool) bool', (a: boolean) => !a),
];

/** Lists of type set unite, lists of type map merge by key, others follow each other. */
const concatenate = (left: List, right: List): List => {
  const { identity } = left;
  if (identity === 'order') return new List([...left, ...right]);
  const items = left.toArray();
  for (const item of right) {
    const same =
      typeof identity === 'object'
        ? (other: Value) => itemKey(other, identity) === itemKey(item, identity)
        : (other: Value) => equal(other, item);
    const index = items.findIndex(same);
    if (index < 0) items.push(item);
    else if (typeof identity === 'object') items[index] = item;
  }
  return new List(items, undefined, identity);
};

type Ordered = bigint | number | string | boolean | Uint | Uint8Array | Timestamp | Duration;

/** -1, 0 or 1; undefined when either is NaN. */
const compare = (left: Ordered, right: Ordered): number | undefined => {
  if (left instanceof Uint8Array && right instanceof Uint8Array) return Buffer.compare(left, right);
  if (typeof left === 'string' && typeof right === 'string') return left === right ? 0 : compareCodePoints(left, right);
  const a = comparable(left);
  const b = comparable(right);
  return a < b ? -1 : a > b ? 1 : Number.isNaN(Number(a)) || Number.isNaN(Number(b)) ? undefined : 0;
};

const comparable = (value: Ordered): bigint | number => {
  if (value instanceof Uint) return value.value;
  if (value instanceof Timestamp || value instanceof Duration) return value.nanoseconds;
  return typeof value === 'boolean' ? Number(value) : (value as bigint | number);
};

/** UTF-16 order differs from code point order only where surrogates meet the last BMP characters. */
const compareCodePoints = (left: string, right: string): number => Buffer.compare(Buffer.from(left), Buffer.from(right));

const orderedPairs = [
  ...['bool', 'int', 'uint', 'double', 'string', 'bytes', 'timestamp', 'duration'].map((type) => [type, type] as const),
  ...(['int', 'uint', 'double'] as const).flatMap((left) =>
    (['int', 'uint', 'double'] as const).filter((right) => right !== left).map((right) => [left, right] as const),
  ),
];
const relations = {
  '_<_': (order: number) => order < 0,
  '_<=_': (order: number) => order <= 0,
  '_>_': (order: number) => order > 0,
  '_>=_': (order: number) => order >= 0,
};
const comparisons = Object.entries(relations).flatMap(([name, holds]) =>
  orderedPairs.map(([left, right]) =>
    declare(`${name}(${left}, ${right}) bool`, (a: Ordered, b: Ordered) => {
      const order = compare(a, b);
      return order !== undefined && holds(order);
    }),
  ),
);

const at = (list: List, index: Value): Value => {
  const position = typeof index === 'number' ? index : Number(index instanceof Uint ? index.value : index);
  if (!Number.isInteger(position)) return fail(`unsupported index value: ${String(index)}`);
  return position >= 0 && position < list.size ? list.at(position) : fail(`index out of bounds: ${position}`);
};
const lookUp = (map: MapValue, key: Value): Value => map.get(key) ?? fail(`no such key: ${String(key instanceof Uint ? key.value : key)}`);

/** The value in a container when it is there. */
const find = (container: Value, key: Value): Optional => {
  if (container instanceof Optional) return container.value === undefined ? Optional.none : find(container.value, key);
  if (isMap(container)) return new Optional(container.get(key));
  if (!(container instanceof List)) return fail('no such overload');
  const position = Number(key instanceof Uint ? key.value : key);
  return position >= 0 && position < container.size ? new Optional(container.at(position)) : Optional.none;
};

const containers: Overload[] = [
  declare('_[_](list(A), int) A', at, 'index_list'),
  declare('_[_](map(A, B), A) B', lookUp, 'index_map'),
  declare('_[_](optional(list(A)), int) optional(A)', find),
  declare('_[_](optional(map(A, B)), A) optional(B)', find),
  declare('_[?_](list(A), int) optional(A)', find),
  declare('_[?_](map(A, B), A) optional(B)', find),
  declare('_[?_](optional(list(A)), int) optional(A)', find),
  declare('_[?_](optional(map(A, B)), A) optional(B)', find),
  declare('_?._(dyn, string) optional(dyn)', find),
  declare('@in(A, list(A)) bool', (item: Value, list: List) => includes(list, item), 'in_list'),
  declare('@in(A, map(A, B)) bool', (key: Value, map: MapValue) => map.get(key) !== undefined, 'in_map'),
  declare('_==_(A, A) bool', equal, 'equals'),
  declare('_!=_(A, A) bool', (a: Value, b: Value) => !equal(a, b), 'not_equals'),
  declare('cel.@mapInsert(map(A, B), A, B) map(A, B)', (map: DynamicMap, key: Value, value: Value) => {
    if (map.get(key) !== undefined) fail(`insert failed: key ${String(key)} already exists`);
    map.set(key, value);
    return map;
  }),
  declare('cel.@mapInsert(map(A, B), map(A, B)) map(A, B)', (map: DynamicMap, entries: MapValue) => {
    for (const key of entries.keys()) {
      if (map.get(key) !== undefined) fail(`insert failed: key ${String(key)} already exists`);
      map.set(key, entries.get(key) ?? null);
    }
    return map;
  }),
];

const includes = (list: List, item: Value): boolean => {
  for (const candidate of list) if (equal(candidate, item)) return true;
  return false;
};

/** Operators: arithmetic with overflow checks, comparison across number types, equality, indexing, membership. */
export const operators: readonly Overload[] = [...arithmetic, ...comparisons, ...containers];

export { includes };
