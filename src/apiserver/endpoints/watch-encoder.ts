import { encodeJson } from '../../apimachinery/json/exact-json.ts';
import { encodeWatchFrame } from '../../api/protobuf.ts';
import type { StatusError } from '../../apimachinery/errors/status-error.ts';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { contentTypeOf, encodeBody, type Encodable } from '../http/encode-body.ts';
import type { OutputForm } from '../http/negotiate.ts';
import { isServable } from '../registry/served-form.ts';
import { readObject } from '../registry/stored-object.ts';
import { asBuffer } from '../registry/value-codec.ts';
import { aroundManagedFields, metadataText } from '../registry/value-text.ts';
import { partialObjectText } from '../table/partial-object.ts';
import { parseIncludeObject, rowObject } from '../table/table.ts';
import type { WatchEventType } from '../watch/watch-event.ts';
import { apiVersionOf, tableOf, transformed } from './output.ts';
import type { ResourceRequest } from './resource-request.ts';

/** How one watch's events are written. */
export interface WatchEncoding {
  readonly contentType: string;
  /** Its name among the encodings of a resource: equal names, equal bytes. */
  readonly encoding: string;
  readonly encode: (type: WatchEventType, value: Uint8Array) => Uint8Array;
  /** An object of the kind with nothing but a version. `initialEnd` marks the end of the initial events (KEP-3157). */
  readonly bookmark: (revision: bigint, initialEnd?: boolean) => Uint8Array;
  readonly errorFrame: (error: StatusError) => Uint8Array;
}

const empty = Buffer.from('{}');
const jsonEnd = Buffer.from('}\n');
const jsonHeads = new Map<WatchEventType, Buffer>(
  (['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR'] as const).map((type) => [type, Buffer.from(`{"type":"${type}","object":`)]),
);
const jsonFrame = (type: WatchEventType, ...object: readonly Uint8Array[]): Uint8Array =>
  Buffer.concat([jsonHeads.get(type) ?? jsonEnd, ...object, jsonEnd]);

/** A stored value's metadata alone, copied and not parsed. */
const partialText = (value: Uint8Array): Buffer => Buffer.concat(partialObjectText(metadataText(asBuffer(value)) ?? empty));

const plainJson: OutputForm = { format: 'json', pretty: false };

/** Tells one Table watch from another: what its events say depends on whether columns were told before. */
let tableWatches = 0;

export const watchEncoding = (resource: ResourceRequest, form: OutputForm, now: () => number): WatchEncoding => {
  const { definition, query } = resource;
  const protobuf = form.format === 'protobuf';
  const frame = (type: WatchEventType, value: Encodable): Uint8Array => {
    if (protobuf) return encodeWatchFrame(type, encodeBody(value, form));
    return jsonFrame(type, Buffer.from(encodeJson(value)));
  };
  const shown = (text: Buffer): readonly Buffer[] => (form.lean ? aroundManagedFields(text) : [text]);
  let toldColumns = false;
  /** Columns are told in the first event only. */
  const withColumns = (): boolean => {
    const first = !toldColumns;
    toldColumns = true;
    return first;
  };
  const { version } = form;
  const encodeObject = (type: WatchEventType, object: UnstructuredObject): Uint8Array =>
    frame(type, transformed(definition, object, { form, query, now: now(), withColumns: form.as !== 'Table' || withColumns() }));
  return {
    contentType: protobuf ? `${contentTypeOf(form)};stream=watch` : contentTypeOf(plainJson),
    encoding: [
      definition.group,
      definition.version,
      form.format,
      form.as ?? '',
      version ?? '',
      form.as === 'Table' ? (tableWatches += 1) : '',
      form.lean ? 'lean' : '',
      query.get('includeObject') ?? '',
    ].join('|'),
    encode(type, value) {
      if (!protobuf && isServable(definition, value)) {
        if (form.as === undefined) return jsonFrame(type, ...shown(asBuffer(value)));
        if (form.as === 'PartialObjectMetadata' && version === 'v1') return jsonFrame(type, ...shown(partialText(value)));
      }
      return encodeObject(type, readObject(definition, value));
    },
    bookmark(revision, initialEnd = false) {
      const annotations = initialEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {};
      const metadata = { resourceVersion: String(revision), ...annotations };
      const object = { kind: definition.kind, apiVersion: apiVersionOf(definition), metadata } as unknown as UnstructuredObject;
      if (form.as !== 'Table') return encodeObject('BOOKMARK', object);
      const listMeta = { resourceVersion: String(revision) };
      const table = tableOf(definition, [], { query, now: now(), metadata: listMeta, version, withColumns: withColumns() });
      const includeObject = parseIncludeObject(query.get('includeObject'));
      return frame('BOOKMARK', { ...table, rows: [{ cells: [], object: rowObject(object, { includeObject, version }) }] } as Encodable);
    },
    errorFrame: (error) => frame('ERROR', error.toStatus()),
  };
};
