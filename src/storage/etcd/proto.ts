/** The little of Protocol Buffers' wire format that etcd's API needs: varints and length-delimited fields. */

type FieldValue = bigint | number | boolean | string | Uint8Array | undefined;

/** A message as [field number, value] pairs. Zero, false, empty and undefined values are left out, as proto3 does. */
export type Fields = readonly (readonly [field: number, value: FieldValue])[];

export function encodeMessage(fields: Fields): Buffer {
  const parts: Uint8Array[] = [];
  for (const [field, value] of fields) {
    if (value === undefined || value === false || value === 0 || value === 0n) continue;
    if (typeof value === 'string' || value instanceof Uint8Array) {
      const bytes = typeof value === 'string' ? Buffer.from(value) : value;
      if (bytes.length > 0) parts.push(varint((field << 3) | 2), varint(bytes.length), bytes);
    } else {
      parts.push(varint(field << 3), varint(value === true ? 1 : value));
    }
  }
  return Buffer.concat(parts);
}

/** A submessage, encoded even when it is empty: its presence means something (oneof). */
export function encodeChoice(field: number, message: Uint8Array): Buffer {
  return Buffer.concat([varint((field << 3) | 2), varint(message.length), message]);
}

function varint(value: number | bigint): Buffer {
  if (typeof value === 'number' && value < 0x80) return Buffer.from([value]);
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}

export interface FieldVisitor {
  /** Field of wire type 0, signed 64 bits. */
  readonly number?: (field: number, value: bigint) => void;
  /** Field of wire type 2: a view into the message, not a copy. */
  readonly bytes?: (field: number, value: Buffer) => void;
}

/** Walks a message's fields; the ones nobody asked for are skipped. @throws RangeError when the message is cut off */
export function decodeMessage(message: Buffer, visitor: FieldVisitor): void {
  const input = { message, at: 0 };
  while (input.at < message.length) {
    const tag = Number(readVarint(input));
    const field = tag >>> 3;
    const wireType = tag & 7;
    if (wireType === 0) {
      const value = readVarint(input);
      visitor.number?.(field, BigInt.asIntN(64, BigInt(value)));
    } else if (wireType === 2) {
      const length = Number(readVarint(input));
      const start = input.at;
      input.at += length;
      if (input.at > message.length) throw new RangeError('protobuf message: cut off');
      visitor.bytes?.(field, message.subarray(start, input.at));
    } else input.at += wireType === 1 ? 8 : 4;
  }
}

/** A number up to 49 bits, which nearly all are, or else a bigint. */
function readVarint(input: { readonly message: Buffer; at: number }): number | bigint {
  let small = 0;
  for (let factor = 1; factor < 2 ** 49; factor *= 128) {
    const byte = input.message[input.at++] ?? 0;
    small += (byte & 0x7f) * factor;
    if (byte < 0x80) return small;
  }
  let value = BigInt(small);
  for (let shift = 49n; shift < 70n; shift += 7n) {
    const byte = input.message[input.at++] ?? 0;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  throw new RangeError('protobuf varint: longer than 10 bytes');
}
