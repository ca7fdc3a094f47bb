/** Larger copies have memory of their own. */
const sharedBytes = 4096;
const slabBytes = 16 * 1024;

let slab = Buffer.alloc(0);
let used = 0;

/**
 * A copy of `source` from a byte on. Small copies share a piece of memory, which is freed when none of them is in use any more: a piece for
 * each is what reading many values is otherwise spent on.
 */
export const sharedCopy = (source: Uint8Array, start: number, end: number): Buffer => {
  const length = end - start;
  const bytes = new Uint8Array(source.buffer, source.byteOffset + start, length);
  if (length > sharedBytes) {
    const copy = Buffer.allocUnsafeSlow(length);
    copy.set(bytes);
    return copy;
  }
  if (used + length > slab.length) {
    slab = Buffer.allocUnsafeSlow(slabBytes);
    used = 0;
  }
  slab.set(bytes, used);
  const copy = slab.subarray(used, used + length);
  used += length;
  return copy;
};
