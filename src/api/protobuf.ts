import { StatusError } from '../apimachinery/errors/status-error.ts';
import { openEnvelope, openList, sealEnvelope } from '../apimachinery/protobuf/envelope.ts';
import { messageCodecs } from '../apimachinery/protobuf/message-codec.ts';
import type { MessageCodec } from '../apimachinery/protobuf/message-codec.ts';
import { ProtobufError, Reader, wireType } from '../apimachinery/protobuf/reader.ts';
import { Writer } from '../apimachinery/protobuf/writer.ts';
import type { ListMeta } from '../apimachinery/meta/object.ts';
import { definitionPackage } from './definition-package.ts';
import { messageDescriptor } from './messages.ts';

interface Typed {
  readonly apiVersion: string;
  readonly kind: string;
}

const codecs = messageCodecs(messageDescriptor);
const metaPackage = 'io.k8s.apimachinery.pkg.apis.meta.v1';

/** A kind comes from the client and names a file below: nothing but a Go identifier is looked for. */
const identifier = /^[A-Z][A-Za-z0-9]*$/;

const codecOf = ({ apiVersion, kind }: Typed): MessageCodec | undefined => {
  if (!identifier.test(kind)) return undefined;
  const packageName = definitionPackage(apiVersion);
  const own = packageName === undefined ? undefined : codecs.message(`${packageName}.${kind}`);
  return own ?? codecs.message(`${metaPackage}.${kind}`);
};

/** Whether objects of the kind have a protobuf form. Custom resources and Tables have none: answer 406. */
export const hasProtobuf = (apiVersion: string, kind: string): boolean => codecOf({ apiVersion, kind }) !== undefined;

/**
 * Decodes a body sent as application/vnd.kubernetes.protobuf. `object` has apiVersion and kind, and the members that Go's JSON would have.
 * @throws StatusError BadRequest
 */
export const decodeProtobuf = (bytes: Uint8Array): Typed & { readonly object: Record<string, unknown> & Typed } => {
  let type: Typed | undefined;
  try {
    const { apiVersion, kind, raw } = openEnvelope(bytes);
    type = { apiVersion, kind };
    const codec = codecOf({ apiVersion, kind });
    if (codec === undefined)
      throw new StatusError('BadRequest', `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`);
    return { apiVersion, kind, object: { kind, apiVersion, ...codec.readBody(new Reader(raw), raw.length) } };
  } catch (error) {
    if (error instanceof ProtobufError) {
      if (type) error.type = type;
      throw new StatusError('BadRequest', `unable to decode protobuf: ${error.message}`, { cause: error });
    }
    throw error;
  }
};

/** Encodes an object with its envelope. @throws {Error} when the kind has no protobuf form: ask hasProtobuf first */
export const encodeProtobuf = (object: Typed & { readonly [field: string]: unknown }): Buffer => {
  const codec = codecOf(object);
  if (codec === undefined) throw new Error(`no protobuf form: ${object.apiVersion} ${object.kind}`);
  return sealEnvelope(object, (writer) => codec.writeBody(writer, object));
};

/** One object as an element of its kind's list message. @throws {Error} when the kind has no protobuf form */
export const encodeListItem = (object: Typed & { readonly [field: string]: unknown }): Buffer => {
  const codec = codecOf(object);
  if (codec === undefined) throw new Error(`no protobuf form: ${object.apiVersion} ${object.kind}`);
  const writer = new Writer();
  codec.writeBody(writer, object);
  writer.varint(writer.length);
  writer.tag(2, wireType.bytes);
  return writer.finish();
};

/** A list with its envelope, around elements that encodeListItem gave; every list message has metadata first and items second. */
export const encodeList = (
  { metadata, ...type }: Typed & { readonly metadata: ListMeta },
  items: readonly Uint8Array[],
): readonly Uint8Array[] => {
  const codec = codecs.message(`${metaPackage}.ListMeta`);
  if (codec === undefined) throw new Error('no protobuf form: ListMeta');
  const { head, tail } = openList(type, {
    body: (writer) => {
      codec.writeBody(writer, { ...metadata });
      writer.varint(writer.length);
      writer.tag(1, wireType.bytes);
    },
    following: items.reduce((sum, item) => sum + item.length, 0),
  });
  return [head, ...items, tail];
};

/**
 * A frame of a watch in `application/vnd.kubernetes.protobuf;stream=watch`: four bytes of length, big endian, then a bare WatchEvent
 * whose object is what encodeProtobuf gave.
 */
export const encodeWatchFrame = (type: string, object: Uint8Array): Buffer => {
  const writer = new Writer();
  const objectStart = writer.length;
  writer.bytes(object);
  writer.tag(1, wireType.bytes);
  writer.varint(writer.length - objectStart);
  writer.tag(2, wireType.bytes);
  writer.string(type);
  writer.tag(1, wireType.bytes);
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32BE(writer.length);
  writer.raw(length);
  return writer.finish();
};
