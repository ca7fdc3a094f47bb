import { typeName } from '../equality.ts';
import { formatSeconds, formatTimestamp } from '../time.ts';
import { Duration, EvaluationError, isMap, List, Timestamp, TypeValue, Uint, type Value } from '../values.ts';
import { goQuote } from '../../text/go-quote.ts';
import { formatDouble } from '../../text/format-double.ts';
import { formatParts, formatRefusal, unknownClause } from './format-clauses.ts';

const fail = (message: string): never => {
  throw new EvaluationError(message);
};

/** `'%s is %.2f'.format([a, b])`: clauses s, d, f, e, b, o, x, X and %%. @throws {EvaluationError} */
export const formatString = (template: string, args: List): string => {
  let index = 0;
  return formatParts(template)
    .map((part) => {
      if ('text' in part) return part.text;
      if (part.verb === undefined) return fail('unexpected end of string');
      if (index >= args.size) return fail(`index ${index} out of range`);
      return render(args.at(index++), part.verb, part.precision);
    })
    .join('');
};

const render = (value: Value, verb: string, precision: number | undefined): string => {
  switch (verb) {
    case 's':
      return text(value);
    case 'd':
      return String(integer(value, verb));
    case 'f':
      return fixed(number(value, verb), precision ?? 6);
    case 'e':
      return scientific(number(value, verb));
    case 'b':
      return typeof value === 'boolean' ? String(Number(value)) : integer(value, verb).toString(2);
    case 'o':
      return integer(value, verb).toString(8);
    case 'x':
      return hexadecimal(value, verb);
    case 'X':
      return hexadecimal(value, verb).toUpperCase();
    default:
      return fail(unknownClause(verb));
  }
};

const refuse = (verb: string, value: Value): never => fail(formatRefusal(verb, typeName(value)));

const integer = (value: Value, verb: string): bigint => {
  if (typeof value === 'bigint') return value;
  return value instanceof Uint ? value.value : refuse(verb, value);
};

/** How locales write what is no finite number. */
const special = (value: number): string | undefined => {
  if (Number.isFinite(value)) return undefined;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '-∞';
};

/** The texts that stand for what JSON has no number for. */
const specialTexts: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity };

const number = (value: Value, verb: string): number => {
  if (typeof value === 'number') return value;
  return (typeof value === 'string' && Object.hasOwn(specialTexts, value) ? specialTexts[value] : undefined) ?? refuse(verb, value);
};

/** With thousands told apart, as English writes them. */
const fixed = (value: number, precision: number): string => {
  const text = special(value);
  if (text !== undefined) return text;
  const [whole = '', fraction] = exactFixed(Math.abs(value), precision).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${value < 0 ? '-' : ''}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
};

/** toFixed without its limit of 21 digits before the point. */
const exactFixed = (value: number, precision: number): string =>
  value < 1e21 ? value.toFixed(Math.min(precision, 100)) : `${BigInt(value)}${precision > 0 ? `.${'0'.repeat(precision)}` : ''}`;

/** Exponents are printed as `×10⁰³`, with six digits whatever the precision. */
const scientific = (value: number): string => {
  const text = special(value);
  if (text !== undefined) return text;
  const [mantissa = '', exponent = '0'] = value.toExponential(6).split('e');
  const digits = Math.abs(Number(exponent)).toString().padStart(2, '0');
  const raised = Array.from(digits, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)] ?? '').join('');
  return `${mantissa}×10${exponent.startsWith('-') ? '⁻' : ''}${raised}`;
};

const hexadecimal = (value: Value, verb: string): string => {
  if (typeof value === 'bigint') return value.toString(16);
  if (value instanceof Uint) return value.value.toString(16);
  if (typeof value === 'string') return Buffer.from(value).toString('hex');
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : refuse(verb, value);
};

/** A value as %s prints it. */
const text = (value: Value): string => {
  if (typeof value === 'string') return value;
  if (value === null) return 'null';
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return formatDouble(value);
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (value instanceof Timestamp) return formatTimestamp(value);
  if (value instanceof Duration) return formatSeconds(value.nanoseconds);
  if (value instanceof TypeValue) return value.type;
  if (value instanceof List) return `[${value.toArray().map(nested).join(', ')}]`;
  if (isMap(value)) {
    const entries = [...value.keys()].map((key) => `${nested(key)}:${nested(value.get(key) ?? null)}`);
    return `{${entries.toSorted().join(', ')}}`;
  }
  return refuse('s', value);
};

/** Inside lists and maps values are printed as CEL writes them: strings and bytes quoted, doubles with six digits. */
const nested = (value: Value): string => {
  if (typeof value === 'string') return goQuote(value);
  if (typeof value === 'number') return Number.isFinite(value) ? exactFixed(value, 6) : goQuote(formatDouble(value));
  if (value instanceof Uint8Array) return `b${goQuote(text(value))}`;
  if (value instanceof Timestamp) return `timestamp(${goQuote(text(value))})`;
  if (value instanceof Duration) return `duration(${goQuote(text(value))})`;
  return isPrintable(value) ? text(value) : fail(`error during formatting: no formatting function for ${typeName(value)}`);
};

const isPrintable = (value: Value): boolean =>
  value === null ||
  typeof value === 'boolean' ||
  typeof value === 'bigint' ||
  value instanceof Uint ||
  value instanceof TypeValue ||
  value instanceof List ||
  isMap(value);
