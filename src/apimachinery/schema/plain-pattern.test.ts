import { assert, constantFrom, array, property, tuple } from 'fast-check';
import { RE2JS } from 're2js';
import { expect, test } from 'vitest';
import { translatePlainPattern } from './plain-pattern.ts';

test.each([
  '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
  '^(Linux|LVM|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3})$',
  '^$|^[a-z]+$',
  '^[A-Za-z_.\\-/]{1,64}$',
  '^\\d+(\\.\\d+)?%$',
])('%s is matched by the plain engine', (pattern) => {
  expect(translatePlainPattern(pattern)).toBeInstanceOf(RegExp);
});

test.each([
  '^(a+)+$',
  '^(a|aa)*$',
  '(a*)*',
  '^(a?){30}a{30}$',
  '(?i)a',
  'a(?=b)',
  '\\bfoo',
  '[[:alpha:]]',
  '^([a-z]+\\.)+$',
  'é',
  '\\pL',
  '^(a*)(a*)(a*)(a*)$',
  'a{2}{3}',
  'a**',
])('%s is left to RE2', (pattern) => {
  expect(translatePlainPattern(pattern)).toBeUndefined();
});

test('both engines agree on what the plain one takes', () => {
  const atoms = constantFrom(
    'a',
    'b',
    '.',
    '[ab]',
    '[^a]',
    '\\d',
    '\\.',
    '-',
    '(ab|c)',
    '(?:a)',
    '(-a)',
    '(\\.[a-c]*)',
    's\\s',
    '[-a]',
    '[a\\]]',
    '/',
  );
  const marks = constantFrom('', '', '*', '+', '?', '{2}', '{1,3}');
  const patterns = tuple(constantFrom('', '^'), array(tuple(atoms, marks), { minLength: 1, maxLength: 5 }), constantFrom('', '$')).map(
    ([start, parts, end]) => start + parts.map((pair) => pair.join('')).join('') + end,
  );
  const texts = array(constantFrom('a', 'b', 'c', '-', '.', '1', ' ', '\n', 's', 'é', '😀', ']', '/'), { maxLength: 10 }).map((parts) =>
    parts.join(''),
  );
  assert(
    property(patterns, texts, (pattern, text) => {
      const plain = translatePlainPattern(pattern);
      if (plain) expect(`${pattern} ${plain.test(text)}`).toBe(`${pattern} ${RE2JS.compile(pattern).test(text)}`);
    }),
    { numRuns: 5_000 },
  );
});
