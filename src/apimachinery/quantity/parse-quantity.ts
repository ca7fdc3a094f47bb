import { powerOfTen, scaleQuantity, type Quantity, type QuantityFormat } from './quantity.ts';

/** The text is no quantity; the message is the original's. */
export class QuantityError extends Error {
  override readonly name = 'QuantityError';
}

const formatWrong = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const suffixWrong = "unable to parse quantity's suffix";

const decimalExponents: Record<string, number> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const binaryExponents: Record<string, number> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };

const shape = /^([+-]?)0*([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/;
const scientific = /^[eE]([-+]?[0-9]+)$/;

/** Binary quantities are capped at the largest int64. */
const maxBinary = (1n << 63n) - 1n;
const int64Max = (1n << 63n) - 1n;
/** Exponents beyond this are refused rather than computed with. */
const maxExponent = 1_000;
const nano = -9;

interface Suffix {
  readonly format: QuantityFormat;
  /** Of 2 for BinarySI, else of 10. */
  readonly exponent: number;
}

const interpretSuffix = (suffix: string): Suffix => {
  const decimal = Object.hasOwn(decimalExponents, suffix) ? decimalExponents[suffix] : undefined;
  if (decimal !== undefined) return { format: 'DecimalSI', exponent: decimal };
  const binary = Object.hasOwn(binaryExponents, suffix) ? binaryExponents[suffix] : undefined;
  if (binary !== undefined) return { format: 'BinarySI', exponent: binary };
  const exponent = Number(scientific.exec(suffix)?.[1] ?? Number.NaN);
  if (Number.isNaN(exponent) || exponent > maxExponent) throw new QuantityError(suffixWrong);
  return { format: 'DecimalExponent', exponent: Math.max(exponent, -maxExponent) };
};

/** Whether the original computes with it in 64 bits and keeps the text as it is: close to canonical, and small. */
const keepsText = (digits: string, fraction: string, { format, exponent }: Suffix): boolean => {
  if (format === 'BinarySI') {
    const small = fraction === '' && 14 - digits.length - Math.trunc((exponent * 3) / 10) >= 0;
    return small && (BigInt(digits) & 7n) !== 0n && BigInt(digits) << BigInt(exponent) <= int64Max;
  }
  const scale = exponent - fraction.length;
  const all = digits + fraction;
  return all.length <= 18 && scale >= nano && scale % 3 === 0 && !all.endsWith('000') && !all.startsWith('0');
};

/**
 * Parses `100m`, `1.5Gi`, `12e6`, …: exact, rounded away from zero to a multiple of 10^-9. JSON numbers are taken as their text.
 * @throws {QuantityError}
 */
export function parseQuantity(input: string | number | bigint): Quantity {
  const text = String(input);
  if (text === '0') return { mantissa: 0n, exponent: 0, format: 'DecimalSI', text };
  const match = text === '' ? null : shape.exec(text);
  if (!match) throw new QuantityError(formatWrong);
  const digits = match[2] || '0';
  const fraction = match[3] ?? '';
  const suffix = interpretSuffix(match[4] ?? '');
  const unsigned = BigInt(digits + fraction);
  const kept = keepsText(digits, fraction, suffix) ? { text } : {};
  const binary = suffix.format === 'BinarySI';
  let { format } = suffix;
  let mantissa = binary ? unsigned << BigInt(suffix.exponent) : unsigned;
  let exponent = -fraction.length + (binary ? 0 : suffix.exponent);
  if (exponent < nano) {
    mantissa = scaleQuantity({ mantissa, exponent, format }, nano).mantissa;
    exponent = nano;
  }
  if (binary) {
    const one = powerOfTen(-exponent);
    if (mantissa > maxBinary * one) [mantissa, exponent] = [maxBinary, 0];
    else if (mantissa > 0n && mantissa < one) format = 'DecimalSI';
  }
  return { mantissa: match[1] === '-' ? -mantissa : mantissa, exponent, format, ...kept };
}

/** Whether the text is a quantity. */
export const isQuantity = (text: string): boolean => {
  try {
    parseQuantity(text);
    return true;
  } catch {
    return false;
  }
};
