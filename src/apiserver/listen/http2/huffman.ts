/**
 * HPACK's Huffman code (RFC 7541, appendix B). It is canonical: lengths of codes say all. One character in base 36 for each symbol, in bits;
 * the end-of-string symbol, which never appears, has 30.
 */
const lengths =
  'dnsssssssoussussssssssusssssssss6aacd68baa8b8666555666666678f6cad67777777777777777777777878djde6f56565666577666567655677777fbeds' +
  'kmkkmmmnmnnnnnonoomnonnnnlmnmnnomlkmmnnlnmmolmnnllmnlmnnkmmmnmmnqqkjmnmpqqqrrqopjlqrrqrollqqsrrrkoklmllnmmppooqnqrqqrrrrrsrrrrrq';

/** Tables of 256 entries, one for each byte that may follow: 0 nothing; symbol and length of its last bits; or minus the next table's start. */
const tables: number[] = Array.from({ length: 256 }, () => 0);

const add = (symbol: number, code: number, length: number): void => {
  let table = 0;
  let left = length;
  for (; left > 8; left -= 8) {
    const at = table + ((code >>> (left - 8)) & 0xff);
    if (tables[at] === 0) {
      tables[at] = -tables.length;
      for (let i = 0; i < 256; i++) tables.push(0);
    }
    table = -tables[at]!;
  }
  const first = (code << (8 - left)) & 0xff;
  for (let i = 0; i < 2 ** (8 - left); i++) tables[table + first + i] = ((symbol + 1) << 4) | left;
};

const lengthOf = (symbol: number): number => Number.parseInt(lengths[symbol]!, 36);
let code = 0;
for (let length = 5, previous = 5; length <= 30; length++) {
  for (let symbol = 0; symbol < 256; symbol++) {
    if (lengthOf(symbol) !== length) continue;
    code <<= length - previous;
    previous = length;
    add(symbol, code++, length);
  }
}

let scratch = Buffer.alloc(4096);

/** Undefined when it is no Huffman code, or badly padded. */
export const decodeHuffman = (bytes: Buffer, start: number, end: number): string | undefined => {
  // The shortest code has 5 bits.
  const most = Math.ceil(((end - start) * 8) / 5);
  if (scratch.length < most) scratch = Buffer.alloc(most);
  let size = 0;
  let table = 0;
  let window = 0;
  let bits = 0;
  /** Bits since the last symbol. */
  let open = 0;
  for (let i = start; i < end; i++) {
    window = (window << 8) | bytes[i]!;
    bits += 8;
    open += 8;
    while (bits >= 8) {
      const entry = tables[table + ((window >>> (bits - 8)) & 0xff)]!;
      if (entry === 0) return undefined;
      if (entry < 0) {
        table = -entry;
        bits -= 8;
        continue;
      }
      scratch[size++] = (entry >>> 4) - 1;
      bits -= entry & 0xf;
      open = bits;
      table = 0;
    }
    window &= (1 << bits) - 1;
  }
  while (bits > 0) {
    const entry = tables[table + ((window << (8 - bits)) & 0xff)]!;
    if (entry <= 0 || (entry & 0xf) > bits) break;
    scratch[size++] = (entry >>> 4) - 1;
    bits -= entry & 0xf;
    window &= (1 << bits) - 1;
    open = bits;
    table = 0;
  }
  // What is left pads the last byte with ones.
  const isPadding = open <= 7 && (window & ((1 << bits) - 1)) === (1 << bits) - 1;
  return isPadding ? scratch.toString('latin1', 0, size) : undefined;
};
