import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalQuantity, formatQuantity } from './format-quantity.ts';
import { parseQuantity, QuantityError } from './parse-quantity.ts';
import {
  addQuantities,
  compareQuantities,
  multiplyQuantity,
  quantityMilliValue,
  quantityOf,
  quantityToNumber,
  quantityValue,
  subtractQuantities,
} from './quantity.ts';

test.each([
  ['0', '0'],
  ['0.0', '0'],
  ['100m', '100m'],
  ['1000m', '1'],
  ['1500m', '1500m'],
  ['1.5', '1500m'],
  ['0.1', '100m'],
  ['1024Ki', '1Mi'],
  ['1025Ki', '1025Ki'],
  ['1.5Gi', '1536Mi'],
  ['0.5Ki', '512'],
  ['1023', '1023'],
  ['2048', '2048'],
  ['1e3', '1e3'],
  ['1e1', '10'],
  ['12e6', '12e6'],
  ['1E', '1E'],
  ['1000E', '1000E'],
  ['1000k', '1M'],
  ['1500k', '1500k'],
  ['1u', '1u'],
  ['0.1n', '1n'],
  ['-0.1n', '-1n'],
  ['1.0000000001', '1000000001n'],
  ['0.001Ki', '1024m'],
  ['1.1Ki', '1126400m'],
  ['16Ei', '9223372036854775807'],
  ['-5Mi', '-5Mi'],
  ['+5', '+5'],
  ['005', '005'],
  ['1.500', '1.500'],
  ['.5', '500m'],
  ['5.', '5.'],
  ['1e-3', '1e-3'],
])('%s is shown as %s', (text, shown) => {
  expect(canonicalQuantity(text)).toBe(shown);
});

test.each([
  ['', /must match the regular expression/],
  ['abc', /must match the regular expression/],
  ['1.2.3', /must match the regular expression/],
  ['1 ', /must match the regular expression/],
  ['1Kii', "unable to parse quantity's suffix"],
  ['1e', "unable to parse quantity's suffix"],
  ['1Mm', "unable to parse quantity's suffix"],
  ['1e999999999', "unable to parse quantity's suffix"],
])('%j is refused', (text, message) => {
  expect(() => parseQuantity(text)).toThrow(QuantityError);
  expect(() => parseQuantity(text)).toThrow(message);
});

test('values round away from zero', () => {
  expect(quantityValue(parseQuantity('1.2'))).toBe(2n);
  expect(quantityValue(parseQuantity('-1.2'))).toBe(-2n);
  expect(quantityMilliValue(parseQuantity('0.1'))).toBe(100n);
  expect(quantityMilliValue(parseQuantity('1u'))).toBe(1n);
  expect(quantityToNumber(parseQuantity('250m'))).toBe(0.25);
});

test('sums keep the first format, or the second when the first is zero', () => {
  expect(formatQuantity(addQuantities(parseQuantity('1Gi'), parseQuantity('1G')))).toBe('2073741824');
  expect(formatQuantity(addQuantities(parseQuantity('0'), parseQuantity('1Gi')))).toBe('1Gi');
  expect(formatQuantity(subtractQuantities(parseQuantity('1'), parseQuantity('100m')))).toBe('900m');
  expect(formatQuantity(multiplyQuantity(parseQuantity('100m'), 30n))).toBe('3');
});

const quantities = fc
  .record({
    mantissa: fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
    exponent: fc.integer({ min: -9, max: 6 }),
    format: fc.constantFrom('DecimalSI' as const, 'BinarySI' as const, 'DecimalExponent' as const),
  })
  // A binary quantity is at most the largest int64, as 16Ei above.
  .filter(({ mantissa, exponent, format }) => format !== 'BinarySI' || Math.abs(Number(mantissa)) * 10 ** exponent < 2 ** 63)
  .map(({ mantissa, ...rest }) => quantityOf(mantissa, rest));

test('formatting and parsing again loses nothing; the canonical decimal form is a fixed point', () => {
  fc.assert(
    fc.property(quantities, (quantity) => {
      const text = formatQuantity(quantity);
      expect(compareQuantities(parseQuantity(text), quantity)).toBe(0);
      if (quantity.format !== 'BinarySI') expect(canonicalQuantity(text)).toBe(text);
    }),
  );
});

test('addition is commutative and undone by subtraction, order agrees with numbers', () => {
  fc.assert(
    fc.property(quantities, quantities, (a, b) => {
      const sum = addQuantities(a, b);
      expect(compareQuantities(sum, addQuantities(b, a))).toBe(0);
      expect(compareQuantities(subtractQuantities(sum, b), a)).toBe(0);
      if (quantityToNumber(a) < quantityToNumber(b)) expect(compareQuantities(a, b)).toBe(-1);
    }),
  );
});
