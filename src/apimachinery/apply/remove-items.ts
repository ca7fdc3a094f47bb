import type { Json, JsonObject } from '../meta/object.ts';
import type { FieldNode, FieldSet } from './field-set.ts';
import { listItemElementOf } from './list-item.ts';
import { shapeOf, type ListType, type MapType, type MergeType } from './merge-type.ts';
import { fieldElement, fieldNameOf, type PathElement } from './path-element.ts';

type Value = Json | undefined;

const removeFromMap = (map: JsonObject, set: FieldSet, type: MapType): Value => {
  const kept: JsonObject = {};
  for (const key of Object.keys(map)) {
    const node = set.get(fieldElement(key));
    if (node?.member) continue;
    const field = node?.children ? type.field(key) : undefined;
    const value = field && node?.children ? removeFrom(map[key] ?? null, node.children, field) : map[key];
    if (value === undefined) continue;
    if (key === '__proto__') Object.defineProperty(kept, key, { value, writable: true, enumerable: true, configurable: true });
    else kept[key] = value;
  }
  return Object.keys(kept).length > 0 ? kept : undefined;
};

const removeFromList = (list: readonly Json[], set: FieldSet, type: ListType): Value => {
  const kept: Json[] = [];
  for (const item of list) {
    const element = listItemElementOf(type, item);
    const node = element === undefined ? undefined : set.get(element);
    if (node?.member) continue;
    const value = node?.children ? removeFrom(item, node.children, type.item) : item;
    if (value !== undefined) kept.push(value);
  }
  return kept.length > 0 ? kept : undefined;
};

function removeFrom(value: Json, set: FieldSet, type: MergeType): Value {
  const shape = shapeOf(type, value);
  if (shape === 'map' && type.map) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || type.map.atomic) return undefined;
    return removeFromMap(value, set, type.map);
  }
  if (shape === 'list' && type.list)
    return Array.isArray(value) && type.list.kind !== 'atomic' ? removeFromList(value, set, type.list) : undefined;
  return value;
}

/** The object without the fields and items of the set, and without what becomes empty by that. */
export const removeItems = (object: JsonObject, set: FieldSet, type: MergeType): JsonObject =>
  set.size === 0 ? object : ((removeFrom(object, set, type) ?? {}) as JsonObject);

/** Adds the path of every struct field that the set only goes through: removing all of a struct's fields removes the struct. */
export function withNamedFields(set: FieldSet, type: MergeType | undefined): FieldSet {
  const result = new Map<PathElement, FieldNode>();
  for (const [element, { member, children }] of set) {
    const name = fieldNameOf(element);
    const child = name === undefined ? type?.list?.item : type?.map?.field(name);
    const isNamed = children !== undefined && name !== undefined && (type?.map?.isNamed(name) ?? false);
    result.set(element, { member: member || isNamed, children: children && withNamedFields(children, child) });
  }
  return result;
}
