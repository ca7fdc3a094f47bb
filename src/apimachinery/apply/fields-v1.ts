import type { JsonObject } from '../meta/object.ts';
import type { FieldNode, FieldSet } from './field-set.ts';
import { parsePathElement, sortByElement, type PathElement } from './path-element.ts';

/** Deeper nesting is refused: no schema needs it, and sets are walked recursively. */
const maxDepth = 500;

/**
 * Decodes meta/v1 FieldsV1: `{"f:spec":{"f:replicas":{}}}`, where `.` marks a path that is in the set and goes on.
 * @throws {Error} on anything that is no FieldsV1
 */
export function decodeFieldsV1(fields: JsonObject, depth = 0): FieldSet {
  if (depth > maxDepth) throw new Error(`fieldsV1 nests deeper than ${maxDepth}`);
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) throw new Error('expected an object');
  const set = new Map<PathElement, FieldNode>();
  for (const key of Object.keys(fields)) {
    if (key === '.') continue;
    const value = fields[key];
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`expected an object at ${key}`);
    const element = key.startsWith('f:') ? key : parsePathElement(key);
    if (element === undefined) continue;
    const decoded = decodeFieldsV1(value, depth + 1);
    const children = decoded.size > 0 ? decoded : undefined;
    set.set(element, { member: !children || Object.hasOwn(value, '.'), children });
  }
  return set;
}

const encodeNode = ({ member, children }: FieldNode): JsonObject => {
  if (!children || children.size === 0) return {};
  return member ? { '.': {}, ...encodeFieldsV1(children) } : encodeFieldsV1(children);
};

/** Encodes with sorted keys, as the original does. */
export function encodeFieldsV1(set: FieldSet): JsonObject {
  const fields: JsonObject = {};
  const elements = [...set.keys()];
  if (elements.length > 1) sortByElement(elements, (element) => element);
  for (const element of elements) {
    const node = set.get(element);
    if (node) fields[element] = encodeNode(node);
  }
  return fields;
}
