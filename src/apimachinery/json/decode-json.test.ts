import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeJson } from './decode-json.ts';
import { JsonSyntaxError, scanJson } from './json-scanner.ts';

test('duplicates are reported as the strict decoder does, in order and once', () => {
  const text = '{"data":{"a":"1","a":"2","a":"3"},"data":{"b":"1","b":"2"},"x":[{"k":1},{"k":1,"k":2}],"":{"q":1,"q":2}}';
  expect(decodeJson(text, { duplicates: true }).duplicateFields).toEqual(['data.a', 'data', 'data.b', 'x[1].k', '.q']);
  expect(decodeJson(text).duplicateFields).toEqual([]);
  expect(decodeJson('{"\\u0061":1,"a":2}', { duplicates: true }).duplicateFields).toEqual(['a']);
});

test.each([
  ['', 'unexpected end of JSON input'],
  ['{"a"', 'unexpected end of JSON input'],
  ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
  ['{"a":1} x', "invalid character 'x' after top-level value"],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a":1 "b"}', `invalid character '"' after object key:value pair`],
  ['[1 2]', "invalid character '2' after array element"],
  ['[1,]', "invalid character ']' looking for beginning of value"],
  ["{'a':1}", String.raw`invalid character '\'' looking for beginning of object key string`],
  ['trux', "invalid character 'x' in literal true (expecting 'e')"],
  ['"\n"', String.raw`invalid character '\n' in string literal`],
  [String.raw`"\x"`, "invalid character 'x' in string escape code"],
  [String.raw`"\u12g4"`, String.raw`invalid character 'g' in \u hexadecimal character escape`],
  ['-a', "invalid character 'a' in numeric literal"],
  ['1.a', "invalid character 'a' after decimal point in numeric literal"],
  ['1ea', "invalid character 'a' in exponent of numeric literal"],
  ['01', "invalid character '1' after top-level value"],
  ['\ufeff{}', "invalid character '\\ufeff' looking for beginning of value"],
])('%j is refused with %s', (text, message) => {
  const refusal = (): unknown => decodeJson(text);
  expect(refusal).toThrow(JsonSyntaxError);
  expect(refusal).toThrow(message);
});

test('nesting is limited without overflowing the stack', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
  expect(() => decodeJson(nested(500))).not.toThrow();
  expect(() => decodeJson(nested(501))).toThrow("invalid character '[' exceeded max depth");
  expect(() => decodeJson(`["${'['.repeat(30_000)}\\""]`)).not.toThrow();
});

test('objects and arrays are counted, where there are many, and brackets in strings are none', () => {
  const many = (item: string): string => `[${Array.from({ length: 100_000 }, () => item).join(',')}]`;
  expect(() => decodeJson(many('{}'))).toThrow('Request entity too large: there are more than 100000 objects and lists in it');
  expect(() => decodeJson(many('[]'))).toThrow('Request entity too large');
  expect(() => decodeJson(many('1'))).not.toThrow();
  expect(() => decodeJson(many(String.raw`"{[\\"`))).not.toThrow();
  expect(() => decodeJson(many(String.raw`"\"{["`))).not.toThrow();
});

test('counting keys finds every duplicate', () => {
  const key = fc.constantFrom('a', 'b', 'a"', '\\\\', ':', ' ');
  const objects = fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom('1', 'null', '"x:"', '"\\\\"'),
      fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(' , ')}]`),
      fc
        .array(fc.tuple(key, tie('value')), { maxLength: 4 })
        .map((fields) => `{${fields.map(([k, v]) => `${JSON.stringify(k)} :${v}`).join(',')}}`),
    ),
  })).value;
  fc.assert(
    fc.property(objects, (text) => {
      const expected = scanJson(text, { maxDepth: 100, duplicates: true });
      expect(decodeJson(text, { duplicates: true }).duplicateFields).toEqual(expected);
    }),
  );
});

test('ill-formed UTF-8 becomes the replacement character', () => {
  expect(decodeJson(Uint8Array.of(0x22, 0xff, 0x22)).value).toBe('\ufffd');
});

const finite = (_: string, value: unknown): unknown => {
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) throw new RangeError('no double');
  return value;
};

test('the scanner accepts exactly what JSON.parse accepts, but for numbers beyond doubles', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), fc.constantFrom('', ',', '}', '"', '1', ' '), (text, seed, insert) => {
      const at = seed % (text.length + 1);
      const mutated = text.slice(0, at) + insert + text.slice(at + (seed % 2));
      const accepts = (run: () => unknown): boolean => {
        try {
          run();
          return true;
        } catch {
          return false;
        }
      };
      expect(accepts(() => scanJson(mutated, { maxDepth: 10_000, duplicates: true }))).toBe(accepts(() => JSON.parse(mutated, finite)));
    }),
  );
});
