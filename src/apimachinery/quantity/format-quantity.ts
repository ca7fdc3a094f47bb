import { parseQuantity } from './parse-quantity.ts';
import { scaleQuantity, type Quantity, type QuantityFormat } from './quantity.ts';

const decimalSuffixes: Record<number, string> = {
  '-9': 'n',
  '-6': 'u',
  '-3': 'm',
  0: '',
  3: 'k',
  6: 'M',
  9: 'G',
  12: 'T',
  15: 'P',
  18: 'E',
};
const binarySuffixes = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

const formatDecimal = ({ mantissa, exponent }: Quantity, format: QuantityFormat): string => {
  let digits = mantissa;
  let scale = exponent;
  while (digits % 10n === 0n) {
    digits /= 10n;
    scale++;
  }
  const largest = format === 'DecimalSI' ? 18 : Number.POSITIVE_INFINITY;
  while (scale % 3 !== 0 || scale > largest) {
    digits *= 10n;
    scale--;
  }
  return `${digits}${format === 'DecimalSI' ? (decimalSuffixes[scale] ?? '') : scale === 0 ? '' : `e${scale}`}`;
};

const formatBinary = (value: bigint): string => {
  let digits = value;
  let step = 0;
  while (digits % 1024n === 0n && step < binarySuffixes.length - 1) {
    digits /= 1024n;
    step++;
  }
  return `${digits}${binarySuffixes[step]}`;
};

/** The canonical text: no fraction, the largest suffix that keeps the value exact, in the quantity's own format. */
export function formatQuantity(quantity: Quantity): string {
  if (quantity.text !== undefined) return quantity.text;
  if (quantity.mantissa === 0n) return '0';
  if (quantity.format !== 'BinarySI') return formatDecimal(quantity, quantity.format);
  const whole = scaleQuantity(quantity, 0);
  const small = whole.mantissa > -1024n && whole.mantissa < 1024n;
  return small || !whole.exact ? formatDecimal(quantity, 'DecimalSI') : formatBinary(whole.mantissa);
}

/** The text as the API server stores and shows it. @throws {QuantityError} */
export const canonicalQuantity = (input: string | number | bigint): string => formatQuantity(parseQuantity(input));
