import { parseJson } from '../json/exact-json.ts';
import { goQuote, goJson } from '../text/go-quote.ts';
import type { Json } from '../meta/object.ts';

/**
 * One step of a field path, in the very form of meta/v1 FieldsV1: `f:NAME` a field, `k:{"name":"c"}` a list item by its keys,
 * `v:"x"` an item of a set, `i:0` an index. Canonical, so that equal steps are equal strings.
 */
export type PathElement = string;

const fieldElements = new Map<string, PathElement>();
const maxFieldElements = 4096;
const maxKeptLength = 64;

/** Kept for names that were met first, most of which are schemas': a string that is used as a key again and again is hashed once. */
export const fieldElement = (name: string): PathElement => {
  const known = fieldElements.get(name);
  if (known !== undefined) return known;
  const element = `f:${name}`;
  if (name.length <= maxKeptLength && fieldElements.size < maxFieldElements) fieldElements.set(name, element);
  return element;
};
export const valueElement = (value: Json): PathElement => `v:${goJson(value)}`;

/** `keys` must already be sorted by name. */
export const keyElement = (keys: readonly (readonly [string, Json])[]): PathElement =>
  `k:{${keys.map(([name, value]) => `${goJson(name)}:${goJson(value)}`).join(',')}}`;

/** The field's name; undefined for other kinds of steps. */
export const fieldNameOf = (element: PathElement): string | undefined => (element.startsWith('f:') ? element.slice(2) : undefined);

const sortedKeys = (element: PathElement): [string, Json][] => {
  const keys = parseJson(element.slice(2));
  if (typeof keys !== 'object' || keys === null || Array.isArray(keys)) throw new Error(`expected an object: ${element}`);
  return Object.entries(keys).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
};

const maxInt64 = 2n ** 63n - 1n;

const parseIndex = (text: string): PathElement => {
  const index = /^[+-]?[0-9]+$/.test(text) ? BigInt(text.replace('+', '')) : undefined;
  if (index === undefined || index > maxInt64 || index < -maxInt64 - 1n) throw new Error(`invalid index: ${text}`);
  return `i:${index}`;
};

/**
 * Brings a step that a client wrote into canonical form; undefined for one of a kind that a later version may know.
 * @throws {Error} when it is none
 */
export function parsePathElement(text: string): PathElement | undefined {
  if (text.length < 2) throw new Error('key must be 2 characters long:');
  if (text[1] !== ':') throw new Error(`missing colon: ${text}`);
  switch (text[0]) {
    case 'f':
      return text;
    case 'v':
      return valueElement(parseJson(text.slice(2)));
    case 'k':
      return keyElement(sortedKeys(text));
    case 'i':
      return parseIndex(text.slice(2));
    default:
      return undefined;
  }
}

const rankOfType = (value: Json): number => ['number', 'string', 'boolean'].indexOf(typeof value === 'bigint' ? 'number' : typeof value);

const compareValues = (a: Json, b: Json): number => {
  const rank = rankOfType(a) - rankOfType(b);
  if (rank !== 0 || typeof a === 'object' || typeof b === 'object' || a === b) return rank;
  return a < b ? -1 : 1;
};

const compareKeys = (left: readonly [string, Json][], right: readonly [string, Json][]): number => {
  for (let i = 0; i < left.length && i < right.length; i++) {
    const [leftName = '', leftValue = null] = left[i] ?? [];
    const [rightName = '', rightValue = null] = right[i] ?? [];
    if (leftName !== rightName) return leftName < rightName ? -1 : 1;
    const order = compareValues(leftValue, rightValue);
    if (order !== 0) return order;
  }
  return left.length - right.length;
};

const kindOrder = 'fkvi';

/** The order of FieldsV1: fields, items by key, items by value, indexes. */
export function comparePathElements(a: PathElement, b: PathElement): number {
  if (a === b) return 0;
  const kind = a[0] ?? '';
  if (kind !== b[0]) return kindOrder.indexOf(kind) - kindOrder.indexOf(b[0] ?? '');
  if (kind === 'f') return a < b ? -1 : 1;
  if (kind === 'k') return compareKeys(sortedKeys(a), sortedKeys(b));
  return compareValues(parseJson(a.slice(2)), parseJson(b.slice(2)));
}

/** In the order of FieldsV1, in place. Of many elements each is parsed once, not once for each comparison. */
export const sortByElement = <T>(items: T[], elementOf: (item: T) => PathElement): void => {
  const parsed = new Map<PathElement, readonly [string, Json][]>();
  const parse = (element: PathElement): readonly [string, Json][] => {
    let found = parsed.get(element);
    if (!found) parsed.set(element, (found = element.startsWith('k') ? sortedKeys(element) : [['', parseJson(element.slice(2))]]));
    return found;
  };
  items.sort((left, right) => {
    const [a, b] = [elementOf(left), elementOf(right)];
    const isParsed = a[0] === b[0] && a[0] !== 'f' && a !== b;
    return isParsed ? compareKeys(parse(a), parse(b)) : comparePathElements(a, b);
  });
};

const formatValue = (value: Json): string => {
  if (typeof value === 'string') return goQuote(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(formatValue).join(',')}]`;
  return Object.entries(value)
    .map(([name, item]) => `${name}=${formatValue(item)}`)
    .join('');
};

/** A step as messages show it: `.name`, `[name="c"]`, `[="x"]`, `[0]`. */
export function formatPathElement(element: PathElement): string {
  const body = element.slice(2);
  switch (element[0]) {
    case 'f':
      return `.${body}`;
    case 'k':
      return `[${sortedKeys(element)
        .map(([name, value]) => `${name}=${formatValue(value)}`)
        .join(',')}]`;
    case 'v':
      return `[=${formatValue(parseJson(body))}]`;
    default:
      return `[${body}]`;
  }
}

/** `.spec.containers[name="c"].image` */
export const formatFieldPath = (path: readonly PathElement[]): string => path.map(formatPathElement).join('');
