import { Duration, EvaluationError, isMap, List, Optional, Timestamp, Uint, type Value } from '../values.ts';
import { declare, declareMember, type Overload } from './declare.ts';

const isZero = (value: Value): boolean => {
  if (value === null || value === false || value === '' || value === 0 || value === 0n) return true;
  if (value instanceof Uint) return value.value === 0n;
  if (value instanceof List || isMap(value)) return value.size === 0;
  if (value instanceof Uint8Array) return value.length === 0;
  if (value instanceof Duration || value instanceof Timestamp) return value.nanoseconds === 0n;
  return value instanceof Optional && value.value === undefined;
};

const valueOf = (optional: Optional): Value => {
  if (optional.value === undefined) throw new EvaluationError('optional.none() dereference');
  return optional.value;
};
const unwrap = (list: List): List =>
  new List(list.toArray().flatMap((item) => (item instanceof Optional && item.value !== undefined ? [item.value] : [])));

/** Optional values. `or` and `orValue` are evaluated lazily by the interpreter. */
export const optionals: readonly Overload[] = [
  declare('optional.of(V) optional(V)', (value: Value) => new Optional(value)),
  declare('optional.ofNonZeroValue(V) optional(V)', (value: Value) => (isZero(value) ? Optional.none : new Optional(value))),
  declare('optional.none() optional(V)', () => Optional.none),
  declareMember('value(optional(V)) V', valueOf),
  declareMember('hasValue(optional(V)) bool', (optional: Optional) => optional.value !== undefined),
  declareMember('or(optional(V), optional(V)) optional(V)', (left: Optional, right: Optional) => (left.value === undefined ? right : left)),
  declareMember('orValue(optional(V), V) V', (left: Optional, right: Value) => (left.value === undefined ? right : left.value)),
  declare('optional.unwrap(list(optional(V))) list(V)', unwrap),
  declareMember('unwrapOpt(list(optional(V))) list(V)', unwrap),
];
