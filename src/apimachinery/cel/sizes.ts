import { isMap, List, type Value } from './values.ts';

/** A value's size as costs count it: characters, bytes, items, 1 for everything else. */
export const sizeOf = (value: Value): number => {
  if (typeof value === 'string' || value instanceof Uint8Array) return value.length;
  return value instanceof List || isMap(value) ? value.size : 1;
};
