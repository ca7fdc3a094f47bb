/** Orders keys by the bytes of their UTF-8 form. JavaScript's `<` compares UTF-16 units, which differs beyond U+D7FF only. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return utf8Rank(left) - utf8Rank(right);
  }
  return a.length - b.length;
}

/** Surrogates encode code points above U+FFFF, so they sort after U+E000–U+FFFF in UTF-8. */
function utf8Rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** Rejects keys that no driver can hold: empty, or with a NUL, which embedded drivers use as a separator. @throws RangeError */
export function assertKey(key: string): void {
  if (key === '' || key.includes('\0')) throw new RangeError(`key ${JSON.stringify(key)}: must be non-empty and without NUL`);
}

/** The first key after every key that starts with `prefix`; undefined when there is none. */
export function prefixEnd(prefix: Buffer): Buffer | undefined {
  for (let i = prefix.length - 1; i >= 0; i--) {
    const byte = prefix[i] ?? 0xff;
    if (byte === 0xff) continue;
    const end = Buffer.from(prefix.subarray(0, i + 1));
    end[i] = byte + 1;
    return end;
  }
  return undefined;
}
