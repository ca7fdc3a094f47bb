import type { KindDefinition } from '../../api/kind-definition.ts';
import { hasProtobuf } from '../../api/protobuf.ts';
import { formatGroupVersion } from '../../apimachinery/meta/group-version.ts';
import { managedFieldsHeader } from '../../apimachinery/meta/managed-fields-header.ts';
import type { ListMeta, UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { encodedResponse, type Encodable } from '../http/encode-body.ts';
import type { ApiResponse } from '../http/exchange.ts';
import { negotiate, type OutputForm } from '../http/negotiate.ts';
import { jsonBytes } from '../http/respond.ts';
import { readObject } from '../registry/stored-object.ts';
import { asBuffer } from '../registry/value-codec.ts';
import { aroundManagedFields } from '../registry/value-text.ts';
import { isServable } from '../registry/served-form.ts';
import { toPartialObject, toPartialObjectList } from '../table/partial-object.ts';
import { parseIncludeObject, toTable } from '../table/table.ts';
import type { ResourceRequest } from './resource-request.ts';

/** `v1`, or `apps/v1`: what objects and lists of the kind say. */
export const apiVersionOf = ({ group, version }: KindDefinition): string => formatGroupVersion(group, version);

/** Clients with somebody in front of them get indented JSON unless they ask otherwise, as from kube-apiserver. */
const readByPeople = /^(?:curl|Wget|Mozilla\/5\.0)/;

/** What the client wants to get. @throws StatusError NotAcceptable */
export const outputForm = ({ request, query, definition }: Pick<ResourceRequest, 'request' | 'query' | 'definition'>): OutputForm => {
  const protobuf = (): boolean => !definition.custom && hasProtobuf(apiVersionOf(definition), definition.kind);
  const negotiated = negotiate(request.headers['accept'], { protobuf, transforms: definition.verbs.some((verb) => verb !== 'create') });
  const form = request.headers[managedFieldsHeader] === 'omit' ? { ...negotiated, lean: true } : negotiated;
  const pretty = query.get('pretty') || String(readByPeople.test(request.headers['user-agent'] ?? ''));
  return pretty === 'true' || pretty === '1' ? { ...form, pretty: true } : form;
};

/** Whether stored bytes can be the answer. */
export const isPlain = (form: OutputForm): boolean => form.as === undefined && form.format === 'json' && !form.pretty;

export interface TransformOptions {
  readonly query: URLSearchParams;
  /** Milliseconds since the epoch: ages in tables. */
  readonly now: number;
  readonly metadata: ListMeta;
}

/** Objects as rows of a Table. */
export const tableOf = (definition: KindDefinition, objects: readonly UnstructuredObject[], { query, now, metadata }: TransformOptions) =>
  toTable(definition, objects, { includeObject: parseIncludeObject(query.get('includeObject')), now: new Date(now), metadata });

/** One object in the negotiated kind. */
export const transformed = (
  definition: KindDefinition,
  object: UnstructuredObject,
  { form, query, now }: { readonly form: OutputForm; readonly query: URLSearchParams; readonly now: number },
): Encodable => {
  if (form.as === undefined) return object;
  if (form.as !== 'Table') return toPartialObject(object);
  const { resourceVersion } = object.metadata;
  return tableOf(definition, [object], { query, now, metadata: resourceVersion === undefined ? {} : { resourceVersion } });
};

/** What an endpoint answers about one object: stored bytes, a parsed object, or both. */
export interface Answer {
  readonly value?: Uint8Array | undefined;
  readonly object?: UnstructuredObject;
  readonly now: number;
}

/** One object as an answer: its very bytes when nothing more is asked. */
export const objectResponse = (resource: ResourceRequest, status: number, { value, object, now }: Answer): ApiResponse => {
  const form = outputForm(resource);
  const { definition, query } = resource;
  if (value && isPlain(form) && isServable(definition, value)) {
    if (!form.lean) return jsonBytes(status, value);
    const lean = jsonBytes(status, aroundManagedFields(asBuffer(value)));
    return object && !definition.storage ? { ...lean, object: withoutManagedFields(object) } : lean;
  }
  const parsed = object ?? (value && readObject(definition, value));
  if (!parsed) throw new Error(`answer ${definition.plural}: neither bytes nor object given`);
  return encodedResponse(status, transformed(definition, parsed, { form, query, now }), form);
};

/** A list of objects that are not stored: it has no version. */
export const computedList = (resource: ResourceRequest, objects: readonly UnstructuredObject[], now: number): ApiResponse => {
  const form = outputForm(resource);
  const { definition, query } = resource;
  if (form.as === 'Table') return encodedResponse(200, tableOf(definition, objects, { query, now, metadata: {} }), form);
  if (form.as !== undefined) return encodedResponse(200, toPartialObjectList([...objects], {}), form);
  const list = { kind: definition.listKind, apiVersion: apiVersionOf(definition), metadata: {}, items: objects };
  return encodedResponse(200, list as unknown as Encodable, form);
};

const withoutManagedFields = (object: UnstructuredObject): UnstructuredObject => {
  delete object.metadata.managedFields;
  return object;
};
