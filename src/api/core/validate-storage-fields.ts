import { parseQuantity } from '../../apimachinery/quantity/parse-quantity.ts';
import { quantitySign, quantityToNumber } from '../../apimachinery/quantity/quantity.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { forbiddenField, invalid, notSupported, required } from '../../apimachinery/validation/field-errors.ts';
import { resourceAmount } from './validate-resources.ts';

const modes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];

/** How a volume may be mounted; one mode excludes all others. */
export const accessModes = (used: readonly string[] | undefined, path: string, whenNone: string): FieldError[] => {
  if (!used?.length) return [required(path, whenNone)];
  const errors = used.filter((mode) => !modes.includes(mode)).map((mode) => notSupported(path, mode, modes));
  const exclusive = used.includes('ReadWriteOncePod') && used.some((mode) => mode !== 'ReadWriteOncePod' && modes.includes(mode));
  return exclusive ? [...errors, forbiddenField(path, 'may not use ReadWriteOncePod with other access modes')] : errors;
};

/** An amount, shown as a number. */
export const notBelowZero = (amount: string, path: string): FieldError[] =>
  quantitySign(parseQuantity(amount)) < 0
    ? [invalid(path, quantityToNumber(parseQuantity(amount)), 'must be a valid resource quantity')]
    : [];

/** A size: more than nothing. */
export const positiveAmount = (name: string, amount: string, path: string): FieldError[] =>
  quantitySign(parseQuantity(amount)) > 0 ? resourceAmount(name, amount, path) : [invalid(path, amount, 'must be greater than zero')];
