import { canonicalJson } from '../json/canonical-json.ts';
import type { FieldError } from '../validation/field-error.ts';
import { isObject, type SchemaNode } from './schema-node.ts';

/** Reports repeated items of lists of type set and repeated keys of lists of type map; each repeated value once. */
export const findDuplicates = (value: unknown, node: SchemaNode, path = ''): FieldError[] => {
  if (Array.isArray(value)) return ofList(value, node, path);
  if (!isObject(value)) return [];
  const errors: FieldError[] = [];
  for (const name in value) {
    const field = value[name];
    if (typeof field !== 'object' || field === null) continue;
    const property = node.property(name);
    if (property) errors.push(...findDuplicates(field, property, path === '' ? name : `${path}.${name}`));
    else if (node.additional) errors.push(...findDuplicates(field, node.additional, `${path}[${name}]`));
  }
  return errors;
};

const ofList = (value: readonly unknown[], node: SchemaNode, path: string): FieldError[] => {
  const errors: FieldError[] = [];
  const type = node.schema['x-kubernetes-list-type'];
  if (type === 'set' && value.length > 1) errors.push(...repeated(value, path));
  if (type === 'map') {
    const stranger = value.findIndex((item) => item !== null && !isObject(item));
    if (stranger >= 0) {
      const detail = 'must be an object for an array of list-type map';
      return [{ type: 'FieldValueInvalid', field: `${path}[${stranger}]`, badValue: value[stranger], detail }];
    }
    const keys = node.schema['x-kubernetes-list-map-keys'] ?? [];
    if (value.length > 1)
      errors.push(
        ...repeated(
          value.map((item) => keyOf(item, keys)),
          path,
        ),
      );
  }
  const items = node.items;
  if (items) value.forEach((item, index) => errors.push(...findDuplicates(item, items, `${path}[${index}]`)));
  return errors;
};

const keyOf = (item: unknown, keys: readonly string[]): Record<string, unknown> =>
  isObject(item) ? Object.fromEntries(keys.filter((key) => item[key] !== undefined).map((key) => [key, item[key]])) : {};

const repeated = (identities: readonly unknown[], path: string): FieldError[] => {
  const seen = new Map<string, number>();
  const errors: FieldError[] = [];
  for (let index = 0; index < identities.length; index++) {
    const key = canonicalJson(identities[index]);
    const times = (seen.get(key) ?? 0) + 1;
    seen.set(key, times);
    if (times === 2) errors.push({ type: 'FieldValueDuplicate', field: `${path}[${index}]`, badValue: identities[index], detail: '' });
  }
  return errors;
};
