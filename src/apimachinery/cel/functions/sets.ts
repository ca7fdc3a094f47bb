import type { List } from '../values.ts';
import { declare, type Overload } from './declare.ts';
import { includes } from './operators.ts';

const contains = (list: List, sublist: List): boolean => sublist.toArray().every((item) => includes(list, item));

/** Lists as sets. */
export const sets: readonly Overload[] = [
  declare('sets.contains(list(T), list(T)) bool', contains),
  declare('sets.equivalent(list(T), list(T)) bool', (left: List, right: List) => contains(left, right) && contains(right, left)),
  declare('sets.intersects(list(T), list(T)) bool', (left: List, right: List) => left.toArray().some((item) => includes(right, item))),
];
