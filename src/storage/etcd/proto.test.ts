import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeMessage, encodeMessage } from './proto.ts';

function decode(message: Buffer): Map<number, bigint | string> {
  const fields = new Map<number, bigint | string>();
  decodeMessage(message, {
    number: (field, value) => void fields.set(field, value),
    bytes: (field, value) => void fields.set(field, value.toString('hex')),
  });
  return fields;
}

test('numbers and bytes come back, signed 64 bits included', () => {
  const field = fc.tuple(
    fc.integer({ min: 1, max: 2000 }),
    fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.uint8Array()),
  );
  fc.assert(
    fc.property(fc.uniqueArray(field, { selector: ([number]) => number }), (fields) => {
      const expected = fields
        .filter(([, value]) => (typeof value === 'bigint' ? value !== 0n : value.length > 0))
        .map(([number, value]) => [number, typeof value === 'bigint' ? value : Buffer.from(value).toString('hex')] as const);
      expect(decode(encodeMessage(fields))).toEqual(new Map(expected));
    }),
  );
});

test.each([
  ['150 in field 1 (the encoding guide’s example)', [[1, 150]], '089601'],
  ['"testing" in field 2 (the encoding guide’s example)', [[2, 'testing']], '120774657374696e67'],
  ['what proto3 leaves out', [[1, 0], [2, ''], [3, false], [4, undefined]], ''], // prettier-ignore
  ['-1 as ten bytes', [[3, -1n]], '18ffffffffffffffffff01'],
] as const)('%s', (_, fields, hex) => expect(encodeMessage(fields).toString('hex')).toBe(hex));

test('a message that is cut off is refused', () => {
  const message = encodeMessage([[2, 'a longer text']]);
  expect(() => decode(message.subarray(0, -3))).toThrow(RangeError);
});
