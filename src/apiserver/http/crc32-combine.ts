/** The polynomial of CRC-32 (ISO 3309, RFC 1952 section 8), bits reversed. */
const polynomial = 0xedb88320;

/** Product of two polynomials modulo CRC-32's. */
const multiply = (a: number, b: number): number => {
  let product = 0;
  let factor = b;
  for (let bit = 0x80000000; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) product ^= factor;
    factor = (factor & 1) !== 0 ? (factor >>> 1) ^ polynomial : factor >>> 1;
  }
  return product >>> 0;
};

/** x to the power of 2^n, for each n. */
const powers: readonly number[] = (() => {
  const all = [0x40000000];
  while (all.length < 56) all.push(multiply(all.at(-1)!, all.at(-1)!));
  return all;
})();

/** The CRC-32 of two texts one after the other, from the CRC-32 of each and the second one's length in bytes. */
export const combineCrc32 = (first: number, second: number, secondLength: number): number => {
  let shift = 0x80000000;
  let bits = secondLength * 8;
  for (let n = 0; bits > 0; n++) {
    if (bits % 2 === 1) shift = multiply(powers[n]!, shift);
    bits = Math.floor(bits / 2);
  }
  return (multiply(shift, first) ^ second) >>> 0;
};
