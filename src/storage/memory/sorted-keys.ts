import { compareKeys } from '../embedded/key-order.ts';

const chunkSize = 512;

/** A set of keys in byte order: sorted chunks, so that insertion moves hundreds of entries, not all of them. */
export class SortedKeys {
  readonly #chunks: string[][] = [];

  add(key: string): void {
    const at = Math.max(0, this.#chunkOf(key));
    const chunk = (this.#chunks[at] ??= []);
    const index = lowerBound(chunk, key);
    if (chunk[index] === key) return;
    chunk.splice(index, 0, key);
    if (chunk.length > chunkSize) this.#chunks.splice(at + 1, 0, chunk.splice(chunkSize >> 1));
  }

  delete(key: string): void {
    const at = this.#chunkOf(key);
    const chunk = this.#chunks[at];
    if (!chunk) return;
    const index = lowerBound(chunk, key);
    if (chunk[index] !== key) return;
    chunk.splice(index, 1);
    if (chunk.length === 0) this.#chunks.splice(at, 1);
  }

  /** Keys that start with `prefix`, beginning at `from` (inclusive). */
  *below(prefix: string, from: string): Generator<string, void> {
    const start = compareKeys(from, prefix) > 0 ? from : prefix;
    let at = Math.max(0, this.#chunkOf(start));
    let index = lowerBound(this.#chunks[at] ?? [], start);
    for (; at < this.#chunks.length; at++, index = 0) {
      const chunk = this.#chunks[at] ?? [];
      for (; index < chunk.length; index++) {
        const key = chunk[index] ?? '';
        if (!key.startsWith(prefix)) return;
        yield key;
      }
    }
  }

  /** The last chunk whose first key is at or before `key`; -1 when `key` sorts before everything. */
  #chunkOf(key: string): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareKeys(this.#chunks[middle]?.[0] ?? '', key) <= 0) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareKeys(keys[middle] ?? '', key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
