import { ProtobufError, Reader, wireType } from './reader.ts';
import { eachField } from './special-codecs.ts';
import { Writer } from './writer.ts';

/** `k8s\0`, what every stored or sent object begins with. */
const magic = Buffer.from([0x6b, 0x38, 0x73, 0x00]);

/** runtime.Unknown: the bytes of a message, and what they are. */
export interface Envelope {
  readonly apiVersion: string;
  readonly kind: string;
  readonly raw: Buffer;
}

export const hasEnvelope = (bytes: Uint8Array): boolean => bytes.length >= 4 && magic.equals(bytes.subarray(0, 4));

/** @throws ProtobufError */
export const openEnvelope = (bytes: Uint8Array): Envelope => {
  if (!hasEnvelope(bytes))
    throw new ProtobufError('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]');
  const reader = new Reader(bytes.subarray(4));
  let apiVersion = '';
  let kind = '';
  let raw = Buffer.alloc(0) as Buffer;
  while (reader.position < reader.buffer.length) {
    const tag = reader.varint();
    if (tag === 10)
      eachField(reader, (number, wire) => {
        if (number === 1 && wire === wireType.bytes) apiVersion = reader.string();
        else if (number === 2 && wire === wireType.bytes) kind = reader.string();
        else reader.skip(wire);
      });
    else if (tag === 18) raw = reader.bytes();
    else reader.skip(tag & 7);
  }
  return { apiVersion, kind, raw };
};

/** contentEncoding and contentType are always there and always empty. */
const contentFields = Buffer.from([0x1a, 0x00, 0x22, 0x00]);

interface TypeMeta {
  readonly apiVersion: string;
  readonly kind: string;
}

/** What comes before the message: its length, its type, the magic. Writers go backwards. */
const writeHead = (writer: Writer, { kind, apiVersion }: TypeMeta, length: number): void => {
  writer.varint(length);
  writer.tag(2, wireType.bytes);
  const typeStart = writer.length;
  writer.string(kind);
  writer.tag(2, wireType.bytes);
  writer.string(apiVersion);
  writer.tag(1, wireType.bytes);
  writer.varint(writer.length - typeStart);
  writer.tag(1, wireType.bytes);
  writer.raw(magic);
};

/** The envelope around what `body` writes. */
export const sealEnvelope = (type: TypeMeta, body: (writer: Writer) => void): Buffer => {
  const writer = new Writer();
  writer.raw(contentFields);
  const before = writer.length;
  body(writer);
  writeHead(writer, type, writer.length - before);
  return writer.finish();
};

/** The two ends of an envelope whose message begins with what `body` writes and goes on with so many `following` bytes. */
export const openList = (
  type: TypeMeta,
  { body, following }: { readonly body: (writer: Writer) => void; readonly following: number },
): { readonly head: Buffer; readonly tail: Buffer } => {
  const writer = new Writer();
  body(writer);
  writeHead(writer, type, writer.length + following);
  return { head: writer.finish(), tail: contentFields };
};
