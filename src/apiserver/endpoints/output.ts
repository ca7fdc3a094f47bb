import type { KindDefinition } from '../../api/kind-definition.ts';
import { hasProtobuf } from '../../api/protobuf.ts';
import { formatGroupVersion } from '../../apimachinery/meta/group-version.ts';
import { managedFieldsHeader } from '../../apimachinery/meta/managed-fields-header.ts';
import { StatusError } from '../../apimachinery/errors/status-error.ts';
import type { ListMeta, UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { withoutManagedFields } from '../../apimachinery/meta/without-managed-fields.ts';
import { encodedResponse, type Encodable } from '../http/encode-body.ts';
import type { ApiResponse } from '../http/exchange.ts';
import { negotiate, type OutputForm } from '../http/negotiate.ts';
import { readableForm } from '../http/pretty.ts';
import { jsonBytes } from '../http/respond.ts';
import { readObject } from '../registry/stored-object.ts';
import { asBuffer } from '../registry/value-codec.ts';
import { aroundManagedFields } from '../registry/value-text.ts';
import { isServable } from '../registry/served-form.ts';
import { toPartialObject, toPartialObjectList } from '../table/partial-object.ts';
import { parseIncludeObject, toTable } from '../table/table.ts';
import { internalType } from './internal-name.ts';
import type { ResourceRequest } from './resource-request.ts';

/** `v1`, or `apps/v1`: what objects and lists of the kind say. */
export const apiVersionOf = ({ group, version }: KindDefinition): string => formatGroupVersion(group, version);

/** What the client wants to get. @throws StatusError NotAcceptable */
export const negotiateOutput = ({ request, query, definition, info }: Omit<ResourceRequest, 'form'>): OutputForm => {
  const { custom, verbs, subresources } = definition;
  const protobuf = (): boolean => {
    const own = subresources.find(({ name }) => name === info.subresource)?.kind;
    return own
      ? hasProtobuf(formatGroupVersion(own.group, own.version), own.kind)
      : !custom && hasProtobuf(apiVersionOf(definition), definition.kind);
  };
  const negotiated = negotiate(request.headers['accept'], {
    protobuf,
    transforms: verbs.some((verb) => verb !== 'create'),
    routed: !custom,
    watchable: info.verb === 'list' || info.verb === 'watch',
    stream: info.verb === 'watch',
  });
  const form = request.headers[managedFieldsHeader] === 'omit' ? { ...negotiated, lean: true } : negotiated;
  return readableForm(form, request, query);
};

/** The same, found once a request. */
export const outputForm = (resource: ResourceRequest): OutputForm => (resource.form ??= negotiateOutput(resource));

/** Whether stored bytes can be the answer. */
export const isPlain = (form: OutputForm): boolean => form.as === undefined && form.format === 'json' && !form.pretty;

export interface TransformOptions {
  readonly query: URLSearchParams;
  /** Milliseconds since the epoch: ages in tables. */
  readonly now: number;
  readonly metadata: ListMeta;
  /** Of meta.k8s.io, as asked for. */
  readonly version?: string | undefined;
  /** False where they were told already. */
  readonly withColumns?: boolean;
}

/** Objects as rows of a Table. */
export const tableOf = (definition: KindDefinition, objects: readonly UnstructuredObject[], { query, now, ...rest }: TransformOptions) =>
  toTable(definition, objects, { includeObject: parseIncludeObject(query.get('includeObject')), now: new Date(now), ...rest });

const mismatch = (asked: string, found: string): StatusError =>
  new StatusError('NotAcceptable', `you requested ${asked}, but the requested object is ${found}`);

/** @throws StatusError NotAcceptable when one object shall be a list of metadata */
const requireObjectForm = (definition: KindDefinition, { as }: OutputForm): void => {
  if (as === 'PartialObjectMetadataList') throw mismatch(as, `not a list (${internalType(definition, 'object')})`);
};

/** @throws StatusError NotAcceptable when a list shall be the metadata of one object */
export const requireListForm = (definition: KindDefinition, { as }: OutputForm): void => {
  if (as === 'PartialObjectMetadata') throw mismatch(as, `a list (${internalType(definition, 'list')})`);
};

interface TransformedOptions extends Pick<TransformOptions, 'query' | 'now' | 'withColumns'> {
  readonly form: OutputForm;
}

/** One object in the negotiated kind. */
export const transformed = (
  definition: KindDefinition,
  object: UnstructuredObject,
  { form, query, now, withColumns = true }: TransformedOptions,
): Encodable => {
  if (form.as === undefined) return object;
  const { version } = form;
  if (form.as !== 'Table') return toPartialObject(object, version);
  const { resourceVersion } = object.metadata;
  const metadata = resourceVersion === undefined ? {} : { resourceVersion };
  return tableOf(definition, [object], { query, now, metadata, version, withColumns });
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
  requireObjectForm(definition, form);
  if (value && isPlain(form) && isServable(definition, value)) {
    if (!form.lean) return jsonBytes(status, value);
    const lean = jsonBytes(status, aroundManagedFields(asBuffer(value)));
    return object && !definition.storage && resource.request.user ? { ...lean, object: withoutManagedFields(object) } : lean;
  }
  const parsed = object ?? (value && readObject(definition, value));
  if (!parsed) throw new Error(`answer ${definition.plural}: neither bytes nor object given`);
  return encodedResponse(status, transformed(definition, parsed, { form, query, now }), form);
};

/** A Status as an answer: it is never a row, and never metadata alone. */
export const statusResponse = (resource: ResourceRequest, code: number, status: Encodable): ApiResponse => {
  const { format, pretty } = outputForm(resource);
  return encodedResponse(code, status, { format, pretty });
};

/** A list of objects that are not stored: it has no version. */
export const computedList = (resource: ResourceRequest, objects: readonly UnstructuredObject[], now: number): ApiResponse => {
  const form = outputForm(resource);
  const { definition, query } = resource;
  requireListForm(definition, form);
  const { version } = form;
  if (form.as === 'Table') return encodedResponse(200, tableOf(definition, objects, { query, now, metadata: {}, version }), form);
  if (form.as !== undefined) return encodedResponse(200, toPartialObjectList([...objects], {}, version), form);
  const list = { kind: definition.listKind, apiVersion: apiVersionOf(definition), metadata: {}, items: objects };
  return encodedResponse(200, list as unknown as Encodable, form);
};
