import { equal, typeName } from '../equality.ts';
import { checkInt, checkUint, Duration, EvaluationError, List, Optional, Timestamp, Uint, type Value } from '../values.ts';
import { declare, declareMember, type Overload } from './declare.ts';

const fail = (message: string): never => {
  throw new EvaluationError(message);
};

const sortKey = (value: Value): bigint | number | string | boolean => {
  if (value instanceof Uint) return value.value;
  if (value instanceof Timestamp || value instanceof Duration) return value.nanoseconds;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  return typeof value === 'object' ? fail('no such overload') : value;
};

const typesOf = (list: List): ReadonlySet<string> => new Set(list.toArray().map(typeName));

/** The order of two values of one comparable type. @throws {EvaluationError} */
export const order = (left: Value, right: Value): number => {
  const a = sortKey(left);
  const b = sortKey(right);
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : a > b ? 1 : 0;
};

const extreme =
  (wanted: number, name: string) =>
  (list: List): Value => {
    if (list.size === 0) return fail(`${name} called on empty list`);
    return list.toArray().reduce((best, item) => (order(item, best) === wanted ? item : best));
  };
const isSorted = (list: List): boolean =>
  list.toArray().every((item, index, all) => index === 0 || order(all[index - 1] ?? null, item) <= 0);

const indexOf = (list: List, item: Value): bigint => BigInt(list.toArray().findIndex((candidate) => equal(candidate, item)));
const lastIndexOf = (list: List, item: Value): bigint => BigInt(list.toArray().findLastIndex((candidate) => equal(candidate, item)));

const comparable = ['int', 'uint', 'double', 'bool', 'duration', 'timestamp', 'string', 'bytes'];
const kubernetes: Overload[] = [
  ...comparable.flatMap((type) => [
    declareMember(`isSorted(list(${type})) bool`, isSorted),
    declareMember(`min(list(${type})) ${type}`, extreme(-1, 'min')),
    declareMember(`max(list(${type})) ${type}`, extreme(1, 'max')),
  ]),
  declareMember('sum(list(int)) int', (list: List) =>
    list.toArray().reduce<bigint>((sum, item) => (typeof item === 'bigint' ? checkInt(sum + item) : fail('no such overload')), 0n),
  ),
  declareMember('sum(list(uint)) uint', (list: List) =>
    list.toArray().reduce<Uint>((sum, item) => checkUint(sum.value + (item as Uint).value), new Uint(0n)),
  ),
  declareMember('sum(list(double)) double', (list: List) => list.toArray().reduce<number>((sum, item) => sum + (item as number), 0)),
  declareMember(
    'sum(list(duration)) duration',
    (list: List) => new Duration(list.toArray().reduce<bigint>((sum, item) => checkInt(sum + (item as Duration).nanoseconds), 0n)),
  ),
  declareMember('indexOf(list(A), A) int', indexOf),
  declareMember('lastIndexOf(list(A), A) int', lastIndexOf),
];

const slice = (list: List, from: bigint, to: bigint): List => {
  if (from < 0n || to < 0n) return fail(`cannot slice(${from}, ${to}), negative indexes not supported`);
  if (from > to) return fail(`cannot slice(${from}, ${to}), start index must be less than or equal to end index`);
  if (to > BigInt(list.size)) return fail(`cannot slice(${from}, ${to}), list is length ${list.size}`);
  return new List(list.toArray().slice(Number(from), Number(to)));
};

const flatten = (list: List, depth: bigint): List => {
  if (depth < 0n) return fail('level must be non-negative');
  const into = (items: Iterable<Value>, left: number): Value[] =>
    [...items].flatMap((item) => (item instanceof List && left > 0 ? into(item, left - 1) : [item]));
  return new List(into(list, Number(depth)));
};

const distinct = (list: List): List => {
  const scalars = new Set<string>();
  const others: Value[] = [];
  return new List(
    list.toArray().filter((item) => {
      // Numbers are equal across their types.
      const number = item instanceof Uint ? item.value : typeof item === 'number' && Number.isInteger(item) ? BigInt(item) : item;
      if (typeof number === 'string' || typeof number === 'bigint' || typeof number === 'boolean') {
        const key = `${typeof number}${number}`;
        return !scalars.has(key) && scalars.add(key) !== undefined;
      }
      return !others.some((other) => equal(other, item)) && others.push(item) > 0;
    }),
  );
};

const checkSortable = (list: List): void => {
  const types = typesOf(list);
  if (types.size > 1) return fail('list elements must have the same type');
  if (['list', 'map', 'null_type'].some((type) => types.has(type))) return fail('list elements must be comparable');
};

const sort = (list: List): List => {
  checkSortable(list);
  return new List(list.toArray().toSorted(order));
};

/** The second list holds the keys of the first one's items. */
const sortByKeys = (list: List, keys: List): List => {
  checkSortable(keys);
  return new List(
    list
      .toArray()
      .map((item, index) => ({ item, key: keys.at(index) }))
      .toSorted((left, right) => order(left.key, right.key))
      .map(({ item }) => item),
  );
};

const maxRange = 1_000_000n;
const range = (count: bigint): List => {
  if (count > maxRange) return fail(`lists.range(${count}) is too large, ${maxRange} at most`);
  return new List(Array.from({ length: Math.max(0, Number(count)) }, (_, index) => BigInt(index)));
};

const extension: Overload[] = [
  declareMember('slice(list(A), int, int) list(A)', slice),
  declareMember('flatten(list(list(A))) list(A)', (list: List) => flatten(list, 1n)),
  declareMember('flatten(list(dyn), int) list(dyn)', flatten),
  declareMember('distinct(list(A)) list(A)', distinct),
  declareMember('reverse(list(A)) list(A)', (list: List) => new List(list.toArray().toReversed())),
  ...comparable.map((type) => declareMember(`sort(list(${type})) list(${type})`, sort)),
  ...comparable.map((type) => declareMember(`@sortByAssociatedKeys(list(A), list(${type})) list(A)`, sortByKeys)),
  declare('lists.range(int) list(int)', range),
  declareMember('first(list(A)) optional(A)', (list: List) => (list.size === 0 ? Optional.none : new Optional(list.at(0)))),
  declareMember('last(list(A)) optional(A)', (list: List) => (list.size === 0 ? Optional.none : new Optional(list.at(list.size - 1)))),
];

/** Kubernetes' list functions and cel-go's lists extension, version 3. */
export const lists: readonly Overload[] = [...kubernetes, ...extension];
