import { deepClone } from '../clone/deep-clone.ts';
import { tooLarge } from '../errors/api-errors.ts';
import { encodeJson } from '../json/exact-json.ts';
import type { Json } from '../meta/object.ts';
import { isObject, type SchemaNode } from './schema-node.ts';

const isNullable = (node: SchemaNode | undefined): boolean => node?.schema.nullable === true;

/** Structural defaulting (KEP-575): fills absent fields, and null where null is not allowed and there is a default. In place. */
export const applyDefaults = (value: unknown, node: SchemaNode, budget: Budget = { left: maxAdded }): void => {
  if (Array.isArray(value)) defaultItems(value, node, budget);
  else if (isObject(value)) defaultFields(value, node, budget);
};

/** What defaults may still add, in characters of JSON: a small body can ask for a large one again and again. */
interface Budget {
  left: number;
}
const maxAdded = 8 * 2 ** 20;

const weights = new WeakMap<object, number>();

const weightOf = (value: unknown): number => {
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? value.length : 1;
  let weight = weights.get(value);
  if (weight === undefined) weights.set(value, (weight = encodeJson(value as Json).length));
  return weight;
};

const copyOf = (fallback: unknown, budget: Budget): unknown => {
  budget.left -= weightOf(fallback);
  if (budget.left < 0) throw tooLarge(`defaults would add more than ${maxAdded} bytes`);
  return deepClone(fallback);
};

const defaultFields = (value: Record<string, unknown>, node: SchemaNode, budget: Budget): void => {
  for (const [name, fallback] of node.defaults) {
    const current = value[name];
    if (current === undefined || (current === null && !isNullable(node.property(name)))) value[name] = copyOf(fallback, budget);
  }
  for (const name in value) {
    const property = node.property(name);
    if (property) {
      const field = value[name];
      if (typeof field === 'object' && field !== null) applyDefaults(field, property, budget);
      continue;
    }
    const additional = node.additional;
    if (!additional) continue;
    if (value[name] === null && !isNullable(additional)) value[name] = copyOf(node.elementDefault ?? null, budget);
    applyDefaults(value[name], additional, budget);
  }
};

const defaultItems = (value: unknown[], node: SchemaNode, budget: Budget): void => {
  const items = node.items;
  if (!items) return;
  for (let index = 0; index < value.length; index++) {
    if (value[index] === null && !isNullable(items)) value[index] = copyOf(node.elementDefault ?? null, budget);
    applyDefaults(value[index], items, budget);
  }
};

/** Drops fields that are null although they may not be, after defaulting found nothing to put there. In place. */
export const dropForbiddenNulls = (value: unknown, node: SchemaNode): void => {
  if (Array.isArray(value)) {
    const items = node.items;
    if (items) for (const item of value) dropForbiddenNulls(item, items);
  } else if (isObject(value)) {
    for (const name in value) {
      const child = node.property(name) ?? node.additional;
      if (!child) continue;
      if (value[name] === null && !isNullable(child)) delete value[name];
      else dropForbiddenNulls(value[name], child);
    }
  }
};
