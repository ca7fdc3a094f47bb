import type { ListText } from './list-text.ts';
import { labelsOf, type Labels } from '../registry/value-text.ts';

/** A run of neighbouring objects whose list text is kept joined by commas, so that a list copies runs and not objects. */
export interface Block {
  readonly keys: string[];
  /** The joined text as it was last made; a change makes it anew before the next read, for readers may still hold it. */
  text: Buffer;
  /** Where each object's text lies in `text`; meaningless for those with a fresh value. */
  readonly starts: number[];
  readonly ends: number[];
  /** Values that have come since the text was made. */
  readonly fresh: (Uint8Array | undefined)[];
  /** Found when first asked for. */
  readonly labels: (Labels | undefined)[];
  isStale: boolean;
}

const bytesPerItem = 128;

/** A block splits when it grows beyond this many objects. */
export const maximumItems = 128;

export const createBlock = (): Block => ({ keys: [], text: Buffer.alloc(0), starts: [], ends: [], fresh: [], labels: [], isStale: false });

const columns = ({ keys, starts, ends, fresh, labels }: Block): readonly unknown[][] => [keys, starts, ends, fresh, labels];

export const insertItem = (block: Block, at: number, key: string, value: Uint8Array): void => {
  block.keys.splice(at, 0, key);
  block.starts.splice(at, 0, 0);
  block.ends.splice(at, 0, 0);
  block.fresh.splice(at, 0, value);
  block.labels.splice(at, 0, undefined);
  block.isStale = true;
};

export const replaceItem = (block: Block, at: number, value: Uint8Array): void => {
  block.fresh[at] = value;
  block.labels[at] = undefined;
  block.isStale = true;
};

export const removeItem = (block: Block, at: number): void => {
  for (const column of columns(block)) column.splice(at, 1);
  block.isStale = true;
};

/** Moves what follows `at` into a new block. */
export const splitBlock = (block: Block, at: number): Block => {
  const rest: Block = { ...createBlock(), text: block.text, isStale: true };
  for (const [index, column] of columns(block).entries()) columns(rest)[index]?.push(...column.splice(at));
  block.isStale = true;
  return rest;
};

/** Bytes of memory, near enough: text, fresh values, and what the columns take for each object. */
export const blockBytes = ({ text, fresh, keys }: Block): number =>
  fresh.reduce((sum, value) => sum + (value?.length ?? 0), text.length + keys.length * bytesPerItem);

const comma = Buffer.from(',');

/** Makes the joined text current. `textOf` gives a value's list text in pieces. */
export const renderBlock = (block: Block, textOf: (value: Uint8Array) => readonly Uint8Array[]): void => {
  if (!block.isStale) return;
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (let i = 0; i < block.keys.length; i++) {
    if (i > 0) {
      pieces.push(comma);
      length += 1;
    }
    const value = block.fresh[i];
    const start = length;
    for (const piece of value ? textOf(value) : [block.text.subarray(block.starts[i], block.ends[i])]) {
      pieces.push(piece);
      length += piece.length;
    }
    block.starts[i] = start;
    block.ends[i] = length;
    block.fresh[i] = undefined;
  }
  block.text = Buffer.concat(pieces, length);
  block.isStale = false;
};

/** The text of one object of a rendered block. */
export const itemText = (block: Block, at: number): ListText => block.text.subarray(block.starts[at], block.ends[at]);

/** The labels of every object of a rendered block. */
export const blockLabels = (block: Block): readonly Labels[] => {
  let known: Map<string, Labels> | undefined;
  for (let i = 0; i < block.keys.length; i++) {
    if (block.labels[i]) continue;
    known ??= new Map();
    block.labels[i] = labelsOf(block.text.subarray(block.starts[i], block.ends[i]), known);
  }
  return block.labels as readonly Labels[];
};
