import { encodeJson } from './exact-json.ts';

const sorted = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const entries = Object.entries(value).map(([key, item]) => [key, sorted(item)] as const);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
};

/** JSON with the keys in order, as Go writes maps: equal values are equal texts. */
export const canonicalJson = (value: unknown): string => encodeJson(sorted(value));
