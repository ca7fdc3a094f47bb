import { constraintsOf } from '../schema/constraints.ts';
import { isObject, type SchemaNode } from '../schema/schema-node.ts';
import { parseCelDuration, readTimestamp } from './time.ts';
import { List, ObjectMap, type Value } from './values.ts';

/** JSON without a schema as a CEL value: whole numbers are ints. */
export const adaptDynamic = (value: unknown): Value => {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return new List(value, adaptDynamic);
  if (isObject(value)) return new ObjectMap(value, (_, field) => adaptDynamic(field));
  return value as string | boolean | bigint;
};

/** JSON as a CEL value of its schema's type. Lists and objects are converted piece by piece, when read. @throws {EvaluationError} */
export const adapt = (value: unknown, node: SchemaNode | undefined): Value => {
  if (value === null || value === undefined || !node || node.schema['x-kubernetes-int-or-string']) return adaptDynamic(value);
  switch (typeof value) {
    case 'number':
      return node.schema.type === 'number' || !Number.isInteger(value) ? value : BigInt(value);
    case 'bigint':
      return node.schema.type === 'number' ? Number(value) : value;
    case 'string':
      return adaptString(value, node);
    case 'object':
      return node.derive(adapt, adapterOf)(value);
    default:
      return value as boolean;
  }
};

const adaptString = (value: string, node: SchemaNode): Value => {
  switch (node.schema.format) {
    case 'byte':
      return Buffer.from(value, 'base64');
    case 'duration':
      return constraintsOf(node).isFormat ? (parseCelDuration(value) ?? value) : value;
    case 'date':
    case 'date-time':
      return readTimestamp(node.schema.format === 'date' ? `${value}T00:00:00Z` : value) ?? value;
    default:
      return value;
  }
};

/** One conversion for each place, so that its functions stay monomorphic. */
const adapterOf = (node: SchemaNode): ((value: object) => Value) => {
  const adaptItem = (item: unknown): Value => adapt(item, node.items);
  const adaptField = (name: string, field: unknown): Value => adapt(field, node.property(name) ?? node.additional);
  const type = node.schema['x-kubernetes-list-type'];
  const identity = type === 'set' ? 'set' : type === 'map' ? (node.schema['x-kubernetes-list-map-keys'] ?? []) : 'order';
  return (value) =>
    Array.isArray(value) ? new List(value, adaptItem, identity) : new ObjectMap(value as Record<string, unknown>, adaptField);
};
