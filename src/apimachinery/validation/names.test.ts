import { expect, test } from 'vitest';
import { generateName } from './generate-name.ts';
import {
  asPrefix,
  byteLength,
  exceedsBytes,
  isDns1035Label,
  isDns1123Label,
  isDns1123Subdomain,
  isLabelKey,
  isLabelValue,
  isPathSegmentName,
} from './names.ts';
import { isConfigMapKey, isEnvVarName, isPortName, isPortNumber, isRelaxedEnvVarName } from './values.ts';

test.each([
  ['a', []],
  ['a-1', []],
  ['a.b', ['must not contain dots']],
  [
    'A',
    [
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
    ],
  ],
  ['a'.repeat(64), ['must be no more than 63 characters']],
  ['a\n', [expect.stringContaining('RFC 1123 label')]],
])('DNS-1123 label %j', (value, messages) => {
  expect(isDns1123Label(value)).toEqual(messages);
});

test.each([
  [isDns1123Subdomain, 'a.b-c.d', 0],
  [isDns1123Subdomain, 'a..b', 1],
  [isDns1123Subdomain, 'a'.repeat(254), 1],
  [isDns1035Label, 'a1', 0],
  [isDns1035Label, '1a', 1],
  [isLabelValue, '', 0],
  [isLabelValue, 'a_b.C-1', 0],
  [isLabelValue, '-', 1],
  [isLabelKey, 'a', 0],
  [isLabelKey, 'x.example/a', 0],
  [isLabelKey, '/a', 1],
  [isLabelKey, 'x/', 2],
  [isLabelKey, 'a/b/c', 1],
  [isLabelKey, 'X/a', 1],
  [isPathSegmentName, 'system:node', 0],
  [isPathSegmentName, 'a/b%', 2],
  [isPathSegmentName, '..', 1],
  [isPortName, 'http-2', 0],
  [isPortName, '-80--', 3],
  [isConfigMapKey, 'a_b.c', 0],
  [isConfigMapKey, '..', 1],
  [isConfigMapKey, '', 1],
  [isEnvVarName, 'A.b-c', 0],
  [isEnvVarName, '1A', 1],
  [isRelaxedEnvVarName, '1 A', 0],
  [isRelaxedEnvVarName, 'a=b', 1],
])('%o of %j: %d messages', (check, value, count) => {
  expect(check(value)).toHaveLength(count);
});

test('ports', () => {
  expect(isPortNumber(0)).toEqual(['must be between 1 and 65535, inclusive']);
  expect(isPortNumber(443)).toEqual([]);
});

test('a prefix may end in a dash', () => {
  expect(asPrefix(isDns1123Label)('web-')).toEqual([]);
  expect(asPrefix(isDns1123Label)('-')).toHaveLength(1);
});

test('lengths are in bytes of UTF-8', () => {
  for (const text of ['', 'a', 'é', '€', '😀', 'a😀é']) expect(byteLength(text)).toBe(Buffer.byteLength(text));
  expect([exceedsBytes(['é', '€'], 5), exceedsBytes(['é', '€'], 4), exceedsBytes([], 0)]).toEqual([false, true, false]);
});

test('generated names have five characters of a safe alphabet and fit into a label', () => {
  expect(generateName('web-', () => 0)).toBe('web-bbbbb');
  expect(generateName('web-', () => 0.999999)).toBe('web-99999');
  expect(generateName('a'.repeat(100), Math.random)).toMatch(/^a{58}[bcdfghjklmnpqrstvwxz2456789]{5}$/);
});
