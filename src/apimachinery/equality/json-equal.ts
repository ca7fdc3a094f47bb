/** Whether two JSON values are the same; the order of object keys does not count, an undefined field is an absent one. */
export function jsonEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (!jsonEqual(a[i], b[i])) return false;
    return true;
  }
  if (Array.isArray(b)) return false;
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  let fields = 0;
  for (const key in left) {
    if (left[key] === undefined) continue;
    fields++;
    if (!Object.hasOwn(right, key) || !jsonEqual(left[key], right[key])) return false;
  }
  for (const key in right) if (right[key] !== undefined) fields--;
  return fields === 0;
}

/** Whether two objects are the same but for these fields of theirs. */
export function jsonEqualBut(ignored: ReadonlySet<string>, a: object, b: object): boolean {
  const [left, right] = [a, b] as [Record<string, unknown>, Record<string, unknown>];
  for (const key in left) if (!ignored.has(key) && !jsonEqual(left[key], Object.hasOwn(right, key) ? right[key] : undefined)) return false;
  for (const key in right) if (!ignored.has(key) && right[key] !== undefined && !Object.hasOwn(left, key)) return false;
  return true;
}
