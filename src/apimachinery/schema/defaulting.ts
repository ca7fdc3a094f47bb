import { deepClone } from '../clone/deep-clone.ts';
import { isObject, type SchemaNode } from './schema-node.ts';

const isNullable = (node: SchemaNode | undefined): boolean => node?.schema.nullable === true;

/** Structural defaulting (KEP-575): fills absent fields, and null where null is not allowed and there is a default. In place. */
export const applyDefaults = (value: unknown, node: SchemaNode): void => {
  if (Array.isArray(value)) defaultItems(value, node);
  else if (isObject(value)) defaultFields(value, node);
};

const defaultFields = (value: Record<string, unknown>, node: SchemaNode): void => {
  for (const [name, fallback] of node.defaults) {
    const current = value[name];
    if (current === undefined || (current === null && !isNullable(node.property(name)))) value[name] = deepClone(fallback);
  }
  for (const name in value) {
    const property = node.property(name);
    if (property) {
      const field = value[name];
      if (typeof field === 'object' && field !== null) applyDefaults(field, property);
      continue;
    }
    const additional = node.additional;
    if (!additional) continue;
    if (value[name] === null && !isNullable(additional)) value[name] = deepClone(node.elementDefault ?? null);
    applyDefaults(value[name], additional);
  }
};

const defaultItems = (value: unknown[], node: SchemaNode): void => {
  const items = node.items;
  if (!items) return;
  for (let index = 0; index < value.length; index++) {
    if (value[index] === null && !isNullable(items)) value[index] = deepClone(node.elementDefault ?? null);
    applyDefaults(value[index], items);
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
