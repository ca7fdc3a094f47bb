import type { JsonObject } from '../meta/object.ts';
import type { FieldNode, FieldSet } from './field-set.ts';
import { decodeFieldsV1 } from './fields-v1.ts';
import type { MergeType } from './merge-type.ts';
import { fieldNameOf, type PathElement } from './path-element.ts';

const nodeAt = (fields: JsonObject, element: PathElement): JsonObject | undefined =>
  Object.hasOwn(fields, element) ? (fields[element] as JsonObject) : undefined;

const isMember = (node: JsonObject): boolean => {
  for (const key in node) return key === '.' || Object.hasOwn(node, '.');
  return true;
};

const isLeaf = (node: JsonObject): boolean => {
  for (const key in node) if (key !== '.') return false;
  return true;
};

const sharesPath = (fields: JsonObject, set: FieldSet): boolean => {
  for (const [element, { member, children }] of set) {
    const node = nodeAt(fields, element);
    if (node && ((member && isMember(node)) || (children && sharesPath(node, children)))) return true;
  }
  return false;
};

const hasAll = (fields: JsonObject, set: FieldSet): boolean => {
  for (const [element, { member, children }] of set) {
    const node = nodeAt(fields, element);
    if (!node || (member && !isMember(node)) || (children && !hasAll(node, children))) return false;
  }
  return true;
};

const nodeFits = (node: JsonObject, type: MergeType): boolean => {
  const { map, list, scalar } = type;
  if (isLeaf(node) || (map ? map.deduced : !list || scalar)) return true;
  return !(map ? map.atomic : list?.kind === 'atomic') && fits(node, type);
};

const fits = (fields: JsonObject, type: MergeType): boolean => {
  for (const element in fields) {
    if (element === '.') continue;
    const name = fieldNameOf(element);
    const child = name === undefined ? type.list?.item : type.map?.field(name);
    if (child && !nodeFits(fields[element] as JsonObject, child)) return false;
  }
  return true;
};

/**
 * A set in the very form it is stored in. Most writes leave most managers' fields alone: they are decoded only when somebody looks
 * inside, and what was never changed is written as it was read.
 */
export class StoredFieldSet implements FieldSet {
  readonly fieldsV1: JsonObject;
  #decoded: FieldSet | undefined;

  /** `fieldsV1` must be what encodeFieldsV1 has made. */
  constructor(fieldsV1: JsonObject) {
    this.fieldsV1 = fieldsV1;
  }

  get #set(): FieldSet {
    return (this.#decoded ??= decodeFieldsV1(this.fieldsV1));
  }

  get size(): number {
    let size = 0;
    for (const _ in this.fieldsV1) size++;
    return size;
  }

  get(element: PathElement): FieldNode | undefined {
    return this.#set.get(element);
  }

  keys(): Iterable<PathElement> {
    return this.#set.keys();
  }

  [Symbol.iterator](): Iterator<readonly [PathElement, FieldNode]> {
    return this.#set[Symbol.iterator]();
  }

  /** Whether any path is in both sets. */
  intersects(set: FieldSet): boolean {
    return sharesPath(this.fieldsV1, set);
  }

  /** Whether every path of the other set is in this one. */
  includes(set: FieldSet): boolean {
    return hasAll(this.fieldsV1, set);
  }

  /** Whether no place that is owned in part has become atomic: then reconcileFieldSet would change nothing. */
  fits(type: MergeType): boolean {
    return fits(this.fieldsV1, type);
  }
}
