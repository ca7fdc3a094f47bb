import type { FieldError } from '../validation/field-error.ts';
import { forbiddenField, invalid, notSupported, required } from '../validation/field-errors.ts';
import { checkRuleDeclarations } from './rule-declarations.ts';
import type { JsonSchema } from './json-schema.ts';

/** Rules that hold for a place because of where it is. */
interface Place {
  readonly isRoot: boolean;
  readonly insideMetadata: boolean;
  /** Why defaults are forbidden here. */
  readonly noDefaults?: string;
}

/** The rules of CustomResourceDefinition schemas that are not about being structural: unsupported keywords, list and map types, rules' form. */
export const validateSchemaRules = (schema: JsonSchema, path: string): FieldError[] =>
  check(schema, path, { isRoot: true, insideMetadata: false });

const types = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
/** Keywords that mean nothing here: forbidden when they are there at all, or when they are not empty. */
const unsupported = [
  ['id', 'filled'],
  ['additionalItems', 'said'],
  ['patternProperties', 'filled'],
  ['definitions', 'filled'],
  ['dependencies', 'said'],
  ['$ref', 'said'],
] as const;
const metaFields = new Set(['apiVersion', 'kind', 'metadata']);

const check = (schema: JsonSchema, path: string, place: Place): FieldError[] => {
  const errors = [...checkKeywords(schema, path, place)];
  if (schema.uniqueItems) {
    const detail = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic';
    errors.push(forbiddenField(`${path}.uniqueItems`, detail));
  }
  const nested = { ...place, isRoot: false };
  const { additionalProperties, properties = {} } = schema;
  if (additionalProperties !== undefined) {
    if (Object.keys(properties).length > 0 && additionalProperties !== true) {
      errors.push(forbiddenField(`${path}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'));
    }
    const noDefaults = place.insideMetadata ? { noDefaults: 'inside additionalProperties applying to object metadata' } : {};
    if (typeof additionalProperties === 'object') {
      errors.push(...check(additionalProperties, `${path}.additionalProperties`, { ...nested, ...noDefaults }));
    }
  }
  for (const [name, property] of Object.entries(properties)) {
    const isMeta = (place.isRoot || schema['x-kubernetes-embedded-resource'] === true) && metaFields.has(name);
    const below = isMeta ? { ...nested, insideMetadata: true, ...(place.isRoot ? { noDefaults: `in top-level ${name}` } : {}) } : nested;
    errors.push(...check(property, `${path}.properties[${name}]`, below));
  }
  if (schema.not) errors.push(...check(schema.not, `${path}.not`, nested));
  for (const keyword of ['allOf', 'oneOf', 'anyOf'] as const) {
    schema[keyword]?.forEach((branch, index) => errors.push(...check(branch, `${path}.${keyword}[${index}]`, nested)));
  }
  const { definitions = {}, dependencies = {} } = schema as {
    readonly [keyword: string]: Readonly<Record<string, JsonSchema>> | undefined;
  };
  for (const [name, definition] of Object.entries(definitions ?? {}))
    errors.push(...check(definition, `${path}.definitions[${name}]`, nested));
  if (schema.items && !Array.isArray(schema.items)) errors.push(...check(schema.items, `${path}.items`, nested));
  else if (Array.isArray(schema.items)) {
    schema.items.forEach((item: JsonSchema, index: number) => errors.push(...check(item, `${path}.items[${index}]`, nested)));
  }
  for (const [name, dependency] of Object.entries(dependencies ?? {})) {
    if (!Array.isArray(dependency)) errors.push(...check(dependency, `${path}.dependencies[${name}]`, nested));
  }
  return [...errors, ...checkExtensions(schema, path), ...checkListMap(schema, path), ...checkRuleDeclarations(schema, path)];
};

const checkKeywords = (schema: JsonSchema, path: string, place: Place): FieldError[] => {
  const errors: FieldError[] = [];
  const keywords = schema as Readonly<Record<string, unknown>>;
  if (schema.type && !types.includes(schema.type)) errors.push(notSupported(`${path}.type`, schema.type, types));
  if (schema.default !== undefined && schema.default !== null && place.noDefaults !== undefined) {
    errors.push(forbiddenField(`${path}.default`, `must not be set ${place.noDefaults}`));
  }
  for (const [keyword, when] of unsupported) {
    const value = keywords[keyword];
    const isEmpty = value === '' || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
    if (value !== undefined && value !== null && !(isEmpty && when === 'filled'))
      errors.push(forbiddenField(`${path}.${keyword}`, `${keyword} is not supported`));
  }
  if (schema.type === 'null') {
    errors.push(forbiddenField(`${path}.type`, 'type cannot be set to null, use nullable as an alternative'));
  }
  if (Array.isArray(schema.items) && schema.items.length > 0)
    errors.push(forbiddenField(`${path}.items`, 'items must be a schema object and not an array'));
  if (place.insideMetadata && schema['x-kubernetes-embedded-resource']) {
    errors.push(forbiddenField(`${path}.x-kubernetes-embedded-resource`, 'must not be used inside of resource meta'));
  }
  return errors;
};

const wrongType = (path: string, type: string | undefined, detail: string): FieldError =>
  type ? invalid(`${path}.type`, type, detail) : required(`${path}.type`, detail);

const checkExtensions = (schema: JsonSchema, path: string): FieldError[] => {
  const errors: FieldError[] = [];
  const mapType = schema['x-kubernetes-map-type'];
  const listType = schema['x-kubernetes-list-type'];
  if (schema['x-kubernetes-preserve-unknown-fields'] === false) {
    errors.push(invalid(`${path}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined'));
  }
  if (mapType !== undefined && schema.type !== 'object') {
    errors.push(wrongType(path, schema.type, 'must be object if x-kubernetes-map-type is specified'));
  }
  if (mapType !== undefined && !['atomic', 'granular'].includes(mapType)) {
    errors.push(notSupported(`${path}.x-kubernetes-map-type`, mapType, ['atomic', 'granular']));
  }
  if (listType !== undefined && schema.type !== 'array') {
    errors.push(wrongType(path, schema.type, 'must be array if x-kubernetes-list-type is specified'));
  } else if (listType === 'set' && schema.items) {
    const detail = 'must be atomic as item of a list with x-kubernetes-list-type=set';
    const itemListType = schema.items['x-kubernetes-list-type'];
    if (schema.items.type === 'array' && itemListType !== undefined && itemListType !== 'atomic') {
      errors.push(invalid(`${path}.items.x-kubernetes-list-type`, itemListType, detail));
    }
    if (schema.items.type === 'object' && schema.items['x-kubernetes-map-type'] !== 'atomic') {
      // The original reports the items' list type here.
      errors.push(invalid(`${path}.items.x-kubernetes-map-type`, itemListType ?? null, detail));
    }
  }
  if (listType !== undefined && !['atomic', 'set', 'map'].includes(listType)) {
    errors.push(notSupported(`${path}.x-kubernetes-list-type`, listType, ['atomic', 'set', 'map']));
  }
  return errors;
};

const checkListMap = (schema: JsonSchema, path: string): FieldError[] => {
  const errors: FieldError[] = [];
  const listType = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const { items } = schema;
  if (keys.length > 0 && listType !== 'map') {
    const detail = 'must be map if x-kubernetes-list-map-keys is non-empty';
    const field = `${path}.x-kubernetes-list-type`;
    errors.push(listType === undefined ? required(field, detail) : invalid(field, listType, detail));
  }
  if (listType === 'map') {
    if (keys.length === 0) {
      errors.push(required(`${path}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map'));
    }
    if (!items) errors.push(required(`${path}.items`, 'must have a schema if x-kubernetes-list-type is map'));
    else if (items.type !== 'object') {
      errors.push(invalid(`${path}.items.type`, items.type ?? '', "must be object if parent array's x-kubernetes-list-type is map"));
    } else errors.push(...checkKeys(items, keys, path));
  }
  if (items?.nullable && (listType === 'set' || listType === 'map')) {
    errors.push(forbiddenField(`${path}.items.nullable`, `cannot be nullable when x-kubernetes-list-type is ${listType}`));
  }
  if (items && listType === 'map') errors.push(...checkKeyPresence(items, keys, path));
  return errors;
};

const checkKeys = (items: JsonSchema, keys: readonly string[], path: string): FieldError[] => {
  const errors: FieldError[] = [];
  keys.forEach((key, index) => {
    const property = items.properties?.[key];
    if (!property) errors.push(invalid(`${path}.x-kubernetes-list-map-keys`, keys, 'entries must all be names of item properties'));
    else if (property.type === 'array' || property.type === 'object') {
      const detail = "must be a scalar type if parent array's x-kubernetes-list-type is map";
      errors.push(invalid(`${path}.items.properties[${key}].type`, items.type, detail));
    }
    if (keys.indexOf(key) < index) errors.push(invalid(`${path}.x-kubernetes-list-map-keys`, keys, 'must not contain duplicate entries'));
  });
  return errors;
};

const checkKeyPresence = (items: JsonSchema, keys: readonly string[], path: string): FieldError[] =>
  keys.flatMap((key) => {
    const property = items.properties?.[key];
    if (!property) return [];
    const field = `${path}.items.properties[${key}]`;
    const errors: FieldError[] = [];
    if (!items.required?.includes(key) && property.default === undefined) {
      const detail = 'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property';
      errors.push(required(`${field}.default`, detail));
    }
    if (property.nullable) {
      errors.push(forbiddenField(`${field}.nullable`, 'this property is in x-kubernetes-list-map-keys, so it cannot be nullable'));
    }
    return errors;
  });
