import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  equalFieldSets,
  fieldPathsOf,
  fieldSetOf,
  hasFieldPath,
  intersectFieldSets,
  subtractFieldSets,
  subtractRecursively,
  unionFieldSets,
  type FieldSet,
} from './field-set.ts';
import { decodeFieldsV1, encodeFieldsV1 } from './fields-v1.ts';
import { formatFieldPath, parsePathElement } from './path-element.ts';
import { StoredFieldSet } from './stored-field-set.ts';

const element = fc.constantFrom('f:a', 'f:b', 'k:{"name":"c"}', 'v:"x"', 'i:0');
const path = fc.array(element, { minLength: 1, maxLength: 4 });
const sets = fc.array(path, { maxLength: 8 }).map((paths) => fieldSetOf(...paths));
const keysOf = (set: FieldSet): string[] => [...fieldPathsOf(set)].map((steps) => steps.join(' ')).toSorted();

test('sets behave as sets of paths', () => {
  fc.assert(
    fc.property(sets, sets, (a, b) => {
      const [left, right] = [keysOf(a), keysOf(b)];
      const isBelow = (key: string): boolean => right.some((other) => key === other || key.startsWith(`${other} `));
      expect(keysOf(unionFieldSets(a, b))).toEqual([...new Set([...left, ...right])].toSorted());
      expect(keysOf(subtractFieldSets(a, b))).toEqual(left.filter((key) => !right.includes(key)));
      expect(keysOf(intersectFieldSets(a, b))).toEqual(left.filter((key) => right.includes(key)));
      expect(keysOf(subtractRecursively(a, b))).toEqual(left.filter((key) => !isBelow(key)));
    }),
  );
});

test('operations leave no empty branches and do not change their operands', () => {
  fc.assert(
    fc.property(sets, sets, (a, b) => {
      const before = keysOf(a);
      expect(subtractFieldSets(a, a).size).toBe(0);
      expect(equalFieldSets(unionFieldSets(a, b), unionFieldSets(b, a))).toBe(true);
      expect(subtractFieldSets(a, b).size === 0).toBe(keysOf(subtractFieldSets(a, b)).length === 0);
      expect(keysOf(a)).toEqual(before);
    }),
  );
});

test('FieldsV1 survives encoding and decoding', () => {
  fc.assert(
    fc.property(sets, (set) => {
      expect(equalFieldSets(decodeFieldsV1(encodeFieldsV1(set)), set)).toBe(true);
    }),
  );
});

test('a stored set answers as the decoded one does', () => {
  fc.assert(
    fc.property(sets, sets, (a, b) => {
      const stored = new StoredFieldSet(encodeFieldsV1(a));
      expect(equalFieldSets(stored, a)).toBe(true);
      expect(stored.size).toBe(a.size);
      expect(stored.intersects(b)).toBe(intersectFieldSets(a, b).size > 0);
      expect(stored.includes(b)).toBe(subtractFieldSets(b, a).size === 0);
    }),
  );
});

test('FieldsV1 is written in canonical order', () => {
  const fields = decodeFieldsV1({
    'v:1': {},
    'k:{"protocol":"TCP", "port":80}': { '.': {}, 'f:b': {}, 'f:a': {} },
    'k:{"port":9}': {},
    'f:z': {},
    'f:a': {},
  });
  expect(JSON.stringify(encodeFieldsV1(fields))).toBe(
    '{"f:a":{},"f:z":{},"k:{\\"port\\":9}":{},"k:{\\"port\\":80,\\"protocol\\":\\"TCP\\"}":{".":{},"f:a":{},"f:b":{}},"v:1":{}}',
  );
});

test.each(['x', 'f', 'v:', 'k:[', 'i:a', 'i:9223372036854775808'])('%j is no path element', (text) => {
  expect(() => parsePathElement(text)).toThrow(Error);
});

test('paths are shown as the original shows them', () => {
  const steps = ['f:spec', 'f:containers', 'k:{"containerPort":80,"protocol":"TCP"}', 'f:args', 'v:"x"', 'i:3'];
  expect(formatFieldPath(steps)).toBe('.spec.containers[containerPort=80,protocol="TCP"].args[="x"][3]');
  expect(hasFieldPath(fieldSetOf(steps), steps)).toBe(true);
  expect(hasFieldPath(fieldSetOf(steps), steps.slice(0, 2))).toBe(false);
});

test('steps of a kind that nobody knows yet are left out', () => {
  expect(encodeFieldsV1(decodeFieldsV1({ 'z:a': {}, 'f:spec': { 'z:b': {} }, 'i:+3': {} }))).toEqual({ 'f:spec': {}, 'i:3': {} });
});
