import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from '../meta/object.ts';
import { applyMergePatch, createMergePatch } from './merge-patch.ts';

// The examples of RFC 7386, appendix A, whose patch is an object.
test.each<[JsonObject | string | number[], JsonObject, JsonObject]>([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  [{}, { a: [null, { b: null, c: [{ d: null }] }] }, { a: [null, { c: [{}] }] }],
  [{ a: [1] }, { a: [{ b: null }] }, { a: [{}] }],
  [{ a: {} }, { a: [{ b: null }] }, { a: [{ b: null }] }],
])('%j patched with %j', (target, patch, expected) => {
  expect(applyMergePatch(target, patch)).toEqual(expected);
});

const objects = fc.dictionary(
  fc.constantFrom('a', 'b', 'c'),
  fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof({ maxDepth: 3 }, fc.nat(3), fc.array(fc.nat(3)), fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'))),
  })).value,
) as fc.Arbitrary<JsonObject>;

test('a created patch leads from one object to the other; applying twice changes nothing', () => {
  fc.assert(
    fc.property(objects, objects, (from, to) => {
      const patch = createMergePatch(from, to);
      const once = applyMergePatch(from, patch);
      expect(once).toEqual(to);
      expect(applyMergePatch(once, patch)).toEqual(once);
    }),
  );
});
