import type { Json, JsonObject } from '../meta/object.ts';
import { FieldSetBuilder, type FieldSet } from './field-set.ts';
import { listItemElementOf } from './list-item.ts';
import { shapeOf, type ListType, type MapType, type MergeType } from './merge-type.ts';
import { fieldElement, type PathElement } from './path-element.ts';

class Collector {
  readonly set = new FieldSetBuilder();

  collect(value: Json, type: MergeType): void {
    const shape = shapeOf(type, value);
    if (shape === 'map' && type.map) this.#collectMap(value, type.map);
    else if (shape === 'list' && type.list) this.#collectList(value, type.list);
    else this.set.insert();
  }

  #collectMap(value: Json, type: MapType): void {
    if (type.atomic) this.set.insert();
    else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const key of Object.keys(value)) {
        const child = value[key] ?? null;
        const field = type.field(key);
        this.set.enter(fieldElement(key));
        if (field) this.collect(child, field);
        const isEmpty = child === null || (typeof child === 'object' && !Array.isArray(child) && Object.keys(child).length === 0);
        if (isEmpty || !type.isNamed(key)) this.set.insert();
        this.set.leave();
      }
    }
  }

  #collectList(value: Json, type: ListType): void {
    if (type.kind === 'atomic') {
      this.set.insert();
      return;
    }
    if (!Array.isArray(value)) return;
    const elements = value.map((item) => listItemElementOf(type, item));
    const counts = new Map<PathElement, number>();
    for (const element of elements) if (element !== undefined) counts.set(element, (counts.get(element) ?? 0) + 1);
    elements.forEach((element, i) => {
      if (element === undefined) return;
      this.set.enter(element);
      if (counts.get(element) === 1) this.collect(value[i] ?? null, type.item);
      this.set.insert();
      this.set.leave();
    });
  }
}

/** The paths of everything that an object says: its leaves, its list items and its map keys. */
export function toFieldSet(object: JsonObject, type: MergeType): FieldSet {
  const collector = new Collector();
  collector.collect(object, type);
  return collector.set.build();
}
