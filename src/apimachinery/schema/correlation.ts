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

/** What the schema says of a member; what it says nothing of, and `additionalProperties: true`, cannot be told to be the same. */
const memberOf = (node: SchemaNode, name: string): SchemaNode | undefined =>
  node.property(name) ?? (node.schema.additionalProperties === true ? undefined : node.additional);

/**
 * Whether a value is what it was; items of a list of type map may have changed places. A map with members that the schema does not name is
 * another one each time, and so is every resource, whose metadata no schema describes.
 */
export const isUnchanged = (node: SchemaNode, value: unknown, old: Correlated): boolean => {
  if (Array.isArray(value)) {
    if (!Array.isArray(old.value) || value.length !== old.value.length) return false;
    const { items } = node;
    if (node.schema['x-kubernetes-list-type'] !== 'map' || !items) return jsonEqual(value, old.value);
    return value.every((item) => {
      const before = correlateItem(node, old, item);
      return before !== undefined && isUnchanged(items, item, before);
    });
  }
  if (!isObject(value)) return jsonEqual(value, old.value);
  const before = old.value;
  if (!isObject(before)) return false;
  const names = Object.keys(value);
  if (names.length !== Object.keys(before).length) return false;
  return names.every((name) => {
    const member = memberOf(node, name);
    return member !== undefined && Object.hasOwn(before, name) && isUnchanged(member, value[name], { value: before[name] });
  });
};
