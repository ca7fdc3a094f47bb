import type { Reader } from './reader.ts';
import { wireType } from './reader.ts';
import type { Writer } from './writer.ts';

/** How one type is read from and written to the wire, without its tag; length-delimited types include their length. */
export interface ValueCodec {
  readonly wire: number;
  read(reader: Reader): unknown;
  write(writer: Writer, value: unknown): void;
  /** What Go's zero value is in JSON. */
  zero(): unknown;
  /** The wire form of Go's zero value, when a non-pointer field holds it. */
  writeZero(writer: Writer): void;
  /** True for scalars whose zero value an `o` field drops; messages are never zero. */
  isZero(value: unknown): boolean;
}

const scalar = (codec: Pick<ValueCodec, 'wire' | 'read' | 'write'>, zero: unknown): ValueCodec => ({
  ...codec,
  zero: () => zero,
  writeZero: (writer) => codec.write(writer, zero),
  isZero: (value) => value === zero,
});

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : Number(value));

const integer = scalar(
  {
    wire: wireType.varint,
    read: (reader) => reader.int(),
    write: (writer, value) => writer.varint(typeof value === 'bigint' ? value : numberOf(value)),
  },
  0,
);

/** proto2's scalars that Kubernetes uses. `bytes` is base64 in JSON. */
export const scalarCodecs: Readonly<Record<string, ValueCodec>> = {
  int32: integer,
  int64: integer,
  double: scalar(
    { wire: wireType.fixed64, read: (reader) => reader.double(), write: (writer, value) => writer.double(numberOf(value)) },
    0,
  ),
  bool: scalar(
    { wire: wireType.varint, read: (reader) => reader.varint() !== 0, write: (writer, value) => writer.varint(value === true ? 1 : 0) },
    false,
  ),
  string: scalar(
    {
      wire: wireType.bytes,
      read: (reader) => reader.string(),
      write: (writer, value) => writer.string(typeof value === 'string' ? value : String(value)),
    },
    '',
  ),
  bytes: scalar(
    {
      wire: wireType.bytes,
      read: (reader) => reader.bytes().toString('base64'),
      write: (writer, value) => writer.bytes(Buffer.from(typeof value === 'string' ? value : '', 'base64')),
    },
    '',
  ),
};
