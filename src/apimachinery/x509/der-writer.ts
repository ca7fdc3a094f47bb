/** Distinguished Encoding Rules (ITU-T X.690), writing: each function returns one complete tag-length-value. */

const lengthOf = (size: number): number[] => {
  if (size < 0x80) return [size];
  const bytes: number[] = [];
  for (let rest = size; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
};

/** Any tag around the concatenated contents. */
export const element = (tag: number, ...contents: readonly Uint8Array[]): Buffer => {
  let size = 0;
  for (const content of contents) size += content.length;
  const header = lengthOf(size);
  const out = Buffer.allocUnsafe(1 + header.length + size);
  out[0] = tag;
  out.set(header, 1);
  let offset = 1 + header.length;
  for (const content of contents) {
    out.set(content, offset);
    offset += content.length;
  }
  return out;
};

export const sequence = (...contents: readonly Uint8Array[]): Buffer => element(0x30, ...contents);

/** A SET OF: DER wants its elements in ascending order of their encodings. */
export const setOf = (...contents: readonly Uint8Array[]): Buffer => element(0x31, ...contents.toSorted((a, b) => Buffer.compare(a, b)));

/** An explicitly tagged, constructed, context-specific element. */
export const explicit = (tag: number, content: Uint8Array): Buffer => element(0xa0 | tag, content);

export const boolean = (value: boolean): Buffer => element(0x01, Uint8Array.of(value ? 0xff : 0));

/** A non-negative INTEGER from big-endian bytes. */
export const unsigned = (bytes: Uint8Array): Buffer => {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const trimmed = bytes.subarray(start);
  return (trimmed[0] ?? 0) & 0x80
    ? element(0x02, Uint8Array.of(0), trimmed)
    : element(0x02, trimmed.length > 0 ? trimmed : Uint8Array.of(0));
};

export const smallInteger = (value: number): Buffer => element(0x02, Uint8Array.of(value));
export const octets = (content: Uint8Array): Buffer => element(0x04, content);
export const nullValue = (): Buffer => element(0x05);
export const bits = (content: Uint8Array, unusedBits = 0): Buffer => element(0x03, Uint8Array.of(unusedBits), content);

/** A BIT STRING of named bits (bit 0 is the most significant), trailing zeros dropped as DER demands. */
export const namedBits = (positions: readonly number[]): Buffer => {
  const highest = Math.max(-1, ...positions);
  if (highest < 0) return bits(new Uint8Array());
  const bytes = new Uint8Array((highest >> 3) + 1);
  for (const position of positions) bytes[position >> 3] = (bytes[position >> 3] ?? 0) | (0x80 >> (position & 7));
  return bits(bytes, 7 - (highest & 7));
};

/** An OBJECT IDENTIFIER from its dotted form. */
export const objectIdentifier = (dotted: string): Buffer => {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes: number[] = [];
  for (const arc of [first * 40 + second, ...rest]) {
    const groups = [arc % 128];
    for (let high = Math.floor(arc / 128); high > 0; high = Math.floor(high / 128)) groups.unshift((high % 128) | 0x80);
    bytes.push(...groups);
  }
  return element(0x06, Uint8Array.from(bytes));
};

/** PrintableString where the alphabet allows it, UTF8String otherwise. */
export const text = (value: string): Buffer => element(/^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value) ? 0x13 : 0x0c, Buffer.from(value, 'utf8'));

/** UTCTime before 2050, GeneralizedTime from then on (RFC 5280 4.1.2.5); whole seconds. */
export const time = (at: Date): Buffer => {
  const digits = at.toISOString().replace(/[-:T]|\.\d+/g, '');
  return at.getUTCFullYear() < 2050 ? element(0x17, Buffer.from(digits.slice(2))) : element(0x18, Buffer.from(digits));
};
