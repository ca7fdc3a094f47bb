import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { deepClone } from '../clone/deep-clone.ts';
import { jsonEqual } from '../equality/json-equal.ts';
import { canonicalJson } from './canonical-json.ts';
import { decodeJson } from './decode-json.ts';
import { encodeJson, exactInteger, NumberLiteral, parseJson, parseNumberLiterals } from './exact-json.ts';

test.each([
  ['9223372036854775807', 9223372036854775807n],
  ['-9223372036854775808', -9223372036854775808n],
  ['9223372036854775808', 2 ** 63],
  ['-9223372036854775809', -(2 ** 63)],
  ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ['9007199254740993', 9007199254740993n],
  ['[9007199254740992,\n -9007199254740993 ]', [9007199254740992n, -9007199254740993n]],
  ['{"a":9223372036854775807,"b":{"c":[9223372036854775807]}}', { a: 9223372036854775807n, b: { c: [9223372036854775807n] } }],
  ['{"9223372036854775807":"9223372036854775807"}', { '9223372036854775807': '9223372036854775807' }],
  ['{"last":"{\\"n\\":9223372036854775807}"}', { last: '{"n":9223372036854775807}' }],
  ['["\\\\",9223372036854775807]', ['\\', 9223372036854775807n]],
  ['0.1234567890123456789', Number('0.1234567890123456789')],
  ['1234567890123456789.0', Number('1234567890123456789')],
  ['1234567890123456789e1', Number('12345678901234567890')],
  ['1e1234567890123456', Number.POSITIVE_INFINITY],
  ['100000000000000000000000', 1e23],
  ['1.0', 1],
])('%s is held exactly', (text, value) => {
  expect(parseJson(text)).toEqual(value);
});

test.each(['{9223372036854775807:1}', '[09223372036854775807]', '[9223372036854775807', '9223372036854775807x'])(
  '%s is no JSON',
  (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
  },
);

test('a number that no double can hold is refused', () => {
  expect(() => decodeJson('{"a":[1e400]}', { duplicates: true })).toThrow(
    'json: cannot unmarshal number 1e400 into Go value of type float64',
  );
});

const values = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }).map(exactInteger),
    fc.integer(),
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .map((value) => (Object.is(value, -0) ? 0 : Number.isInteger(value) ? Math.fround(value % 1e6) || 0 : value)),
    fc.string(),
    fc.string().map((text) => `"${text}": 9223372036854775807,`),
    fc.constantFrom(null, true, false),
    fc.array(tie('value')),
    fc.dictionary(fc.string(), tie('value'), { noNullPrototype: true }),
  ),
})).value;

test('what is encoded comes back, in any layout, and is equal to a copy', () => {
  fc.assert(
    fc.property(values, fc.constantFrom(undefined, 2), (value, indent) => {
      const back = parseJson(encodeJson(value, indent));
      expect(back).toEqual(value);
      expect(jsonEqual(back, deepClone(value))).toBe(true);
      expect(parseJson(canonicalJson(value))).toEqual(value);
    }),
  );
});

test('integers of any place in a text are found', () => {
  fc.assert(
    fc.property(fc.nat(40), fc.bigInt({ min: 1n << 53n, max: (1n << 63n) - 1n }), fc.boolean(), (padding, value, negative) => {
      const exact = negative ? -value : value;
      expect(parseJson(`${' '.repeat(padding)}[${exact}]`)).toEqual([exact]);
    }),
  );
});

test('a key named __proto__ stays data', () => {
  const value = parseJson('{"__proto__":9223372036854775807}');
  expect(encodeJson(value)).toBe('{"__proto__":9223372036854775807}');
});

test.each([
  ['{"a":1e3}', { a: new NumberLiteral('1e3') }],
  ['[1.0, -0.0,1]', [new NumberLiteral('1.0'), new NumberLiteral('-0.0'), 1]],
  ['{"a":9223372036854775808,"b":9223372036854775807}', { a: new NumberLiteral('9223372036854775808'), b: 9223372036854775807n }],
  ['{"a":"x","b":[1.5,"\\"b\\":1.0"]}', { a: 'x', b: [new NumberLiteral('1.5'), '"b":1.0'] }],
])('%s with its numbers as they are written', (text, value) => {
  expect(parseNumberLiterals(text)).toEqual(value);
});

test('nothing is parsed again where every number is an integer', () => {
  expect(parseNumberLiterals('{"image":"nginx:1.29","replicas":3,"ports":[80,443]}')).toBeUndefined();
});
