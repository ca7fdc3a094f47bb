import { parseQuantity } from '../../quantity/parse-quantity.ts';
import {
  addQuantities,
  compareQuantities,
  quantityOf,
  quantitySign,
  scaleQuantity,
  subtractQuantities,
  type Quantity,
} from '../../quantity/quantity.ts';
import { EvaluationError, OpaqueValue, type QuantityValue } from '../values.ts';
import { declare, declareMember, parseType, type Overload } from './declare.ts';

const quantityType = parseType('kubernetes.Quantity');
const wrap = (quantity: Quantity): QuantityValue =>
  new OpaqueValue(quantityType, quantity, (left, right) => compareQuantities(left, right) === 0);

const parse = (text: string): QuantityValue => {
  try {
    return wrap(parseQuantity(text));
  } catch (error) {
    throw new EvaluationError(error instanceof Error ? error.message : String(error));
  }
};
const isQuantity = (text: string): boolean => {
  try {
    return parse(text) !== undefined;
  } catch {
    return false;
  }
};

const wholeNumber = ({ value }: QuantityValue): bigint | undefined => {
  const { mantissa, exact } = scaleQuantity(value, 0);
  return exact && mantissa >= -(1n << 63n) && mantissa < 1n << 63n ? mantissa : undefined;
};
const asInteger = (quantity: QuantityValue): bigint => {
  const whole = wholeNumber(quantity);
  if (whole === undefined) throw new EvaluationError('cannot convert value to integer');
  return whole;
};

/** The product of two doubles, as the original has it: not always the nearest one. */
const approximate = ({ mantissa, exponent }: Quantity): number => Number(mantissa) * 10 ** exponent;

/** Resource quantities, exact. */
export const quantities: readonly Overload[] = [
  declare('quantity(string) kubernetes.Quantity', parse),
  declare('isQuantity(string) bool', isQuantity),
  declare('sign(kubernetes.Quantity) int', ({ value }: QuantityValue) => BigInt(quantitySign(value))),
  declareMember(
    'isGreaterThan(kubernetes.Quantity, kubernetes.Quantity) bool',
    (a: QuantityValue, b: QuantityValue) => compareQuantities(a.value, b.value) > 0,
  ),
  declareMember(
    'isLessThan(kubernetes.Quantity, kubernetes.Quantity) bool',
    (a: QuantityValue, b: QuantityValue) => compareQuantities(a.value, b.value) < 0,
  ),
  declareMember('compareTo(kubernetes.Quantity, kubernetes.Quantity) int', (a: QuantityValue, b: QuantityValue) =>
    BigInt(compareQuantities(a.value, b.value)),
  ),
  declareMember('asApproximateFloat(kubernetes.Quantity) double', ({ value }: QuantityValue) => approximate(value)),
  declareMember('asInteger(kubernetes.Quantity) int', asInteger),
  declareMember('isInteger(kubernetes.Quantity) bool', (quantity: QuantityValue) => wholeNumber(quantity) !== undefined),
  declareMember('add(kubernetes.Quantity, kubernetes.Quantity) kubernetes.Quantity', (a: QuantityValue, b: QuantityValue) =>
    wrap(addQuantities(a.value, b.value)),
  ),
  declareMember('add(kubernetes.Quantity, int) kubernetes.Quantity', (a: QuantityValue, b: bigint) =>
    wrap(addQuantities(a.value, quantityOf(b))),
  ),
  declareMember('sub(kubernetes.Quantity, kubernetes.Quantity) kubernetes.Quantity', (a: QuantityValue, b: QuantityValue) =>
    wrap(subtractQuantities(a.value, b.value)),
  ),
  declareMember('sub(kubernetes.Quantity, int) kubernetes.Quantity', (a: QuantityValue, b: bigint) =>
    wrap(subtractQuantities(a.value, quantityOf(b))),
  ),
];
