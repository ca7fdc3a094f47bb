import { jsonEqual } from '../equality/json-equal.ts';
import type { Json, JsonObject } from '../meta/object.ts';
import { FieldSetBuilder, type FieldSet } from './field-set.ts';
import { listItemElementOf } from './list-item.ts';
import { shapeOf, type ListType, type MapType, type MergeType, type Shape } from './merge-type.ts';
import { fieldElement, type PathElement } from './path-element.ts';

/** How one object differs from another, as sets of paths. */
export interface Comparison {
  /** What was added or has another value now. */
  readonly changed: FieldSet;
  readonly removed: FieldSet;
}

type Value = Json | undefined;

const asMap = (value: Value): JsonObject | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
const asList = (value: Value): Json[] | undefined => (Array.isArray(value) ? value : undefined);

const isEmptyMap = (value: JsonObject | undefined): boolean => {
  for (const _ in value) return false;
  return true;
};

class Comparer {
  readonly changed = new FieldSetBuilder();
  readonly removed = new FieldSetBuilder();

  compare(left: Value, right: Value, type: MergeType): void {
    if (left === right) return;
    const leftShape = shapeOf(type, left);
    const rightShape = shapeOf(type, right);
    let isLeaf: boolean;
    if (right === undefined) isLeaf = this.#compareAs(leftShape, left, right, type);
    else if (left === undefined || leftShape === rightShape) isLeaf = this.#compareAs(rightShape, left, right, type);
    else {
      this.#compareAs(leftShape, left, right, type);
      isLeaf = this.#compareAs(rightShape, left, right, type);
    }
    if (isLeaf) return;
    if (left === undefined) this.changed.insert();
    else if (right === undefined) this.removed.insert();
  }

  /** Returns whether the place was compared as a whole. */
  #compareAs(shape: Shape, left: Value, right: Value, type: MergeType): boolean {
    if (shape === 'map' && type.map) {
      const [from, to] = [asMap(left), asMap(right)];
      if (type.map.atomic || (type.map.zeros.size === 0 && isEmptyMap(from) && isEmptyMap(to))) return this.#compareLeaf(left, right);
      this.#compareMaps(from, to, type.map);
      return false;
    }
    if (shape === 'list' && type.list) {
      const [from, to] = [asList(left), asList(right)];
      if (type.list.kind === 'atomic' || (!from?.length && !to?.length)) return this.#compareLeaf(left, right);
      // Equal lists, the usual ones, need no names for their items.
      if (!from || !to || !jsonEqual(from, to)) this.#compareLists(from ?? [], to ?? [], type.list);
      return false;
    }
    return this.#compareLeaf(left, right);
  }

  #compareLeaf(left: Value, right: Value): true {
    if (right === undefined) this.removed.insert();
    else if (left === undefined || !jsonEqual(left, right)) this.changed.insert();
    return true;
  }

  #enter(element: PathElement): void {
    this.changed.enter(element);
    this.removed.enter(element);
  }

  #leave(): void {
    this.changed.leave();
    this.removed.leave();
  }

  #compareMaps(left: JsonObject | undefined, right: JsonObject | undefined, type: MapType): void {
    for (const key in left) this.#compareField(key, left, right, type);
    for (const key in right) if (!left || !Object.hasOwn(left, key)) this.#compareField(key, left, right, type);
    if (type.zeros.size === 0) return;
    for (const key of type.zeros.keys())
      if (!(left && Object.hasOwn(left, key)) && !(right && Object.hasOwn(right, key))) this.#compareField(key, left, right, type);
  }

  #compareField(key: string, left: JsonObject | undefined, right: JsonObject | undefined, type: MapType): void {
    const from = left && (Object.hasOwn(left, key) ? left[key] : type.unset.get(key));
    const to = right && (Object.hasOwn(right, key) ? right[key] : type.zeros.get(key));
    if (from === to || (left && right && type.isGoType && (from ?? null) === (to ?? null))) return;
    const field = type.field(key);
    if (!field) return;
    this.#enter(fieldElement(key));
    this.compare(from, to, field);
    this.#leave();
  }

  #compareLists(left: readonly Json[], right: readonly Json[], type: ListType): void {
    const from = groupItems(left, type);
    const to = groupItems(right, type);
    for (const [element, items] of from) this.#compareItems(element, { left: items, right: to.get(element) ?? none, type });
    for (const [element, items] of to) if (!from.has(element)) this.#compareItems(element, { left: none, right: items, type });
  }

  /** More than one item of the same identity cannot be told apart: they are compared as one. */
  #compareItems(element: PathElement, { left, right, type }: { left: readonly Json[]; right: readonly Json[]; type: ListType }): void {
    this.#enter(element);
    if (left.length <= 1 && right.length <= 1) this.compare(left[0], right[0], type.item);
    else if (left.length >= 2 && right.length >= 2) {
      if (!jsonEqual(left, right)) this.changed.insert();
    } else if (left.length >= 2) {
      if (right.length > 0) this.compare(undefined, right[0], type.item);
      this.removed.insert();
    } else {
      if (left.length > 0) this.compare(left[0], undefined, type.item);
      this.changed.insert();
    }
    this.#leave();
  }
}

const none: readonly Json[] = [];

const groupItems = (items: readonly Json[], type: ListType): Map<PathElement, Json[]> => {
  const groups = new Map<PathElement, Json[]>();
  for (const item of items) {
    const element = listItemElementOf(type, item);
    if (element === undefined) continue;
    const group = groups.get(element);
    if (group) group.push(item);
    else groups.set(element, [item]);
  }
  return groups;
};

/** Compares two objects of one type. */
export function compareValues(left: JsonObject, right: JsonObject, type: MergeType): Comparison {
  const comparer = new Comparer();
  comparer.compare(left, right, type);
  return { changed: comparer.changed.build(), removed: comparer.removed.build() };
}
