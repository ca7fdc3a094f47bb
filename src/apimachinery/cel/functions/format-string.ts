import { typeName } from '../equality.ts';
import { formatSeconds, formatTimestamp } from '../time.ts';
import { Duration, EvaluationError, isMap, List, Timestamp, TypeValue, Uint, type Value } from '../values.ts';
import { formatDouble } from './format-double.ts';

const fail = (message: string): never => {
  throw new EvaluationError(message);
};

/** `'%s is %.2f'.format([a, b])`: clauses s, d, f, e, b, o, x, X and %%. @throws {EvaluationError} */
export const formatString = (template: string, args: List): string => {
  let index = 0;
  let result = '';
  const clause = /%(?:\.(\d+))?(.)?/gsu;
  let last = 0;
  for (const match of template.matchAll(clause)) {
    result += template.slice(last, match.index);
    last = match.index + match[0].length;
    const [, precision, verb] = match;
    if (verb === undefined) return fail('unexpected end of string');
    if (verb === '%') {
      result += '%';
      continue;
    }
    if (index >= args.size) return fail(`index ${index} out of range`);
    result += render(args.at(index++), verb, precision === undefined ? undefined : Number(precision));
  }
  return result + template.slice(last);
};

const render = (value: Value, verb: string, precision: number | undefined): string => {
  switch (verb) {
    case 's':
      return text(value);
    case 'd':
      return decimal(value);
    case 'f':
      return special(value) ?? number(value, verb).toFixed(precision ?? 6);
    case 'e':
      return special(value) ?? scientific(number(value, verb));
    case 'b':
      return typeof value === 'boolean' ? String(Number(value)) : integer(value, verb).toString(2);
    case 'o':
      return integer(value, verb).toString(8);
    case 'x':
      return hexadecimal(value);
    case 'X':
      return hexadecimal(value).toUpperCase();
    default:
      return fail(`could not parse formatting clause: unrecognized formatting clause "${verb}"`);
  }
};

const refuse = (verb: string, what: string, value: Value): never =>
  fail(`error during formatting: ${verb} clause can only be used on ${what}, was given ${typeName(value)}`);

const integer = (value: Value, verb: string): bigint => {
  if (typeof value === 'bigint') return value;
  return value instanceof Uint
    ? value.value
    : refuse(verb === 'b' ? 'binary' : 'octal', verb === 'b' ? 'integers and bools' : 'integers', value);
};
const special = (value: Value): string | undefined =>
  typeof value === 'number' && !Number.isFinite(value) ? (Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity') : undefined;
const number = (value: Value, verb: string): number =>
  typeof value === 'number' ? value : refuse(verb === 'f' ? 'fixed-point' : 'scientific', 'doubles', value);

/** cel-go prints exponents as `×10⁰³`, with six digits whatever the precision. */
const scientific = (value: number): string => {
  const [mantissa = '', exponent = '0'] = value.toExponential(6).split('e');
  const digits = Math.abs(Number(exponent)).toString().padStart(2, '0');
  const raised = Array.from(digits, (digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)] ?? '').join('');
  return `${mantissa}×10${exponent.startsWith('-') ? '⁻' : ''}${raised}`;
};
const decimal = (value: Value): string => {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Uint) return String(value.value);
  return typeof value === 'number' ? (special(value) ?? formatDouble(value)) : refuse('decimal', 'integers', value);
};
const hexadecimal = (value: Value): string => {
  if (typeof value === 'bigint') return value.toString(16);
  if (value instanceof Uint) return value.value.toString(16);
  if (typeof value === 'string') return Buffer.from(value).toString('hex');
  return value instanceof Uint8Array
    ? Buffer.from(value).toString('hex')
    : refuse('hexadecimal', 'integers, byte buffers, and strings', value);
};

/** A value as %s prints it. */
const text = (value: Value): string => {
  if (typeof value === 'string') return value;
  if (value === null) return 'null';
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return special(value) ?? formatDouble(value);
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
  return fail(`could not convert argument to string: ${typeName(value)}`);
};

/** Inside lists and maps strings are quoted and doubles have six digits. */
const nested = (value: Value): string => {
  if (typeof value === 'string') return JSON.stringify(value);
  return typeof value === 'number' ? (special(value) ?? value.toFixed(6)) : text(value);
};
