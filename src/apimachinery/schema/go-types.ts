import { StatusError } from '../errors/status-error.ts';
import { isObject, type SchemaNode } from './schema-node.ts';

/** The definitions that decode themselves, and what they take besides null. */
const selfDecoding: Readonly<Record<string, (value: unknown, name: string) => string | undefined>> = {
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': (value) =>
    typeof value === 'string' || (typeof value === 'number' && Number.isInteger(value))
      ? undefined
      : `json: cannot unmarshal ${jsonKind(value)} into Go value of type int32`,
  'io.k8s.apimachinery.pkg.api.resource.Quantity': (value) =>
    typeof value === 'number' || (typeof value === 'string' && /^[-+]?(\d+\.?\d*|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][-+]?\d+)?$/.test(value))
      ? undefined
      : typeof value === 'string' && !/^[+-]?[0-9.]+([eEinumkKMGTP]*[-+]?[0-9]*)$/.test(value)
        ? "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
        : "unable to parse quantity's suffix",
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': (value) => timeError(value, '2006-01-02T15:04:05Z07:00'),
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': (value) => timeError(value, '2006-01-02T15:04:05.000000Z07:00'),
  'io.k8s.apimachinery.pkg.apis.meta.v1.Duration': (value) =>
    typeof value === 'string' ? undefined : `json: cannot unmarshal ${jsonKind(value)} into Go value of type string`,
};

/** Definitions that are any JSON. */
const anything = new Set([
  'io.k8s.apimachinery.pkg.runtime.RawExtension',
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray',
]);

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[-+]\d\d:\d\d)$/;

const timeError = (value: unknown, layout: string): string | undefined => {
  if (typeof value !== 'string') return `json: cannot unmarshal ${jsonKind(value)} into Go value of type string`;
  if (rfc3339.test(value) && !Number.isNaN(Date.parse(value))) return undefined;
  return `parsing time ${JSON.stringify(value)} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(value)} as "2006"`;
};

const jsonKind = (value: unknown): string => {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value;
};

const integerTypes: Readonly<Record<string, readonly [number, number]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [-(2 ** 63), 2 ** 63],
};

/** The Go type that a built-in schema was generated from, as encoding/json names it. */
const goType = (node: SchemaNode | undefined): string => {
  if (!node) return 'interface {}';
  const { type, format } = node.schema;
  if (node.definition !== undefined && type !== 'string') {
    const parts = node.definition.split('.');
    return parts.slice(-2).join('.');
  }
  if (type === 'array') return format === 'byte' ? '[]uint8' : `[]${goType(node.items)}`;
  if (type === 'object') return `map[string]${goType(node.additional)}`;
  if (type === 'integer') return format ?? 'int64';
  if (type === 'number') return 'float64';
  if (type === 'boolean') return 'bool';
  return format === 'byte' ? '[]uint8' : (type ?? 'interface {}');
};

interface Place {
  readonly struct: string;
  readonly path: string;
}

const mismatch = (found: string, node: SchemaNode, place: Place): string => {
  const into = place.path === '' ? 'value' : `struct field ${place.struct}.${place.path}`;
  return `json: cannot unmarshal ${found} into Go ${into} of type ${goType(node)}`;
};

const accepts = (value: unknown, node: SchemaNode): boolean => {
  switch (node.schema.type) {
    case 'string':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'number':
      return typeof value === 'number';
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    case 'integer': {
      const [low, high] = integerTypes[node.schema.format ?? 'int64'] ?? [-Infinity, Infinity];
      return typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high;
    }
    default:
      return true;
  }
};

const find = (value: unknown, node: SchemaNode, place: Place): string | undefined => {
  if (value === null || value === undefined || (node.definition !== undefined && anything.has(node.definition))) return undefined;
  const decode = node.definition === undefined ? undefined : selfDecoding[node.definition];
  if (decode) return decode(value, place.path);
  if (!accepts(value, node)) {
    const found = typeof value === 'number' && node.schema.type === 'integer' ? `number ${value}` : jsonKind(value);
    return mismatch(found, node, place);
  }
  if (node.schema.type === 'string' && node.schema.format === 'byte' && !isBase64(value as string)) {
    return `illegal base64 data at input byte ${firstIllegalByte(value as string)}`;
  }
  if (Array.isArray(value))
    return firstOf(
      value.map((_, index) => index),
      (index) => node.items && find(value[index], node.items, place),
    );
  if (!isObject(value)) return undefined;
  const struct = node.definition === undefined ? place.struct : (node.definition.split('.').at(-1) ?? '');
  return firstOf(Object.keys(value), (name) => {
    const property = node.property(name);
    const path = place.path === '' ? name : `${place.path}.${name}`;
    if (property) return find(value[name], property, { struct, path });
    return node.additional && find(value[name], node.additional, { struct: place.struct, path: place.path });
  });
};

const firstOf = <T>(items: readonly T[], look: (item: T) => string | undefined): string | undefined => {
  for (const item of items) {
    const found = look(item);
    if (found !== undefined) return found;
  }
  return undefined;
};

const isBase64 = (text: string): boolean =>
  /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text.replaceAll(/[\r\n]/g, ''));
const firstIllegalByte = (text: string): number => {
  const at = text.search(/[^A-Za-z0-9+/=\r\n]/);
  return at < 0 ? text.length - (text.length % 4) : at;
};

/**
 * Checks that a built-in kind's JSON would decode into its Go type, as kube-apiserver's decoder does before anything else.
 * @throws {StatusError} BadRequest with the decoder's own words; the first mismatch only, as the original.
 */
export const checkTypes = (value: unknown, root: SchemaNode, kind: { readonly kind: string; readonly version: string }): void => {
  const message = find(value, root, { struct: kind.kind, path: '' });
  if (message !== undefined) {
    throw new StatusError(
      'BadRequest',
      `${kind.kind} in version ${JSON.stringify(kind.version)} cannot be handled as a ${kind.kind}: ${message}`,
    );
  }
};
