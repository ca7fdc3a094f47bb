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
  /** Elements of a protobuf list, made when first asked for. */
  readonly elements: (Uint8Array | undefined)[];
  /** All elements together. */
  joined: Buffer | undefined;
  isStale: boolean;
}

const bytesPerItem = 128;

/** A block splits when it grows beyond this many objects. */
export const maximumItems = 128;

export const createBlock = (): Block => ({
  keys: [],
  text: Buffer.alloc(0),
  starts: [],
  ends: [],
  fresh: [],
  labels: [],
  elements: [],
  joined: undefined,
  isStale: false,
});

const columns = ({ keys, starts, ends, fresh, labels, elements }: Block): readonly unknown[][] => [
  keys,
  starts,
  ends,
  fresh,
  labels,
  elements,
];

const changed = (block: Block): void => {
  block.joined = undefined;
  block.isStale = true;
};

export const insertItem = (block: Block, at: number, key: string, value: Uint8Array): void => {
  block.keys.splice(at, 0, key);
  block.starts.splice(at, 0, 0);
  block.ends.splice(at, 0, 0);
  block.fresh.splice(at, 0, value);
  block.labels.splice(at, 0, undefined);
  block.elements.splice(at, 0, undefined);
  changed(block);
};

export const replaceItem = (block: Block, at: number, value: Uint8Array): void => {
  block.fresh[at] = value;
  block.labels[at] = undefined;
  block.elements[at] = undefined;
  changed(block);
};

export const removeItem = (block: Block, at: number): void => {
  for (const column of columns(block)) column.splice(at, 1);
  changed(block);
};

/** Moves what follows `at` into a new block. */
export const splitBlock = (block: Block, at: number): Block => {
  const rest: Block = { ...createBlock(), text: block.text, isStale: true };
  for (const [index, column] of columns(block).entries()) columns(rest)[index]?.push(...column.splice(at));
  changed(block);
  return rest;
};

/** Bytes of memory, near enough: text, elements, fresh values, and what the columns take for each object. */
export const blockBytes = ({ text, fresh, keys, joined }: Block): number =>
  fresh.reduce((sum, value) => sum + (value?.length ?? 0), text.length + (joined?.length ?? 0) + keys.length * bytesPerItem);

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

/** Elements `from` to before `to` of a rendered block, in one piece. `encode` makes one of an object's text. */
export const blockElements = (
  block: Block,
  { from, to, encode }: { readonly from: number; readonly to: number; readonly encode: (text: ListText) => Uint8Array },
): Buffer => {
  if (!block.joined) {
    const elements = block.keys.map((_, at) => block.elements[at] ?? encode(itemText(block, at)));
    const joined = Buffer.concat(elements);
    let end = 0;
    for (const [at, { length }] of elements.entries()) block.elements[at] = joined.subarray(end, (end += length));
    block.joined = joined;
  }
  if (to - from === block.keys.length) return block.joined;
  const first = block.elements[from];
  const last = block.elements[to - 1];
  if (!first || !last) return Buffer.alloc(0);
  const base = block.joined.byteOffset;
  return block.joined.subarray(first.byteOffset - base, last.byteOffset - base + last.length);
};
