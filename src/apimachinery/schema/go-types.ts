import { NumberLiteral } from '../json/exact-json.ts';
import { timeParseError } from '../time/parse-error.ts';
import { isQuantity } from '../quantity/parse-quantity.ts';
import { childPath } from '../validation/field-errors.ts';
import { StatusError } from '../errors/status-error.ts';
import { isObject, type SchemaNode } from './schema-node.ts';

/** What a definition that decodes itself says about a value: a Go type that it is not, or a message of its own. */
type Refusal = { readonly type: string } | { readonly message: string } | undefined;

const isNumber = (value: unknown): boolean => typeof value === 'number' || typeof value === 'bigint' || value instanceof NumberLiteral;

const quantityRefusal = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

const selfDecoding: Readonly<Record<string, (value: unknown) => Refusal>> = {
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': (value) =>
    typeof value === 'string' || isInteger(value, 'int32') ? undefined : { type: 'int32' },
  'io.k8s.apimachinery.pkg.api.resource.Quantity': (value) =>
    isNumber(value) || (typeof value === 'string' && isQuantity(value)) ? undefined : { message: quantityRefusal },
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': (value) => refuseTime(value, '2006-01-02T15:04:05Z07:00'),
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': (value) => refuseTime(value, '2006-01-02T15:04:05.000000Z07:00'),
  'io.k8s.apimachinery.pkg.apis.meta.v1.Duration': (value) => (typeof value === 'string' ? undefined : { type: 'string' }),
};

/** Go structs embedded in others: their name is part of the path. */
const embeddedStructs: Readonly<Record<string, { readonly name: string; readonly holds: (field: string) => boolean }>> = {
  'io.k8s.api.core.v1.Probe': { name: 'ProbeHandler', holds: (field) => ['exec', 'httpGet', 'tcpSocket', 'grpc'].includes(field) },
  'io.k8s.api.core.v1.Volume': { name: 'VolumeSource', holds: (field) => field !== 'name' },
  'io.k8s.api.core.v1.EphemeralContainer': { name: 'EphemeralContainerCommon', holds: (field) => field !== 'targetContainerName' },
  ...Object.fromEntries(
    [
      'ConfigMapKeySelector',
      'SecretKeySelector',
      'ConfigMapEnvSource',
      'SecretEnvSource',
      'ConfigMapProjection',
      'SecretProjection',
      'ConfigMapVolumeSource',
    ].map((name) => [`io.k8s.api.core.v1.${name}`, { name: 'LocalObjectReference', holds: (field: string) => field === 'name' }]),
  ),
};

/** Definitions that are any JSON. */
const anything = new Set([
  'io.k8s.apimachinery.pkg.runtime.RawExtension',
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON',
]);

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[-+]\d\d:\d\d)$/;

const refuseTime = (value: unknown, layout: string): Refusal => {
  if (typeof value !== 'string') return { type: 'string' };
  if (rfc3339.test(value) && !Number.isNaN(Date.parse(value))) return undefined;
  return { message: timeParseError(value, layout) };
};

const jsonKind = (value: unknown): string => {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return isNumber(value) ? 'number' : typeof value;
};

const integerTypes: Readonly<Record<string, readonly [number, number]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [-Infinity, Infinity],
};

const isInteger = (value: unknown, format: string): boolean => {
  const [low, high] = integerTypes[format] ?? [-Infinity, Infinity];
  // A number beyond 2^53 was no integer of 64 bits in the text: it had an exponent, or overflows.
  return (typeof value === 'bigint' || Number.isSafeInteger(value)) && (value as number) >= low && (value as number) <= high;
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

/** A value that does not decode. */
interface Misfit {
  readonly value: unknown;
  readonly refusal: NonNullable<Refusal>;
  /** The innermost struct. */
  readonly struct: string;
  /** Grows to the left as the search returns. */
  path: string;
}

const describe = ({ value, refusal, struct, path }: Misfit): string => {
  if ('message' in refusal) return refusal.message;
  const { type } = refusal;
  const into = path === '' ? 'value' : `struct field ${struct}.${path}`;
  const found = isNumber(value) && /^u?int/.test(type) ? `number ${String(value)}` : jsonKind(value);
  return `json: cannot unmarshal ${found} into Go ${into} of type ${type}`;
};

const accepts = (value: unknown, node: SchemaNode): boolean => {
  switch (node.schema.type) {
    case 'string':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'number':
      return isNumber(value);
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value) && !isNumber(value);
    case 'integer':
      return isInteger(value, node.schema.format ?? 'int64');
    default:
      return true;
  }
};

const refuse = (value: unknown, node: SchemaNode): Refusal => {
  if (!accepts(value, node)) return { type: goType(node) };
  const isBytes = node.schema.type === 'string' && node.schema.format === 'byte';
  const message = isBytes ? base64Problem(value as string) : undefined;
  return message === undefined ? undefined : { message };
};

/** In a place that holds a schema or something else; what is neither decodes to nothing. The node's items are the schema. */
const findInUnion = (value: unknown, { items: schema, definition = '' }: SchemaNode, struct: string): Misfit | undefined => {
  const misfit = (refusal: NonNullable<Refusal>, part = value): Misfit => ({ value: part, refusal, struct, path: '' });
  if (!schema || value === null || value === undefined) return undefined;
  if (isObject(value) && !isNumber(value)) return find(value, schema, struct);
  if (definition.endsWith('OrBool')) return typeof value === 'boolean' ? undefined : misfit({ message: 'boolean or JSON schema expected' });
  if (!Array.isArray(value)) return undefined;
  if (definition.endsWith('OrArray')) return firstOf(value, (item) => find(item, schema, struct));
  return firstOf(value, (item) => (typeof item === 'string' || item === null ? undefined : misfit({ type: 'string' }, item)));
};

const firstOf = (values: readonly unknown[], look: (value: unknown) => Misfit | undefined): Misfit | undefined => {
  for (const value of values) {
    const misfit = look(value);
    if (misfit) return misfit;
  }
  return undefined;
};

const find = (value: unknown, node: SchemaNode, struct: string): Misfit | undefined => {
  if (node.isSchemaOrOther) return findInUnion(value, node, struct);
  if (value === null || value === undefined || (node.definition !== undefined && anything.has(node.definition))) return undefined;
  const decode = node.definition === undefined ? undefined : selfDecoding[node.definition];
  const refusal = decode ? decode(value) : refuse(value, node);
  if (refusal) return { value, refusal, struct, path: '' };
  if (decode || typeof value !== 'object' || isNumber(value)) return undefined;
  if (!Array.isArray(value)) return findInFields(value as Record<string, unknown>, node, struct);
  const { items } = node;
  return items && firstOf(value, (item) => find(item, items, struct));
};

const findInFields = (value: Record<string, unknown>, node: SchemaNode, struct: string): Misfit | undefined => {
  const own = node.definition === undefined ? struct : node.definition.slice(node.definition.lastIndexOf('.') + 1);
  for (const name in value) {
    const property = node.property(name);
    const child = property ?? node.additional;
    const misfit = child && find(value[name], child, property ? own : struct);
    if (!misfit) continue;
    if (property) misfit.path = pathIn(node, name, misfit.path);
    return misfit;
  }
  return undefined;
};

const pathIn = ({ definition = '' }: SchemaNode, name: string, below: string): string => {
  const embedded = embeddedStructs[definition];
  const path = embedded?.holds(name) ? `${embedded.name}.${name}` : name;
  return below === '' ? path : childPath(path, below);
};

/** Why Go's decoder does not take a text for bytes; undefined when it does. */
export const base64Problem = (text: string): string | undefined =>
  isBase64(text) ? undefined : `illegal base64 data at input byte ${firstIllegalByte(text)}`;

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
  const misfit = find(value, root, kind.kind);
  if (misfit) {
    throw new StatusError(
      'BadRequest',
      `${kind.kind} in version ${JSON.stringify(kind.version)} cannot be handled as a ${kind.kind}: ${describe(misfit)}`,
    );
  }
};
