import { formatDouble } from '../../apimachinery/text/format-double.ts';
import { canonicalJson } from '../../apimachinery/json/canonical-json.ts';
import { humanAge } from '../../apimachinery/time/human-duration.ts';
import { parseTimestamp } from '../../apimachinery/time/timestamp.ts';

/** As Go's %v: an int64 in full, a float64 with an exponent where it is short. */
const printed = (value: unknown): string => {
  if (typeof value === 'object') return canonicalJson(value);
  return typeof value === 'number' && !Number.isSafeInteger(value) ? formatDouble(value) : String(value);
};

/**
 * A JSON value as the cell of a column of the given type (additionalPrinterColumns[].type). Null where there is no value or one of
 * another type; dates become ages, strings take any value.
 */
export const cellOf = (type: string, value: unknown, now: Date): unknown => {
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'string':
      return printed(value);
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : typeof value === 'bigint' ? value : null;
    case 'number':
      return typeof value === 'number' ? value : typeof value === 'bigint' ? Number(value) : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      if (typeof value !== 'string') return null;
      return parseTimestamp(value) ? humanAge(value, now) : '<invalid>';
    default:
      return null;
  }
};
