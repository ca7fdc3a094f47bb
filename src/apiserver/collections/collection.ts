import type { KindDefinition } from '../../api/kind-definition.ts';
import { compareKeys } from '../../storage/embedded/key-order.ts';
import {
  blockBytes,
  createBlock,
  insertItem,
  maximumItems,
  removeItem,
  renderBlock,
  replaceItem,
  splitBlock,
  type Block,
} from './block.ts';
import type { Content } from './kept-by-kind.ts';
import { listTextOf } from './list-text.ts';

/** Objects `from` to before `to` of a rendered block. */
export interface Slice {
  readonly block: Block;
  readonly from: number;
  readonly to: number;
}

/** All objects of one kind in one version, in key order, as list text. `bytes` are counted at each call. */
export interface Collection extends Content {
  readonly size: number;
  /** The blocks' parts below a prefix, after a key; rendered as they are asked for. */
  slices(prefix: string, after: string | undefined): Generator<Slice, void>;
  /** How many keys there are below a prefix, after a key. */
  count(prefix: string, after: string | undefined): number;
}

/** Keys in a block that are before (or, with `inclusive`, at) a key. */
const rank = (keys: readonly string[], key: string, inclusive: boolean): number => {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const order = compareKeys(keys[middle] ?? '', key);
    if (order < 0 || (inclusive && order === 0)) low = middle + 1;
    else high = middle;
  }
  return low;
};

export const createCollection = (definition: KindDefinition): Collection => {
  const blocks: Block[] = [];
  let size = 0;
  const textOf = (value: Uint8Array): readonly Uint8Array[] => listTextOf(definition, value);

  /** The last block that begins at or before the key. */
  const blockAt = (key: string): number => {
    let low = 0;
    let high = blocks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareKeys(blocks[middle]?.keys[0] ?? '', key) <= 0) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  };

  const add = (index: number, key: string, value: Uint8Array): void => {
    let block = blocks[index];
    const at = block ? rank(block.keys, key, false) : 0;
    // Keys that come in order fill one block after the other.
    const goesOn = block !== undefined && index === blocks.length - 1 && at === maximumItems;
    if (!block || goesOn) {
      block = createBlock();
      blocks.push(block);
      insertItem(block, 0, key, value);
      return;
    }
    insertItem(block, at, key, value);
    if (block.keys.length > maximumItems) blocks.splice(index + 1, 0, splitBlock(block, block.keys.length >> 1));
  };

  /** The first place after a key, or at the prefix. */
  const begin = (prefix: string, after: string | undefined): { index: number; at: number } => {
    const isPast = after !== undefined && compareKeys(after, prefix) >= 0;
    const first = isPast ? after : prefix;
    const index = blockAt(first);
    return { index, at: rank(blocks[index]?.keys ?? [], first, isPast) };
  };

  /** Where the keys with the prefix end in a block; they stand together from `from` on. */
  const endIn = ({ keys }: Block, from: number, prefix: string): number => {
    if (keys.at(-1)?.startsWith(prefix)) return keys.length;
    let low = from;
    let high = keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (keys[middle]?.startsWith(prefix)) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  function* ranges(prefix: string, after: string | undefined): Generator<Slice, void> {
    const start = begin(prefix, after);
    let { at } = start;
    for (let { index } = start; index < blocks.length; index++, at = 0) {
      const block = blocks[index] as Block;
      const to = endIn(block, at, prefix);
      if (to > at) yield { block, from: at, to };
      // A block whose end is past is where the first one begins; one that stops short is the last.
      if (to < block.keys.length) return;
    }
  }

  return {
    definition,
    get size() {
      return size;
    },
    get bytes() {
      return blocks.reduce((sum, block) => sum + blockBytes(block), 0);
    },
    apply(key, value) {
      const index = blockAt(key);
      const block = blocks[index];
      const at = block ? rank(block.keys, key, false) : 0;
      const exists = block?.keys[at] === key;
      if (block && exists && value) replaceItem(block, at, value);
      else if (value) {
        add(index, key, value);
        size += 1;
      } else if (block && exists) {
        removeItem(block, at);
        size -= 1;
        if (block.keys.length === 0) blocks.splice(index, 1);
      }
    },
    *slices(prefix, after) {
      for (const slice of ranges(prefix, after)) {
        renderBlock(slice.block, textOf);
        yield slice;
      }
    },
    count(prefix, after) {
      let count = 0;
      for (const { from, to } of ranges(prefix, after)) count += to - from;
      return count;
    },
  };
};
