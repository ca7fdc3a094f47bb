import type { Json } from '../meta/object.ts';
import { closingQuote } from './closing-quote.ts';

/** Keys written in well-formed JSON text: strings that a colon follows. */
const keysInText = (text: string): number => {
  let keys = 0;
  let at = text.indexOf('"');
  while (at >= 0) {
    let next = closingQuote(text, at) + 1;
    let code = text.charCodeAt(next);
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) code = text.charCodeAt(++next);
    if (code === 0x3a) keys++;
    at = text.indexOf('"', next);
  }
  return keys;
};

/** What JSON.parse makes of a number that no double can hold. */
const isInfinite = (value: unknown): boolean => value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY;

/** NaN when a number is too large: then the scanner finds it. */
const keysInValue = (value: Json): number => {
  if (typeof value !== 'object' || value === null) return 0;
  let keys = 0;
  if (Array.isArray(value)) {
    for (const item of value) {
      if (typeof item === 'object') keys += keysInValue(item);
      else if (isInfinite(item)) return Number.NaN;
    }
    return keys;
  }
  for (const key in value) {
    const field = value[key];
    keys++;
    if (typeof field === 'object' && field !== null) keys += keysInValue(field);
    else if (isInfinite(field)) return Number.NaN;
  }
  return keys;
};

/** Whether parsing lost a key or a number, found by counting: much cheaper than looking for the one that was lost. */
export const hasDuplicateKeys = (text: string, parsed: Json): boolean => {
  try {
    return keysInText(text) !== keysInValue(parsed);
  } catch (error) {
    if (error instanceof RangeError) return true;
    throw error;
  }
};
