import type { KindDefinition } from '../../api/kind-definition.ts';
import { encodeListItem } from '../../api/protobuf.ts';
import { encodeJson } from '../../apimachinery/json/exact-json.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { isServable } from '../registry/served-form.ts';
import { readObject } from '../registry/stored-object.ts';
import { asBuffer } from '../registry/value-codec.ts';
import { metadataText } from '../registry/value-text.ts';
import { blockElements, itemText } from './block.ts';
import type { Slice } from './collection.ts';
import { listTextOf, objectOfListText } from './list-text.ts';

/** The objects of one page of a list, as bytes to copy or as objects to look at. */
export interface PageItems {
  readonly count: number;
  /** List texts with commas between them, in pieces. */
  joined(): Uint8Array[];
  /** Elements of a protobuf list, in pieces. */
  elements(): Uint8Array[];
  /** The JSON of each one's metadata. */
  metadata(): Uint8Array[];
  /** Parsed; the caller owns them. */
  objects(): UnstructuredObject[];
}

const comma = Buffer.from(',');

/** Items read from the store. */
export const itemsOfValues = (definition: KindDefinition, values: readonly Uint8Array[]): PageItems => ({
  count: values.length,
  joined: () => values.flatMap((value, index) => (index > 0 ? [comma, ...listTextOf(definition, value)] : listTextOf(definition, value))),
  elements: () => values.map((value) => elementOf(readObject(definition, value))),
  metadata: () => values.map((value) => metadataOfValue(definition, value)),
  objects: () => values.map((value) => readObject(definition, value)),
});

const metadataOf = (text: Uint8Array): Uint8Array | undefined => metadataText(asBuffer(text));

const metadataOfValue = (definition: KindDefinition, value: Uint8Array): Uint8Array =>
  (isServable(definition, value) ? metadataOf(value) : undefined) ?? Buffer.from(encodeJson(readObject(definition, value).metadata));

const elementOf = (object: UnstructuredObject): Uint8Array => encodeListItem(object as unknown as Parameters<typeof encodeListItem>[0]);

interface Run {
  readonly whole: Buffer;
  readonly texts: () => Uint8Array[];
  readonly elements: (encode: (text: Uint8Array) => Uint8Array) => Uint8Array[];
  readonly count: number;
}

/** Their text never changes once it is made, their places do: those are taken now. */
const runOf = ({ block, from, to }: Slice): Run => {
  const { text } = block;
  const [starts, ends] = [block.starts.slice(from, to), block.ends.slice(from, to)];
  const texts = (): Uint8Array[] => starts.map((start, index) => text.subarray(start, ends[index]));
  return {
    // The very same buffer each time: what is derived from it (its compressed form) is found again by it.
    whole: to - from === block.keys.length ? text : text.subarray(starts[0], ends.at(-1)),
    texts,
    // The block may have gone on since.
    elements: (encode) =>
      block.text === text && !block.isStale ? [blockElements(block, { from, to, encode })] : texts().map((each) => encode(each)),
    count: to - from,
  };
};

/** Items of a collection in memory, as they are now. */
export const itemsOfSlices = (definition: KindDefinition, slices: Iterable<Slice>): PageItems => {
  const runs = Array.from(slices, runOf);
  return {
    count: runs.reduce((sum, { count }) => sum + count, 0),
    joined: () => runs.flatMap(({ whole }, index) => (index > 0 ? [comma, whole] : [whole])),
    elements: () => runs.flatMap(({ elements }) => elements((text) => elementOf(objectOfListText(definition, text)))),
    metadata: () =>
      runs.flatMap(({ texts }) =>
        texts().map((text) => metadataOf(text) ?? Buffer.from(encodeJson(objectOfListText(definition, text).metadata))),
      ),
    objects: () => runs.flatMap(({ texts }) => texts().map((text) => objectOfListText(definition, text))),
  };
};

/** The object at a place of a rendered block. */
export const objectAt = (definition: KindDefinition, { block, from }: Slice): UnstructuredObject =>
  objectOfListText(definition, itemText(block, from));
