import { encodeJson } from '../../../apimachinery/json/exact-json.ts';

/** Letters without vowels, and digits that look like no letter: names stay decent. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** A short, stable, DNS-safe name for a JSON value (FNV-1a, 32 bits); `collisions` makes another one. */
export const hashName = (value: unknown, collisions = 0): string => {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(canonical(value) + (collisions > 0 ? String(collisions) : ''), 'utf8')) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return [...String(hash)].map((digit) => alphabet[digit.charCodeAt(0) % alphabet.length]).join('');
};

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return encodeJson(value) ?? 'null';
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${entries
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`)
    .join(',')}}`;
}
