import { encodeJson, parseJson } from '../../apimachinery/json/exact-json.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { formatGroupVersion } from '../../apimachinery/meta/group-version.ts';
import type { Stamp } from '../../storage/contract.ts';

/**
 * The form of a stored value: the very JSON that is served, `kind`, `apiVersion` and `metadata.resourceVersion` first. The version
 * sits in a slot of fixed width (digits, closing quote, spaces, which JSON ignores), so that the store can fill it in at commit and
 * GET and LIST copy bytes without parsing.
 */
const slotWidth = 20;
const slotMarker = Buffer.from('"metadata":{"resourceVersion":"');
const emptySlot = '"'.padEnd(slotWidth, ' ');

/** The same bytes, as a Buffer. */
export const asBuffer = (value: Uint8Array): Buffer =>
  Buffer.isBuffer(value) ? value : Buffer.from(value.buffer, value.byteOffset, value.byteLength);

/** Everything of a value before its resourceVersion slot's marker; equal for all objects of one served version. */
export const valuePrefix = (definition: { group: string; version: string; kind: string }): Buffer =>
  Buffer.from(
    `{"kind":${JSON.stringify(definition.kind)},"apiVersion":${JSON.stringify(formatGroupVersion(definition.group, definition.version))},`,
  );

/** Encodes an object for the store; its resourceVersion is left out, the store stamps it. */
export const encodeObject = (object: UnstructuredObject): Buffer => {
  const head = `{"kind":${JSON.stringify(object.kind)},"apiVersion":${JSON.stringify(object.apiVersion)}`;
  const metadata = `{"resourceVersion":"${emptySlot}${fieldsOf(object.metadata, inSlot)}}`;
  return Buffer.from(`${head},"metadata":${metadata}${fieldsOf(object, inHead)}}`);
};

const inSlot: ReadonlySet<string> = new Set(['resourceVersion']);
const inHead: ReadonlySet<string> = new Set(['kind', 'apiVersion', 'metadata']);

/** `,"name":value` for every field but some; undefined ones are left out, as JSON.stringify does. */
const fieldsOf = (object: object, without: ReadonlySet<string>): string => {
  let text = '';
  for (const name in object) {
    if (without.has(name)) continue;
    const value = encodeJson((object as Record<string, unknown>)[name]) as string | undefined;
    if (value !== undefined) text += `,${JSON.stringify(name)}:${value}`;
  }
  return text;
};

/** Writes the revision into the slot, in place: the store's Stamp. */
export const stampResourceVersion: Stamp = (value, revision) => {
  const bytes = asBuffer(value);
  const at = bytes.indexOf(slotMarker);
  if (at < 0) return;
  const start = at + slotMarker.length;
  const length = bytes.write(`${revision}"`, start, slotWidth, 'latin1');
  bytes.fill(0x20, start + length, start + slotWidth);
};

/** The resourceVersion of a stamped value, without parsing it. */
export const readResourceVersion = (value: Uint8Array): string => {
  const bytes = asBuffer(value);
  const start = bytes.indexOf(slotMarker) + slotMarker.length;
  return bytes.toString('latin1', start, bytes.indexOf(0x22, start));
};

/** A copy of the value that says another revision: deletions and selector transitions carry the version of the change. */
export const restamped = (value: Uint8Array, revision: bigint): Buffer => {
  const copy = Buffer.from(value);
  stampResourceVersion(copy, revision);
  return copy;
};

/** Parses a stored value; the caller owns the result. */
export const decodeObject = (value: Uint8Array): UnstructuredObject =>
  parseJson(asBuffer(value).toString('utf8')) as unknown as UnstructuredObject;

/** Whether two values differ in nothing but their version. */
export const sameButVersion = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a.length !== b.length) return false;
  const left = asBuffer(a);
  const right = asBuffer(b);
  const start = left.indexOf(slotMarker) + slotMarker.length;
  return (
    left.compare(right, 0, start, 0, start) === 0 &&
    left.compare(right, start + slotWidth, right.length, start + slotWidth, left.length) === 0
  );
};
