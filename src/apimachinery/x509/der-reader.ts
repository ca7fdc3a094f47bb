/** One parsed tag-length-value. `raw` includes the header, `content` does not; both are views of the input. */
export interface DerElement {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly raw: Uint8Array;
}

export class DerError extends Error {
  override readonly name = 'DerError';
}

/** Reads the element at `offset`. @throws DerError when it is truncated, indefinite or not minimal */
export const readElement = (bytes: Uint8Array, offset = 0): DerElement => {
  const tag = bytes[offset];
  const first = bytes[offset + 1];
  if (tag === undefined || first === undefined) throw new DerError('truncated element');
  if ((tag & 0x1f) === 0x1f) throw new DerError('long tags are not supported');
  let size = first;
  let start = offset + 2;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0 || count > 4) throw new DerError('invalid length');
    size = 0;
    for (let i = 0; i < count; i++) size = size * 256 + (bytes[start + i] ?? 0);
    start += count;
    if (size < 0x80) throw new DerError('non-minimal length');
  }
  if (start + size > bytes.length) throw new DerError('truncated element');
  return { tag, content: bytes.subarray(start, start + size), raw: bytes.subarray(offset, start + size) };
};

/** Reads a whole document that is one element. @throws DerError also when bytes follow it */
export const readDocument = (bytes: Uint8Array): DerElement => {
  const root = readElement(bytes);
  if (root.raw.length !== bytes.length) throw new DerError('trailing data');
  return root;
};

/** The elements inside a constructed one. @throws DerError */
export const childrenOf = (parent: DerElement): DerElement[] => {
  const children: DerElement[] = [];
  for (let offset = 0; offset < parent.content.length;) {
    const child = readElement(parent.content, offset);
    children.push(child);
    offset += child.raw.length;
  }
  return children;
};

/** The child at `index`, which must have `tag`. @throws DerError */
export const expectTag = (element: DerElement | undefined, tag: number, what: string): DerElement => {
  if (element?.tag !== tag) throw new DerError(`expected ${what}`);
  return element;
};

export const readObjectIdentifier = (element: DerElement): string => {
  const arcs: number[] = [];
  let value = 0;
  for (const byte of element.content) {
    value = value * 128 + (byte & 0x7f);
    if (byte & 0x80) continue;
    if (arcs.length === 0) {
      const first = Math.min(2, Math.floor(value / 40));
      arcs.push(first, value - first * 40);
    } else arcs.push(value);
    value = 0;
  }
  return arcs.join('.');
};

/** Any of the string types; BMPString is UTF-16, the rest is read as UTF-8. */
export const readText = (element: DerElement): string =>
  element.tag === 0x1e
    ? Buffer.from(element.content).swap16().toString('utf16le')
    : Buffer.from(element.content.buffer, element.content.byteOffset, element.content.length).toString('utf8');

/** UTCTime or GeneralizedTime. @throws DerError */
export const readTime = (element: DerElement): Date => {
  const digits = readText(element);
  const full = element.tag === 0x17 ? `${Number(digits.slice(0, 2)) < 50 ? '20' : '19'}${digits}` : digits;
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(full);
  if (!match) throw new DerError('invalid time');
  const [, year, month, day, hour, minute, second] = match;
  return new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
};

/** Positions of the set bits of a BIT STRING; bit 0 is the most significant. */
export const readNamedBits = (element: DerElement): number[] => {
  const positions: number[] = [];
  for (let bit = 0; bit < (element.content.length - 1) * 8; bit++) {
    if ((element.content[1 + (bit >> 3)] ?? 0) & (0x80 >> (bit & 7))) positions.push(bit);
  }
  return positions;
};
