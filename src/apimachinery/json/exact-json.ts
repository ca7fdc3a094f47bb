import { randomUUID } from 'node:crypto';
import type { Json, JsonObject } from '../meta/object.ts';
import { closingQuote } from './closing-quote.ts';

/**
 * JSON with exact 64-bit integers. An integer beyond 2^53 that fits int64 is a bigint; every other number is a number, as the
 * original holds int64 and float64. So the two never hold the same value, and `===` compares both.
 */

/** Integers of fewer digits than this are exact as doubles. */
const longDigits = 16;

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
/** What may stand before a number, its minus sign included: nothing, space, `[`, `,`, `-` or `:`. */
const opensNumber = (code: number): boolean =>
  Number.isNaN(code) || code <= 0x20 || code === 0x5b || code === 0x2c || code === 0x2d || code === 0x3a;
/** What may follow an integer: nothing, space, `,`, `]` or `}`. */
const closesInteger = (code: number): boolean => Number.isNaN(code) || code <= 0x20 || code === 0x2c || code === 0x5d || code === 0x7d;

/** Whether the text may hold an integer of 16 or more digits. Looks at one character in 16, for such a run cannot hide between them. */
const mayHoldLongInteger = (text: string): boolean => {
  const { length } = text;
  for (let at = longDigits - 1; at < length; at += longDigits) {
    const code = text.charCodeAt(at);
    if (code > 0x39 || code < 0x30) continue;
    let start = at;
    while (isDigit(text.charCodeAt(start - 1))) start--;
    let end = at + 1;
    while (isDigit(text.charCodeAt(end))) end++;
    if (end - start >= longDigits && opensNumber(text.charCodeAt(start - 1)) && closesInteger(text.charCodeAt(end))) return true;
    at += Math.floor((end - 1 - at) / longDigits) * longDigits;
  }
  return false;
};

/** An integer of the text as it is to be held: a bigint when a number would round it. Beyond int64 it is a float64, as in Go. */
export const exactInteger = (value: bigint): bigint | number => {
  const isSafe = value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER;
  return isSafe || BigInt.asIntN(64, value) !== value ? Number(value) : value;
};

/** What a bigint is written as on its way through JSON.parse and JSON.stringify: a string that nobody else can write. */
const marker = `int64:${randomUUID()}:`;
const markedText = new RegExp(`"${marker}(-?[0-9]+)"`, 'g');
const longInteger = /(?<![\d.eE+-])-?[1-9]\d{15,}(?![\d.eE])/g;

const marked = (digits: string): string => (typeof exactInteger(BigInt(digits)) === 'bigint' ? `"${marker}${digits}"` : digits);

/** Puts markers where well-formed JSON has numbers of the pattern. */
const mark = (text: string, pattern: RegExp, replace: (literal: string) => string, shortest: number): string => {
  let result = '';
  let copied = 0;
  let at = 0;
  while (at < text.length) {
    const quote = text.indexOf('"', at);
    const plain = quote < 0 ? text.length : quote;
    if (plain - at >= shortest) {
      result += text.slice(copied, at) + text.slice(at, plain).replaceAll(pattern, replace);
      copied = plain;
    }
    if (quote < 0) break;
    at = closingQuote(text, quote) + 1;
  }
  return result + text.slice(copied);
};

const toBigInt = (digits: string): Json => BigInt(digits);

/** Replaces markers by what they stand for, in place and without recursion. */
const restore = (root: Json, read: (literal: string) => Json): Json => {
  const containers: (Json[] | JsonObject)[] = [];
  const visit = (value: Json): Json => {
    if (typeof value === 'object' && value !== null) containers.push(value);
    return typeof value === 'string' && value.startsWith(marker) ? read(value.slice(marker.length)) : value;
  };
  const result = visit(root);
  for (let next = containers.pop(); next !== undefined; next = containers.pop()) {
    if (Array.isArray(next)) for (let index = 0; index < next.length; index++) next[index] = visit(next[index] ?? null);
    else for (const key in next) next[key] = visit(next[key] ?? null);
  }
  return result;
};

/** JSON.parse with exact integers, as cheap where none is beyond 2^53. @throws {SyntaxError} */
export const parseJson = (text: string): Json => {
  const value = JSON.parse(text) as Json;
  return mayHoldLongInteger(text) ? restore(JSON.parse(mark(text, longInteger, marked, longDigits)) as Json, toBigInt) : value;
};

/** A number as it was written, when that is no integer of 64 bits: `1e3`, `1.0`, `9223372036854775808`. */
export class NumberLiteral {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
}

const maybeLiteral = /(?:"\s*:|[[,])\s*-?\d+(?:[.eE]|\d{18})/;
const anyNumber = /(?<![\d.eE+-])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

const isInt64 = (literal: string): boolean => /^-?\d+$/.test(literal) && BigInt.asIntN(64, BigInt(literal)) === BigInt(literal);
const markedLiteral = (literal: string): string =>
  isInt64(literal) && typeof exactInteger(BigInt(literal)) === 'number' ? literal : `"${marker}${literal}"`;
const toLiteral = (literal: string): Json => (isInt64(literal) ? BigInt(literal) : (new NumberLiteral(literal) as unknown as Json));

/** The value of well-formed JSON with NumberLiterals for what is written as no integer of 64 bits; undefined when all numbers are. */
export const parseNumberLiterals = (text: string): unknown =>
  maybeLiteral.test(text) ? restore(JSON.parse(mark(text, anyNumber, markedLiteral, 1)) as Json, toLiteral) : undefined;

/** JSON.stringify that also writes bigints, as cheap where there is none: it is JSON.stringify's refusal that tells. */
export const encodeJson = (value: unknown, indent?: number): string => {
  try {
    return JSON.stringify(value, undefined, indent);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const text = JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? `${marker}${item}` : item), indent);
    return text.replaceAll(markedText, '$1');
  }
};
