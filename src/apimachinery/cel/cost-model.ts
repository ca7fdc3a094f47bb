/**
 * What a call costs beyond its arguments, from the sizes of its operands: characters, bytes, items, 1 for scalars. Kubernetes' and
 * cel-go's rules; estimates use the largest sizes that the schema allows, evaluation the real ones.
 */
export type CallCost = (sizes: readonly number[], elementSize: number) => number;

/** A product in which nothing times unbounded is nothing. */
export const times = (left: number, right: number): number => (left === 0 || right === 0 ? 0 : left * right);

const traversal = 0.1;
const perRegexCharacter = 0.25;
const listCreation = 10;
const scaled = (size: number | undefined, factor: number): number => Math.ceil(times(size ?? 0, factor));

const receiverTraversal: CallCost = ([size]) => scaled(size, traversal);
const twiceTraversal: CallCost = ([size]) => scaled(size, 2 * traversal);
const one: CallCost = () => 1;
const everyItem: CallCost = ([size = 0], elementSize) => times(size, 1 + scaled(elementSize, traversal));
const smaller: CallCost = ([left = 0, right = 0]) => scaled(Math.min(left, right), traversal);
const both: CallCost = ([left = 0, right = 0]) => scaled(left + right, traversal);
const matching: CallCost = ([text = 0, pattern]) => times(scaled(text + 1, traversal), scaled(pattern, perRegexCharacter));
const allocation =
  (factor: number, squared = false): CallCost =>
  ([size = 0]) =>
    scaled(squared ? times(size, size) : size, factor) + 1 + listCreation;
const pairs =
  (factor: number): CallCost =>
  ([left = 0, right = 0]) =>
    scaled(times(left, right), factor) + 1;

const addressCost = 4;
const maxFormatExpression = 128;

/** By overload, else by function name; calls that are not here cost 1. */
const costs: Readonly<Record<string, CallCost>> = {
  check: () => 350_000,
  isSorted: everyItem,
  sum: everyItem,
  min: everyItem,
  max: everyItem,
  indexOf: everyItem,
  lastIndexOf: everyItem,
  '.indexOf(string, string) int': receiverTraversal,
  '.indexOf(string, string, int) int': receiverTraversal,
  '.lastIndexOf(string, string) int': receiverTraversal,
  '.lastIndexOf(string, string, int) int': receiverTraversal,
  url: receiverTraversal,
  lowerAscii: receiverTraversal,
  upperAscii: receiverTraversal,
  substring: receiverTraversal,
  trim: receiverTraversal,
  replace: twiceTraversal,
  split: twiceTraversal,
  join: ([size = 0, separator = 0], elementSize) => scaled(times(size, elementSize + separator), traversal),
  find: matching,
  findAll: matching,
  matches_string: matching,
  cidr: receiverTraversal,
  isIP: receiverTraversal,
  isCIDR: receiverTraversal,
  ip: receiverTraversal,
  cidr_ip: one,
  'ip.isCanonical': twiceTraversal,
  containsIP: () => addressCost,
  cidr_contains_ip_string: ([, text]) => addressCost + scaled(text, traversal),
  containsCIDR: () => 2 * addressCost,
  cidr_contains_cidr_string: ([, text]) => 2 * addressCost + scaled(text, traversal),
  quantity: receiverTraversal,
  isQuantity: receiverTraversal,
  semver: receiverTraversal,
  isSemver: receiverTraversal,
  validate: ([, text]) => scaled(scaled(text, traversal), maxFormatExpression * perRegexCharacter),
  fieldSelector: ([, text]) => scaled(text, 3 * traversal),
  labelSelector: ([, text]) => scaled(text, 3 * traversal),
  ext_format_string: receiverTraversal,
  ext_quote_string: receiverTraversal,
  string_to_bytes: receiverTraversal,
  bytes_to_string: receiverTraversal,
  starts_with_string: ([, prefix]) => scaled(prefix, traversal),
  ends_with_string: ([, suffix]) => scaled(suffix, traversal),
  contains_string: ([text, part]) => times(scaled(text, traversal), scaled(part, traversal)),
  in_list: ([, size = 0]) => size,
  add_string: both,
  add_bytes: both,
  equals: smaller,
  not_equals: smaller,
  slice: allocation(1),
  flatten: allocation(1),
  reverse: allocation(1),
  'lists.range': allocation(1),
  distinct: allocation(2, true),
  sort: allocation(2.1, true),
  '@sortByAssociatedKeys': allocation(2.1, true),
  'sets.contains': pairs(1),
  'sets.intersects': pairs(1),
  'sets.equivalent': pairs(2),
  ...Object.fromEntries(
    ['_<_', '_<=_', '_>_', '_>=_'].flatMap((name) => ['string', 'bytes'].map((type) => [`${name}(${type}, ${type}) bool`, smaller])),
  ),
};

/** How an overload's cost is computed. */
export const costOf = (overload: { readonly id: string; readonly name: string }): CallCost =>
  lookUp(overload.id) ?? lookUp(overload.name) ?? one;

const lookUp = (name: string): CallCost | undefined => (Object.hasOwn(costs, name) ? costs[name] : undefined);
