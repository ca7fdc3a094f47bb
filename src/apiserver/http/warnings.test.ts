import { expect, test } from 'vitest';
import { createWarnings } from './warnings.ts';

const told = (...texts: string[]): string[] => {
  const warnings = createWarnings();
  for (const text of texts) warnings.add(text);
  return warnings.headers();
};

test('each text once, quoted, as the bytes of UTF-8; what is not printable on one line is left out', () => {
  expect(told('a "b"', 'x\n y', 'a\tb', '', 'a "b"', 'é', 'c\u0085')).toEqual(['299 - "a \\"b\\""', '299 - "Ã©"']);
});

test('many warnings and long ones stay within what headers can carry', () => {
  const many = told(...Array.from({ length: 100_000 }, (_, index) => `unknown field "unknown${index}"`));
  expect(many.length).toBeGreaterThan(50);
  for (const headers of [many, told('x'.repeat(2 ** 20), 'y'.repeat(2 ** 20), 'z')]) expect(headers.join('').length).toBeLessThan(8192);
  expect(told('x'.repeat(5000), 'y')).toEqual([`299 - "${'x'.repeat(256)}"`, '299 - "y"']);
});

test('what was told in full is shortened once it becomes too much, and then ends', () => {
  const headers = told(...Array.from({ length: 50 }, (_, index) => `${String(index).padStart(2, '0')}${'w'.repeat(298)}`));
  expect(headers).toHaveLength(16);
  expect(headers[0]).toBe(`299 - "00${'w'.repeat(254)}"`);
});
