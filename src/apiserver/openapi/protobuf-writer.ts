/** Protocol Buffers, writing only: a message is the concatenation of its fields. Absent and zero values take no bytes (proto3). */
export type ProtobufField = Uint8Array;

const varint = (value: number | bigint): number[] => {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return bytes;
};

const none = new Uint8Array();
const lengthDelimited = 2;

const delimited = (number: number, bytes: Uint8Array): ProtobufField =>
  Buffer.concat([Uint8Array.from([...varint(number * 8 + lengthDelimited), ...varint(bytes.length)]), bytes]);

export const message = (number: number, fields: readonly ProtobufField[]): ProtobufField => delimited(number, Buffer.concat(fields));

export const string = (number: number, value: string | undefined): ProtobufField =>
  value === undefined || value === '' ? none : delimited(number, Buffer.from(value));

export const strings = (number: number, values: readonly string[] = []): ProtobufField =>
  Buffer.concat(values.map((value) => delimited(number, Buffer.from(value))));

export const boolean = (number: number, value: boolean | undefined): ProtobufField =>
  value ? Uint8Array.from([...varint(number * 8), 1]) : none;

/** A non-negative integer. */
export const integer = (number: number, value: number | undefined): ProtobufField =>
  value ? Uint8Array.from([...varint(number * 8), ...varint(value)]) : none;

export const double = (number: number, value: number | undefined): ProtobufField => {
  if (!value) return none;
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([Uint8Array.from(varint(number * 8 + 1)), bytes]);
};
