import { parseQuantity } from '../../../apimachinery/quantity/parse-quantity.ts';
import { quantityMilliValue } from '../../../apimachinery/quantity/quantity.ts';
import { goQuote } from '../../../apimachinery/text/go-quote.ts';

/** Amounts of bytes that are no whole number, among these resources. */
export const fractionalBytes = (
  amounts: Readonly<Record<string, string>> | undefined,
  path: string,
  resources: readonly string[] = ['memory', 'ephemeral-storage'],
): string[] =>
  resources.flatMap((name) => {
    const amount = amounts?.[name];
    if (amount === undefined || quantityMilliValue(parseQuantity(amount)) % 1000n === 0n) return [];
    return [`${path}[${name}]: fractional byte value ${goQuote(amount)} is invalid, must be an integer`];
  });
