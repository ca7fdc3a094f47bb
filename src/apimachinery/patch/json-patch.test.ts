import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json, JsonObject } from '../meta/object.ts';
import { applyJsonPatch, JsonPatchError, JsonPatchTooLargeError, type JsonPatchOperation } from './json-patch.ts';
import { formatPointer, parsePointer } from './json-pointer.ts';

const document = { a: { b: [1, 2, 3], 'x/y': 1, 'm~n': 2 }, c: 'd' };

test.each<[string, JsonPatchOperation[], Json]>([
  ['add a field', [{ op: 'add', path: '/e', value: 1 }], { ...document, e: 1 }],
  ['add into a list', [{ op: 'add', path: '/a/b/1', value: 9 }], { ...document, a: { ...document.a, b: [1, 9, 2, 3] } }],
  ['append with a dash', [{ op: 'add', path: '/a/b/-', value: 9 }], { ...document, a: { ...document.a, b: [1, 2, 3, 9] } }],
  ['append with -1', [{ op: 'add', path: '/a/b/-1', value: 9 }], { ...document, a: { ...document.a, b: [1, 2, 3, 9] } }],
  ['remove the last with -1', [{ op: 'remove', path: '/a/b/-1' }], { ...document, a: { ...document.a, b: [1, 2] } }],
  [
    'replace all',
    [
      { op: 'replace', path: '', value: { z: 1 } },
      { op: 'add', path: '/y', value: 2 },
    ],
    { z: 1, y: 2 },
  ],
  ['replace what is absent', [{ op: 'replace', path: '/e', value: 1 }], { ...document, e: 1 }],
  [
    'escaped steps',
    [
      { op: 'remove', path: '/a/x~1y' },
      { op: 'remove', path: '/a/m~0n' },
    ],
    { a: { b: [1, 2, 3] }, c: 'd' },
  ],
  ['move', [{ op: 'move', from: '/c', path: '/a/c' }], { a: { ...document.a, c: 'd' } }],
  ['copy', [{ op: 'copy', from: '/a/b/0', path: '/e' }], { ...document, e: 1 }],
  ['copy of nothing', [{ op: 'copy', from: '/nope', path: '/e' }], { ...document, e: null }],
  ['a missing value is null', [{ op: 'add', path: '/e' }], { ...document, e: null }],
  ['test absent against null', [{ op: 'test', path: '/nope', value: null }], document],
  ['test a structure', [{ op: 'test', path: '/a/b', value: [1, 2, 3] }], document],
])('%s', (_name, operations, expected) => {
  const before = structuredClone(document);
  expect(applyJsonPatch(document, operations)).toEqual(expected);
  expect(document).toEqual(before);
});

test.each<[JsonPatchOperation, string]>([
  [{ op: 'add', path: '/x/y', value: 1 }, 'add operation does not apply: doc is missing path: "/x/y"'],
  [{ op: 'remove', path: '/x' }, "error in remove for path: '/x': Unable to remove nonexistent key: x: missing value"],
  [{ op: 'remove', path: '/a/b/3' }, 'Unable to access invalid index: 3'],
  [{ op: 'add', path: '/a/b/4', value: 1 }, 'Unable to access invalid index: 4'],
  [{ op: 'add', path: '/a/b/x', value: 1 }, "value was not a proper array index: 'x'"],
  [{ op: 'replace', path: '/a/b/-', value: 1 }, "value was not a proper array index: '-'"],
  [{ op: 'test', path: '/c', value: 'e' }, 'testing value /c failed'],
  [{ op: 'move', from: '/a', path: '/a/b/c' }, 'move operation does not apply: doc is missing destination path: /a/b/c: missing value'],
  [{ op: 'move', path: '/a' }, 'move operation failed to decode from: missing value'],
  [{ op: 'frob', path: '/a' }, 'Unexpected kind: frob'],
  [{ op: 'add', path: '', value: {} }, 'add operation does not apply: doc is missing path: ""'],
])('%j is refused', (operation, message) => {
  const run = (): unknown => applyJsonPatch(document, [operation]);
  expect(run).toThrow(JsonPatchError);
  expect(run).toThrow(message);
});

test('copies may not grow without bound', () => {
  const operations = Array.from({ length: 10 }, () => ({ op: 'copy', from: '/a', path: '/a/b/-' }));
  expect(() => applyJsonPatch(document, operations, { maxCopiedBytes: 500 })).toThrow(JsonPatchTooLargeError);
});

test('__proto__ is a key like any other', () => {
  const patched = applyJsonPatch({}, [{ op: 'add', path: '/__proto__', value: { polluted: true } }]) as JsonObject;
  expect(Object.hasOwn(patched, '__proto__')).toBe(true);
  expect((patched as { polluted?: boolean }).polluted).toBeUndefined();
});

test('pointers survive formatting and parsing', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (steps) => {
      expect(parsePointer(formatPointer(steps))).toEqual(steps);
    }),
  );
});
