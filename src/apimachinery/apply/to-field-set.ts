import type { Json, JsonObject } from '../meta/object.ts';
import { FieldSetBuilder, type FieldSet } from './field-set.ts';
import { listItemElementOf } from './list-item.ts';
import { shapeOf, type ListType, type MapType, type MergeType } from './merge-type.ts';
import { fieldElement, type PathElement } from './path-element.ts';

class Collector {
  readonly set = new FieldSetBuilder();
  readonly #path: PathElement[] = [];

  collect(value: Json, type: MergeType): void {
    const shape = shapeOf(type, value);
    if (shape === 'map' && type.map) this.#collectMap(value, type.map);
    else if (shape === 'list' && type.list) this.#collectList(value, type.list);
    else this.set.insert(this.#path);
  }

  #collectMap(value: Json, type: MapType): void {
    if (type.atomic) this.set.insert(this.#path);
    else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const key of Object.keys(value)) {
        const child = value[key] ?? null;
        const field = type.field(key);
        this.#path.push(fieldElement(key));
        if (field) this.collect(child, field);
        const isEmpty = child === null || (typeof child === 'object' && !Array.isArray(child) && Object.keys(child).length === 0);
        if (isEmpty || !type.isNamed(key)) this.set.insert(this.#path);
        this.#path.pop();
      }
    }
  }

  #collectList(value: Json, type: ListType): void {
    if (type.kind === 'atomic') {
      this.set.insert(this.#path);
      return;
    }
    if (!Array.isArray(value)) return;
    const elements = value.map((item) => listItemElementOf(type, item));
    const counts = new Map<PathElement, number>();
    for (const element of elements) if (element !== undefined) counts.set(element, (counts.get(element) ?? 0) + 1);
    elements.forEach((element, i) => {
      if (element === undefined) return;
      this.#path.push(element);
      if (counts.get(element) === 1) this.collect(value[i] ?? null, type.item);
      this.set.insert(this.#path);
      this.#path.pop();
    });
  }
}

/** The paths of everything that an object says: its leaves, its list items and its map keys. */
export function toFieldSet(object: JsonObject, type: MergeType): FieldSet {
  const collector = new Collector();
  collector.collect(object, type);
  return collector.set.build();
}
