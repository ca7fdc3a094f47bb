import type { Json, JsonObject } from '../meta/object.ts';
import type { FieldNode, FieldSet } from './field-set.ts';
import { listItemElementOf } from './list-item.ts';
import { shapeOf, type ListType, type MapType, type MergeType } from './merge-type.ts';
import { fieldElement, fieldNameOf, type PathElement } from './path-element.ts';

/** A field of the result whose content was removed to the last bit, though the field itself stays. */
export interface EmptiedField {
  readonly container: JsonObject;
  readonly key: string;
}

const isContainer = (value: Json | undefined): boolean => typeof value === 'object' && value !== null;

class Remover {
  readonly emptied: EmptiedField[] = [];

  removeFrom(value: Json, set: FieldSet, type: MergeType): Json {
    const shape = shapeOf(type, value);
    if (shape === 'map' && type.map) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
      return type.map.atomic ? {} : this.#removeFromMap(value, set, type.map);
    }
    if (shape === 'list' && type.list && Array.isArray(value))
      return type.list.kind === 'atomic' ? [] : this.#removeFromList(value, set, type.list);
    return value;
  }

  #removeFromMap(map: JsonObject, set: FieldSet, type: MapType): JsonObject {
    const kept: JsonObject = {};
    for (const key of Object.keys(map)) {
      const node = set.get(fieldElement(key));
      if (node?.member) continue;
      const field = node?.children ? type.field(key) : undefined;
      const before = map[key] ?? null;
      const value = field && node?.children ? this.removeFrom(before, node.children, field) : before;
      if (key === '__proto__') Object.defineProperty(kept, key, { value, writable: true, enumerable: true, configurable: true });
      else kept[key] = value;
      if (value !== before && isContainer(value) && Object.keys(value as object).length === 0) this.emptied.push({ container: kept, key });
    }
    return kept;
  }

  #removeFromList(list: readonly Json[], set: FieldSet, type: ListType): Json[] {
    const kept: Json[] = [];
    for (const item of list) {
      const element = listItemElementOf(type, item);
      const node = element === undefined ? undefined : set.get(element);
      if (node?.member) continue;
      kept.push(node?.children ? this.removeFrom(item, node.children, type.item) : item);
    }
    return kept;
  }
}

/**
 * The object without the fields and items of the set. What loses all its content but is not in the set itself stays, empty, and is
 * listed: Go types leave such fields out when they are written.
 */
export function removeItems(object: JsonObject, set: FieldSet, type: MergeType): { object: JsonObject; emptied: readonly EmptiedField[] } {
  if (set.size === 0) return { object, emptied: [] };
  const remover = new Remover();
  return { object: remover.removeFrom(object, set, type) as JsonObject, emptied: remover.emptied };
}

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
