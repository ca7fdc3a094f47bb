import { goQuote } from '../text/go-quote.ts';
import type { Json } from '../meta/object.ts';
import type { ListType } from './merge-type.ts';
import { keyElement, valueElement, type PathElement } from './path-element.ts';

/**
 * What tells an item of a set or map list from the others.
 * @throws {Error} when the item cannot be told apart, in the original's words
 */
export function listItemElement(list: ListType, item: Json): PathElement {
  if (list.kind === 'set') {
    if (item === null) throw new Error("associative list without keys has an element that's an explicit null");
    if (Array.isArray(item)) throw new Error('not supported: associative list with lists as elements');
    if (typeof item === 'object') throw new Error("associative list without keys has an element that's a map type");
    return valueElement(item);
  }
  if (item === null) throw new Error('associative list with keys may not have a null element');
  if (typeof item !== 'object' || Array.isArray(item)) throw new Error('associative list with keys may not have non-map elements');
  const keys: [string, Json][] = [];
  for (const key of list.keys) {
    const value = Object.hasOwn(item, key) ? item[key] : list.keyDefault(key);
    if (value !== undefined) keys.push([key, value]);
  }
  if (keys.length === 0) {
    const names = list.keys.map(goQuote).join(' ');
    throw new Error(
      `associative list with keys has an element that omits all key fields [${names}] (and doesn't have default values for any key fields)`,
    );
  }
  return keyElement(keys.length > 1 ? keys.toSorted(([a], [b]) => (a < b ? -1 : 1)) : keys);
}

/** The same, undefined instead of an error: for stored objects, which were checked when they were written. */
export const listItemElementOf = (list: ListType, item: Json): PathElement | undefined => {
  try {
    return listItemElement(list, item);
  } catch {
    return undefined;
  }
};
