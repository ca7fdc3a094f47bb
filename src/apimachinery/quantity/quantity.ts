/** How a quantity was written, and will be written again. */
export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

/** An exact decimal: mantissa × 10^exponent, never finer than 10^-9 after parsing. */
export interface Quantity {
  readonly mantissa: bigint;
  readonly exponent: number;
  readonly format: QuantityFormat;
  /** The text it was parsed from, kept where the original keeps it instead of the canonical form. */
  readonly text?: string;
}

/** 10^n for n ≥ 0. */
export const powerOfTen = (n: number): bigint => 10n ** BigInt(n);

/** -1, 0 or 1. */
export const quantitySign = (quantity: Quantity): -1 | 0 | 1 => (quantity.mantissa > 0n ? 1 : quantity.mantissa < 0n ? -1 : 0);

/** Brings two quantities to the same exponent. */
const align = (a: Quantity, b: Quantity): { left: bigint; right: bigint; exponent: number } => {
  const exponent = Math.min(a.exponent, b.exponent);
  return { left: a.mantissa * powerOfTen(a.exponent - exponent), right: b.mantissa * powerOfTen(b.exponent - exponent), exponent };
};

export const compareQuantities = (a: Quantity, b: Quantity): -1 | 0 | 1 => {
  const { left, right } = align(a, b);
  return left < right ? -1 : left > right ? 1 : 0;
};

/** The sum, in the format of `a` (of `b` when `a` is zero). */
export const addQuantities = (a: Quantity, b: Quantity): Quantity => {
  const { left, right, exponent } = align(a, b);
  return { mantissa: left + right, exponent, format: a.mantissa === 0n ? b.format : a.format };
};

export const negateQuantity = (quantity: Quantity): Quantity => ({
  mantissa: -quantity.mantissa,
  exponent: quantity.exponent,
  format: quantity.format,
});

/** The difference, in the format of `a` (of `b` when `a` is zero). */
export const subtractQuantities = (a: Quantity, b: Quantity): Quantity => addQuantities(a, negateQuantity(b));

export const multiplyQuantity = (quantity: Quantity, factor: bigint): Quantity => ({
  mantissa: quantity.mantissa * factor,
  exponent: quantity.exponent,
  format: quantity.format,
});

/** The mantissa at 10^exponent, rounded away from zero; `exact` says whether nothing was lost. */
export const scaleQuantity = (quantity: Quantity, exponent: number): { mantissa: bigint; exact: boolean } => {
  const shift = quantity.exponent - exponent;
  if (shift >= 0) return { mantissa: quantity.mantissa * powerOfTen(shift), exact: true };
  const divisor = powerOfTen(-shift);
  const quotient = quantity.mantissa / divisor;
  const exact = quotient * divisor === quantity.mantissa;
  return { mantissa: exact ? quotient : quotient + (quantity.mantissa < 0n ? -1n : 1n), exact };
};

/** The whole number, rounded away from zero. */
export const quantityValue = (quantity: Quantity): bigint => scaleQuantity(quantity, 0).mantissa;

/** Thousandths, rounded away from zero. */
export const quantityMilliValue = (quantity: Quantity): bigint => scaleQuantity(quantity, -3).mantissa;

/** The nearest double; for ratios and scores, never for sums. */
export const quantityToNumber = (quantity: Quantity): number => Number(`${quantity.mantissa}e${quantity.exponent}`);

/** A whole number times 10^exponent. */
export const quantityOf = (mantissa: bigint | number, options: { exponent?: number; format?: QuantityFormat } = {}): Quantity => ({
  mantissa: BigInt(mantissa),
  exponent: options.exponent ?? 0,
  format: options.format ?? 'DecimalSI',
});
