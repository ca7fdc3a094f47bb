import { isObject, type SchemaNode } from './schema-node.ts';
import { jsonEqual } from '../equality/json-equal.ts';

/** The old value at the same place as a new one, as far as places can be told to be the same (KEP-4008). */
export interface Correlated {
  readonly value: unknown;
}

/** The old value of a field or map key; undefined when the old object had none. */
export const correlateField = (old: Correlated | undefined, name: string): Correlated | undefined => {
  if (!old || !isObject(old.value)) return undefined;
  return Object.hasOwn(old.value, name) ? { value: old.value[name] } : undefined;
};

/** The old item with the same keys; only items of lists of type map have an identity. */
export const correlateItem = (node: SchemaNode, old: Correlated | undefined, item: unknown): Correlated | undefined => {
  if (!old || !Array.isArray(old.value) || node.schema['x-kubernetes-list-type'] !== 'map' || !isObject(item)) return undefined;
  const keys = node.schema['x-kubernetes-list-map-keys'] ?? [];
  const found: unknown = old.value.find((candidate) => isObject(candidate) && keys.every((key) => jsonEqual(candidate[key], item[key])));
  return found === undefined ? undefined : { value: found };
};

/** Whether a value is what it was; items of a list of type map may have changed places. */
export const isUnchanged = (node: SchemaNode | undefined, value: unknown, old: Correlated): boolean => {
  if (value === old.value) return true;
  if (!node) return jsonEqual(value, old.value);
  if (Array.isArray(value)) {
    if (!Array.isArray(old.value) || value.length !== old.value.length) return false;
    if (node.schema['x-kubernetes-list-type'] !== 'map') return jsonEqual(value, old.value);
    return value.every((item) => {
      const before = correlateItem(node, old, item);
      return before !== undefined && isUnchanged(node.items, item, before);
    });
  }
  if (!isObject(value) || !isObject(old.value)) return false;
  const names = Object.keys(value);
  if (names.length !== Object.keys(old.value).length) return false;
  const before = old.value;
  return names.every(
    (name) => Object.hasOwn(before, name) && isUnchanged(node.property(name) ?? node.additional, value[name], { value: before[name] }),
  );
};
