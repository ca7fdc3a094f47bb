const cloneObject = (source: Record<string, unknown>): Record<string, unknown> => {
  const copy: Record<string, unknown> = {};
  for (const key in source) {
    const value = source[key];
    if (value === undefined) continue;
    const cloned = typeof value === 'object' && value !== null ? cloneAny(value) : value;
    if (key === '__proto__') Object.defineProperty(copy, key, { value: cloned, writable: true, enumerable: true, configurable: true });
    else copy[key] = cloned;
  }
  return copy;
};

const cloneAny = (value: object): unknown => {
  if (!Array.isArray(value)) return cloneObject(value as Record<string, unknown>);
  const source: readonly unknown[] = value;
  const copy: unknown[] = [];
  for (const item of source) copy.push(typeof item === 'object' && item !== null ? cloneAny(item) : item);
  return copy;
};

/** Copies JSON data (plain objects, arrays, scalars; fields that are undefined count as absent). Several times faster than structuredClone; no cycles, dates or classes. */
export const deepClone = <T>(value: T): T => (typeof value === 'object' && value !== null ? (cloneAny(value) as T) : value);
