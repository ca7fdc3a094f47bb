import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { deepClone } from '../clone/deep-clone.ts';
import { jsonEqual, jsonEqualBut } from './json-equal.ts';
import { semanticEqual } from './semantic-equal.ts';

test('a clone is equal and shares nothing', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const copy = deepClone(value);
      expect(copy).toEqual(value);
      expect(jsonEqual(copy, value)).toBe(true);
      if (typeof value === 'object' && value !== null) expect(copy).not.toBe(value);
    }),
  );
});

test('a key named __proto__ stays data', () => {
  const value = JSON.parse('{"__proto__":{"polluted":true}}') as object;
  const copy = deepClone(value);
  expect(Object.hasOwn(copy, '__proto__')).toBe(true);
  expect((copy as { polluted?: boolean }).polluted).toBeUndefined();
});

test.each([
  [{ a: undefined }, {}, true, true],
  [{ a: null }, {}, false, true],
  [{ a: [] }, {}, false, true],
  [{ a: { b: {} } }, {}, false, true],
  [{ a: 0 }, {}, false, false],
  [{ a: '' }, {}, false, false],
  [[1, 2], [2, 1], false, false],
  [{ a: 1, b: 2 }, { b: 2, a: 1 }, true, true],
  [{ a: [null] }, { a: [] }, false, false],
  [[], {}, false, true],
])('%j and %j: equal %s, semantically equal %s', (a, b, equal, semantic) => {
  expect(jsonEqual(a, b)).toBe(equal);
  expect(jsonEqual(b, a)).toBe(equal);
  expect(semanticEqual(a, b)).toBe(semantic);
  expect(semanticEqual(b, a)).toBe(semantic);
});

test('equal but for some fields', () => {
  const ignored = new Set(['x']);
  expect(jsonEqualBut(ignored, { x: 1, a: { b: 1 } }, { a: { b: 1 }, x: 2 })).toBe(true);
  expect(jsonEqualBut(ignored, { a: 1 }, { x: 1 })).toBe(false);
  expect(jsonEqualBut(ignored, {}, { a: 1 })).toBe(false);
  expect(jsonEqualBut(ignored, { a: undefined }, { x: 1, b: undefined })).toBe(true);
});
