import { expect, test } from 'vitest';
import { goPrint } from './go-print.ts';

test.each<[unknown, string]>([
  [{ spec: { b: [1, 'x'], a: null } }, 'map[spec:map[a:<nil> b:[1 x]]]'],
  [{}, 'map[]'],
  [true, 'true'],
])('%j prints as %s', (value, text) => {
  expect(goPrint(value)).toBe(text);
});
