import { humanAge } from '../../apimachinery/time/human-duration.ts';
import { parseTimestamp } from '../../apimachinery/time/timestamp.ts';

const sortKeys = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;

const printed = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value, sortKeys) : String(value));

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
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      if (typeof value !== 'string') return null;
      return parseTimestamp(value) ? humanAge(value, now) : '<invalid>';
    default:
      return null;
  }
};
