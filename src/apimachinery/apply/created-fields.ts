import { jsonEqual } from '../equality/json-equal.ts';
import type { Json, JsonObject } from '../meta/object.ts';
import type { FieldSet } from './field-set.ts';
import { listItemElementOf } from './list-item.ts';
import { shapeOf, type ListType, type MapType, type MergeType, type Shape } from './merge-type.ts';
import { fieldElement, sortByElement, type PathElement } from './path-element.ts';

type Value = Json | undefined;

const asMap = (value: Value): JsonObject | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;

const isEmpty = (value: JsonObject | undefined): boolean => {
  for (const _ in value) return false;
  return true;
};

/** What is owned at one place: undefined for nothing, `{}` for the place as a whole. */
type Node = JsonObject | undefined;

/** Nodes with the steps to them, on their way to FieldsV1. */
type Parts = [PathElement, JsonObject][];

const encode = (parts: Parts, isMember: boolean): Node => {
  if (parts.length === 0) return isMember ? {} : undefined;
  if (parts.length > 1) sortByElement(parts, ([element]) => element);
  const fields: JsonObject = isMember ? { '.': {} } : {};
  for (const [element, node] of parts) fields[element] = node;
  return fields;
};

/** Whether a place is owned as a whole, having no parts to own. */
const isWhole = (shape: Shape, { map, list }: MergeType, { unset, value }: { unset: Value; value: Value }): boolean => {
  if (shape === 'map' && map) return map.atomic || (map.zeros.size === 0 && isEmpty(asMap(unset)) && isEmpty(asMap(value)));
  if (shape === 'list' && list) return list.kind === 'atomic' || ![unset, value].some((items) => Array.isArray(items) && items.length > 0);
  return true;
};

/** `unset`: what a Go struct would write there by itself, which nobody has to own. */
const ownedAt = (type: MergeType, unset: Value, value: Value): Node => {
  if (unset === value) return undefined;
  const shape = shapeOf(type, value);
  const unsetShape = unset === undefined ? shape : shapeOf(type, unset);
  const isOther = unsetShape !== shape && isWhole(unsetShape, type, { unset, value });
  if (isWhole(shape, type, { unset, value })) return unset === undefined || isOther || !jsonEqual(unset, value) ? {} : undefined;
  const isMember = unset === undefined || isOther;
  if (shape === 'map' && type.map) return ownedInMap(type.map, { unset: asMap(unset), value: asMap(value) }, { isMember });
  return type.list && ownedInList(type.list, Array.isArray(value) ? value : [], isMember);
};

const ownedInMap = (
  type: MapType,
  { unset, value }: { unset: JsonObject | undefined; value: JsonObject | undefined },
  { isMember, skip }: { isMember: boolean; skip?: FieldSet | undefined },
): Node => {
  const parts: Parts = [];
  const visit = (key: string, field: Value): void => {
    const element = fieldElement(key);
    const skipped = skip?.get(element);
    const child = skipped?.member ? undefined : type.field(key);
    if (!child) return;
    const before = unset && (Object.hasOwn(unset, key) ? unset[key] : type.unset.get(key));
    if (unset && type.isGoType && (before ?? null) === field) return;
    const map = skipped && child.map;
    const node = map
      ? ownedInMap(map, { unset: asMap(before), value: asMap(field) }, { isMember: before === undefined, skip: skipped.children })
      : ownedAt(child, before, field);
    if (node) parts.push([element, node]);
  };
  for (const key in value) visit(key, value[key]);
  if (value) for (const [key, zero] of type.zeros) if (!Object.hasOwn(value, key)) visit(key, zero);
  return encode(parts, isMember);
};

const ownedInList = (type: ListType, items: readonly Json[], isMember: boolean): Node => {
  const counts = new Map<PathElement, number>();
  const elements = items.map((item) => listItemElementOf(type, item));
  for (const element of elements) if (element !== undefined) counts.set(element, (counts.get(element) ?? 0) + 1);
  const parts: Parts = [];
  elements.forEach((element, i) => {
    if (element === undefined) return;
    const count = counts.get(element) ?? 0;
    // Items that cannot be told apart are owned as one.
    const node = count > 1 ? {} : ownedAt(type.item, undefined, items[i]);
    if (node && count > 0) parts.push([element, node]);
    counts.set(element, 0);
  });
  return encode(parts, isMember);
};

/**
 * The FieldsV1 of whoever creates an object: what comparing it with an empty one would call changed, in one walk. `skip`: paths that,
 * with what is below, nobody is to own.
 */
export const createdFields = (object: JsonObject, type: MergeType, skip: FieldSet): JsonObject =>
  (type.map && ownedInMap(type.map, { unset: { metadata: {} }, value: object }, { isMember: false, skip })) ?? {};
