import { isObject, type SchemaNode } from '../schema/schema-node.ts';
import { escapeFieldName } from './field-names.ts';
import {
  boolType,
  bytesType,
  doubleType,
  durationType,
  dynType,
  intType,
  listType,
  mapType,
  stringType,
  timestampType,
  type CelType,
  type ObjectField,
} from './types.ts';

/** A schema as CEL sees it: its type, and how large its values can get, for cost estimates. Sizes are elements or bytes. */
export interface Declaration {
  readonly type: CelType;
  readonly maxElements: number;
  /** The least bytes of JSON that a value takes. */
  readonly minSize: number;
  readonly element?: Declaration;
  readonly key?: Declaration;
  readonly fields?: ReadonlyMap<string, Declaration>;
}

/** The largest request that the API takes, in bytes. */
export const maxRequestBytes = 3_145_728;

const scalar = (type: CelType, minSize: number, maxElements = 0): Declaration => ({ type, minSize, maxElements });
const anyString = scalar(stringType, 0);

/**
 * The declaration of a schema; undefined when CEL cannot use it (unknown type, preserved unknown fields, a cut recursion).
 * At the root of a resource apiVersion, kind, metadata.name and metadata.generateName are always there.
 */
export const declarationOf = (node: SchemaNode, isResourceRoot: boolean): Declaration | undefined => {
  const key = isResourceRoot ? rootKey : nestedKey;
  if (node.derived.has(key)) return node.derived.get(key) as Declaration | undefined;
  // A definition that contains itself finds nothing here: that field is unknown to expressions.
  node.derived.set(key, undefined);
  const declaration = declare(node, isResourceRoot);
  node.derived.set(key, declaration);
  return declaration;
};

const rootKey = Symbol('declaration of a resource');
const nestedKey = Symbol('declaration');

const declare = (node: SchemaNode, isResourceRoot: boolean): Declaration | undefined => {
  const { schema } = node;
  const isIntOrString = schema['x-kubernetes-int-or-string'] || (schema.type === undefined && schema.format === 'int-or-string');
  if (isIntOrString) return scalar(dynType, 1, stringBound(schema.maxLength, maxRequestBytes - 2));
  switch (schema.type) {
    case 'array':
      return declareList(node);
    case 'object':
      return declareObject(node, isResourceRoot);
    case 'string':
      return declareString(node);
    case 'boolean':
      return scalar(boolType, 4);
    case 'number':
      return scalar(doubleType, 1);
    case 'integer':
      return scalar(intType, 1);
    default:
      return undefined;
  }
};

const stringBound = (maxLength: number | undefined, otherwise: number): number =>
  maxLength === undefined ? otherwise : Math.max(0, Number(maxLength)) * 4;

const declareString = ({ schema }: SchemaNode): Declaration => {
  switch (schema.format) {
    case 'byte':
      return scalar(bytesType, 2, schema.maxLength === undefined ? maxRequestBytes - 2 : Math.max(0, Number(schema.maxLength)));
    case 'duration':
      return scalar(durationType, 3, 32);
    case 'date':
      return scalar(timestampType, 12, 12);
    case 'date-time':
      return scalar(timestampType, 21, 32);
    default: {
      const longest = (schema.enum ?? []).reduce<number>(
        (most, item) => Math.max(most, typeof item === 'string' ? Buffer.byteLength(item) : 0),
        0,
      );
      return scalar(stringType, 2, stringBound(schema.maxLength, schema.enum?.length ? longest : maxRequestBytes - 2));
    }
  }
};

const declareList = (node: SchemaNode): Declaration | undefined => {
  const element = node.items && declarationOf(node.items, node.items.embedded);
  if (!element) return undefined;
  const { maxItems } = node.schema;
  const maxElements = maxItems === undefined ? Math.floor((maxRequestBytes - 2) / (element.minSize + 1)) : Math.max(0, Number(maxItems));
  return { type: listType(element.type), minSize: 2, maxElements, element };
};

const declareObject = (node: SchemaNode, isResourceRoot: boolean): Declaration | undefined => {
  if (isObject(node.schema.additionalProperties) && node.additional && !isResourceRoot) {
    const element = declarationOf(node.additional, node.additional.embedded);
    if (!element) return undefined;
    const { maxProperties } = node.schema;
    const maxElements =
      maxProperties === undefined ? Math.floor((maxRequestBytes - 2) / (element.minSize + 6)) : Math.max(0, Number(maxProperties));
    return { type: mapType(stringType, element.type), minSize: 2, maxElements, element, key: anyString };
  }
  const fields = new Map<string, Declaration>();
  const typed = new Map<string, ObjectField>();
  let minSize = 2;
  const add = (name: string, field: Declaration | undefined): void => {
    const escaped = escapeFieldName(name);
    if (!field || escaped === undefined) return;
    fields.set(escaped, field);
    typed.set(escaped, { type: field.type, name });
  };
  for (const [name, schema] of Object.entries(node.schema.properties ?? {})) {
    const property = node.property(name);
    const field = property && declarationOf(property, property.embedded);
    add(name, field);
    if (field && node.schema.required?.includes(name) && schema.default === undefined) minSize += name.length + field.minSize + 4;
  }
  if (isResourceRoot) addResourceFields(add);
  return { type: { kind: 'object', name: nextName(node), fields: typed }, minSize, maxElements: 0, fields };
};

const stringField = scalar(stringType, 2, maxRequestBytes - 2);

const addResourceFields = (add: (name: string, field: Declaration) => void): void => {
  const names: readonly (readonly [string, Declaration])[] = [
    ['name', stringField],
    ['generateName', stringField],
  ];
  const fields = new Map(names);
  const typed = new Map(names.map(([name, { type }]) => [name, { type, name }] as const));
  add('kind', stringField);
  add('apiVersion', stringField);
  add('metadata', { type: { kind: 'object', name: 'selfType.metadata', fields: typed }, minSize: 2, maxElements: 0, fields });
};

const names = new WeakMap<SchemaNode, string>();
let nextNumber = 0;
/** Object types are told apart by place: each gets a name of its own. */
const nextName = (node: SchemaNode): string => {
  const name = names.get(node) ?? `selfType${++nextNumber}`;
  names.set(node, name);
  return name;
};
