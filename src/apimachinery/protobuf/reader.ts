import { maxCollections, tooManyCollections } from '../json/decode-json.ts';
import { exactInteger } from '../json/exact-json.ts';

/** Bytes that are no protobuf message, or not the expected one. The API answers 400 BadRequest. */
export class ProtobufError extends Error {
  override readonly name = 'ProtobufError';
  /** What the envelope said that the message is, once it was read. */
  type?: { readonly apiVersion: string; readonly kind: string };
}

export const wireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** How deep messages may nest before they are refused: real ones stay below a hundred levels. */
const maxDepth = 500;

/** A cursor over one protobuf buffer. Every read is bounds-checked. @throws ProtobufError */
export class Reader {
  readonly buffer: Buffer;
  position: number;
  depth = 0;
  /** How many messages were read. */
  messages = 0;

  constructor(bytes: Uint8Array) {
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.position = 0;
  }

  /** An unsigned varint below 2^53; larger and negative ones lose precision. */
  varint(): number {
    let byte = this.#byte();
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    let scale = 128;
    for (let index = 1; index < 10; index++) {
      byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw new ProtobufError('integer overflow');
  }

  /** A two's complement int32 or int64; a bigint when a number would round it. */
  int(): number | bigint {
    const start = this.position;
    const value = this.varint();
    if (value <= Number.MAX_SAFE_INTEGER) return value;
    let exact = 0n;
    for (let index = this.position - 1; index >= start; index--) exact = (exact << 7n) | BigInt((this.buffer[index] ?? 0) & 0x7f);
    return exactInteger(BigInt.asIntN(64, exact));
  }

  double(): number {
    this.#need(8);
    const value = this.buffer.readDoubleLE(this.position);
    this.position += 8;
    return value;
  }

  /** The end position of a length-delimited field whose length comes next. */
  end(): number {
    const length = this.varint();
    this.#need(length);
    return this.position + length;
  }

  string(): string {
    const end = this.end();
    const text = this.buffer.toString('utf8', this.position, end);
    this.position = end;
    return text;
  }

  /** A view, not a copy. */
  bytes(): Buffer {
    const end = this.end();
    const view = this.buffer.subarray(this.position, end);
    this.position = end;
    return view;
  }

  /** Steps over a field of this wire type, groups included. */
  skip(type: number): void {
    if (type === wireType.varint) this.varint();
    else if (type === wireType.bytes) this.position = this.end();
    else if (type === wireType.fixed64 || type === wireType.fixed32) {
      const width = type === wireType.fixed64 ? 8 : 4;
      this.#need(width);
      this.position += width;
    } else throw new ProtobufError(`unsupported wire type ${type}`);
  }

  /** @throws ProtobufError, StatusError RequestEntityTooLarge */
  enter(): void {
    if (++this.messages > maxCollections) throw tooManyCollections();
    if (++this.depth > maxDepth) throw new ProtobufError(`message nested deeper than ${maxDepth}`);
  }

  leave(): void {
    this.depth--;
  }

  #byte(): number {
    const byte = this.buffer[this.position++];
    if (byte === undefined) throw new ProtobufError('unexpected EOF');
    return byte;
  }

  #need(length: number): void {
    if (this.position + length > this.buffer.length) throw new ProtobufError('unexpected EOF');
  }
}
