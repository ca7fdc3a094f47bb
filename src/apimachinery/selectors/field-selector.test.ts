import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeFieldValue, formatFieldSelector, matchesFields, parseFieldSelector, requiredFieldValue } from './field-selector.ts';

const fields = (values: Record<string, string>) => (field: string) => values[field] ?? '';

test.each<[string, Record<string, string>, boolean]>([
  ['', {}, true],
  ['a=b', { a: 'b' }, true],
  ['a==b', { a: 'c' }, false],
  ['a!=b', { a: 'c' }, true],
  ['a=b,c=d', { a: 'b', c: 'd' }, true],
  ['a=b,c=d', { a: 'b' }, false],
  [String.raw`a=x\,y\=z\\`, { a: 'x,y=z\\' }, true],
  ['a=,,', {}, true],
])('%j on %j: %s', (text, values, matches) => {
  expect(matchesFields(parseFieldSelector(text), fields(values))).toBe(matches);
});

test.each([
  ['a', "invalid selector: 'a'; can't understand 'a'"],
  ['metadata.name>a', "invalid selector: 'metadata.name>a'; can't understand 'metadata.name>a'"],
  ['a=b=c', 'invalid field selector: unescaped character in value: 61'],
  [String.raw`a=b\x`, String.raw`invalid field selector: invalid escape sequence: \x`],
  ['a=b\\', 'invalid field selector: invalid escape sequence: \\'],
])('%j is refused', (text, message) => {
  expect(() => parseFieldSelector(text)).toThrow(expect.objectContaining({ message, reason: 'BadRequest' }));
});

test('a fixed name is found', () => {
  const selector = parseFieldSelector('metadata.name=x,status.phase!=Running');
  expect(requiredFieldValue(selector, 'metadata.name')).toBe('x');
  expect(requiredFieldValue(selector, 'status.phase')).toBeUndefined();
});

test('any value survives escaping, formatting and parsing', () => {
  fc.assert(
    fc.property(fc.string(), (value) => {
      const selector = parseFieldSelector(`a=${escapeFieldValue(value)}`);
      expect(selector.requirements).toEqual([{ field: 'a', operator: '=', value }]);
      expect(parseFieldSelector(formatFieldSelector(selector))).toEqual(selector);
    }),
  );
});
