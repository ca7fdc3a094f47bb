import { EvaluationError, List } from '../values.ts';
import { declare, declareMember, type Overload } from './declare.ts';
import { formatString } from './format-string.ts';

const fail = (message: string): never => {
  throw new EvaluationError(message);
};
/** Offsets count code points; pure ASCII needs no splitting. */
const runes = (text: string): readonly string[] => Array.from(text);
const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text); // oxlint-disable-line no-control-regex -- the range is the point

const charAt = (text: string, index: bigint): string => {
  const characters = runes(text);
  const at = Number(index);
  return at < 0 || at > characters.length ? fail(`index out of range: ${index}`) : (characters[at] ?? '');
};

const inRange = (from: bigint, length: number): number =>
  from < 0n || from > BigInt(length) ? fail(`index out of range: ${from}`) : Number(from);

const indexOf = (text: string, part: string, from = 0n): bigint => {
  if (part === '') return from;
  const characters = isAscii(text) ? text : runes(text);
  if (from >= BigInt(characters.length)) return -1n;
  const start = inRange(from, characters.length);
  if (typeof characters === 'string') return BigInt(characters.indexOf(part, start));
  const found = characters.slice(start).join('').indexOf(part);
  return found < 0 ? -1n : BigInt(start + runes(characters.slice(start).join('').slice(0, found)).length);
};

const lastIndexOf = (text: string, part: string, from?: bigint): bigint => {
  const characters = runes(text);
  if (part === '') return from ?? BigInt(characters.length);
  if (from !== undefined && from >= BigInt(characters.length)) return -1n;
  if (from !== undefined) inRange(from, characters.length);
  const wanted = runes(part);
  const latest = Math.min(from === undefined ? characters.length : Number(from), characters.length - wanted.length);
  for (let at = latest; at >= 0; at--) if (wanted.every((character, index) => characters[at + index] === character)) return BigInt(at);
  return -1n;
};

const substring = (text: string, from: bigint, to?: bigint): string => {
  const characters = isAscii(text) ? text : runes(text);
  if (to !== undefined && from > to) return fail(`invalid substring range. start: ${from}, end: ${to}`);
  const start = inRange(from, characters.length);
  const end = to === undefined ? characters.length : inRange(to, characters.length);
  if (end < start) return fail(`invalid substring range. start: ${start}, end: ${end}`);
  const part = characters.slice(start, end);
  return typeof part === 'string' ? part : part.join('');
};

/** In UTF-16 units. What an expression makes of its strings may cost little by the rules, and more memory than there is. */
const maxResult = 2 ** 24;
const bounded = (length: number): void => {
  if (length > maxResult) fail(`string of ${length} characters is too long`);
};

const replace = (text: string, from: string, to: string, limit = -1n): string => {
  const most = from === '' ? text.length + 1 : text.length / from.length;
  if (most * to.length > maxResult) bounded((text.split(from).length - 1) * to.length);
  if (limit < 0n) return text.replaceAll(from, () => to);
  const pieces = from === '' ? runes(text) : text.split(from);
  const count = Math.min(Number(limit), from === '' ? pieces.length + 1 : pieces.length - 1);
  if (from === '') return pieces.map((piece, index) => (index < count ? to : '') + piece).join('') + (count > pieces.length ? to : '');
  return pieces.slice(0, count + 1).join(to) + (count + 1 < pieces.length ? from + pieces.slice(count + 1).join(from) : '');
};

const split = (text: string, separator: string, limit = -1n): List => {
  if (limit === 0n) return new List([]);
  const pieces = separator === '' ? [...runes(text)] : text.split(separator);
  const count = Number(limit);
  return new List(count < 0 || pieces.length <= count ? pieces : [...pieces.slice(0, count - 1), pieces.slice(count - 1).join(separator)]);
};

const lower = (text: string): string => text.replace(/[A-Z]+/g, (part) => part.toLowerCase());
const upper = (text: string): string => text.replace(/[a-z]+/g, (part) => part.toUpperCase());
/** Go's unicode.IsSpace, which JavaScript's trim nearly is. */
const trim = (text: string): string => text.replace(/^[\s\u0085]+|[\s\u0085]+$/gu, '').replace(/^\uFEFF+|\uFEFF+$/g, '');

const quoteEscapes: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};
const quote = (text: string): string => `"${text.replace(/[\x07\b\f\n\r\t\v\\"]/g, (character) => quoteEscapes[character] ?? character)}"`; // oxlint-disable-line no-control-regex -- these are escaped

const join = (list: List, separator = ''): string => {
  const parts = list.toArray();
  if (!parts.every((part) => typeof part === 'string')) return fail('no such overload');
  bounded(parts.reduce((sum, part) => sum + part.length + separator.length, 0));
  return parts.join(separator);
};

/** String functions of the standard and of the strings extension, version 2. */
export const strings: readonly Overload[] = [
  declareMember('contains(string, string) bool', (text: string, part: string) => text.includes(part), 'contains_string'),
  declareMember('startsWith(string, string) bool', (text: string, part: string) => text.startsWith(part), 'starts_with_string'),
  declareMember('endsWith(string, string) bool', (text: string, part: string) => text.endsWith(part), 'ends_with_string'),
  declareMember('charAt(string, int) string', charAt),
  declareMember('indexOf(string, string) int', indexOf),
  declareMember('indexOf(string, string, int) int', indexOf),
  declareMember('lastIndexOf(string, string) int', lastIndexOf),
  declareMember('lastIndexOf(string, string, int) int', lastIndexOf),
  declareMember('lowerAscii(string) string', lower),
  declareMember('upperAscii(string) string', upper),
  declareMember('replace(string, string, string) string', replace),
  declareMember('replace(string, string, string, int) string', replace),
  declareMember('split(string, string) list(string)', split),
  declareMember('split(string, string, int) list(string)', split),
  declareMember('substring(string, int) string', substring),
  declareMember('substring(string, int, int) string', substring),
  declareMember('trim(string) string', trim),
  declareMember('join(list(string)) string', join),
  declareMember('join(list(string), string) string', join),
  declareMember('format(string, list(dyn)) string', formatString, 'ext_format_string'),
  declare('strings.quote(string) string', quote, 'ext_quote_string'),
];
