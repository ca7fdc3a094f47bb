import { goPrint, goSyntax } from '../text/go-print.ts';
import type { Json, JsonObject } from '../meta/object.ts';
import { listItemElement } from './list-item.ts';
import { shapeOf, type ListType, type MapType, type MergeType, type ScalarType } from './merge-type.ts';
import { fieldElement, formatFieldPath, formatPathElement, type PathElement } from './path-element.ts';

const goTypeOf = (value: Json): string => {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'object') return 'map[string]interface {}';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  return typeof value === 'bigint' || Number.isInteger(value) ? 'int64' : 'float64';
};

/** As Go prints the struct that holds the value. */
const show = (value: Json): string => `&{${goPrint(value)}}`;

const scalarError = (type: ScalarType, value: Json): string | undefined => {
  if (value === null) return undefined;
  switch (type) {
    case 'numeric':
      return typeof value === 'number' || typeof value === 'bigint' ? undefined : `expected numeric (int or float), got ${goTypeOf(value)}`;
    case 'string':
      return typeof value === 'string' ? undefined : `expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `expected boolean, got ${show(value)}`;
    default:
      return typeof value === 'object' ? `expected any scalar, got ${show(value)}` : undefined;
  }
};

class Validator {
  readonly errors: string[] = [];
  readonly #path: PathElement[] = [];

  validate(value: Json, type: MergeType): void {
    switch (shapeOf(type, value)) {
      case 'map':
        if (type.map) this.#validateMap(value, type.map);
        break;
      case 'list':
        if (type.list) this.#validateList(value, type.list);
        break;
      default: {
        const message = scalarError(type.scalar ?? 'untyped', value);
        if (message !== undefined) this.#report(message);
      }
    }
  }

  #report(message: string): void {
    this.errors.push(this.#path.length === 0 ? message : `${formatFieldPath(this.#path)}: ${message}`);
  }

  #descend(element: PathElement, value: Json, type: MergeType): void {
    this.#path.push(element);
    this.validate(value, type);
    this.#path.pop();
  }

  #validateMap(value: Json, type: MapType): void {
    if (value === null) return;
    if (typeof value !== 'object' || Array.isArray(value)) {
      this.#report(`expected map, got ${show(value)}`);
      return;
    }
    for (const key of Object.keys(value)) {
      const field = type.field(key);
      if (field) this.#descend(fieldElement(key), value[key] ?? null, field);
      else {
        this.#path.push(fieldElement(key));
        this.#report('field not declared in schema');
        this.#path.pop();
        return;
      }
    }
  }

  #validateList(value: Json, type: ListType): void {
    if (value === null) return;
    if (!Array.isArray(value)) {
      this.#report(`expected list, got ${show(value)}`);
      return;
    }
    const seen = new Set<PathElement>();
    for (const [i, item] of value.entries()) {
      let element: PathElement = `i:${i}`;
      if (type.kind !== 'atomic') {
        try {
          element = listItemElement(type, item);
        } catch (error) {
          this.#report(`element ${i}: ${error instanceof Error ? error.message : String(error)}`);
          return;
        }
        if (seen.has(element)) this.#report(`duplicate entries for key ${formatPathElement(element)}`);
        seen.add(element);
      }
      this.#descend(element, item, type.item);
    }
  }
}

/** What keeps an applied object from being merged: fields the schema does not know, wrong types, duplicate items. One message, or undefined. */
export function valueError(object: JsonObject, type: MergeType): string | undefined {
  const validator = new Validator();
  validator.validate(object, type);
  const { errors } = validator;
  return errors.length > 1 ? ['errors:', ...errors.map((error) => `  ${error}`)].join('\n') : errors[0];
}
