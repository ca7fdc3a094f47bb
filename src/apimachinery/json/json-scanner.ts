import { goQuote } from '../text/go-quote.ts';

/** Malformed JSON; the message is worded as Go's encoding/json words it, because clients see it. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';
  /** Offset in UTF-16 code units. */
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

interface Frame {
  readonly isArray: boolean;
  readonly keys: Set<string> | undefined;
  /** `.name` or `[3]`: where in this container the scanner is. */
  key: string;
  index: number;
}

export interface ScanOptions {
  readonly maxDepth: number;
  readonly duplicates: boolean;
  /** Told of every key that is not nested absurdly deep, by its path, as it comes; asked with duplicates only. */
  readonly onKey?: (path: string, isDuplicate: boolean) => void;
}

/** Keys nested deeper are not told of one by one: their paths would cost more than the text. */
const toldDepth = 64;
/** No more than this many duplicates are reported, as by the original. */
const maxDuplicates = 100;

const quoteChar = (char: string): string => (char === "'" ? String.raw`'\''` : char === '"' ? `'"'` : `'${goQuote(char).slice(1, -1)}'`);

// oxlint-disable-next-line no-control-regex
const stringEnd = /["\\\u0000-\u001f]/g;
const escapeAt = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const numberAt = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const numberPieces: readonly (readonly [RegExp, string])[] = [
  [/-(?![0-9])/y, 'in numeric literal'],
  [/-?(?:0|[1-9][0-9]*)\.(?![0-9])/y, 'after decimal point in numeric literal'],
  [/-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?[eE](?:[+-](?![0-9])|(?![0-9+-]))/y, 'in exponent of numeric literal'],
];
const literals: Record<string, string> = { t: 'true', f: 'false', n: 'null' };

/**
 * Walks JSON text without recursion: returns the paths of duplicate keys in the order they occur.
 * @throws {JsonSyntaxError} on malformed text and on nesting deeper than maxDepth
 */
export function scanJson(text: string, { maxDepth, duplicates, onKey }: ScanOptions): string[] {
  let at = 0;
  const stack: Frame[] = [];
  const found = new Set<string>();

  const fail = (where: string, offset = at): never => {
    if (offset >= text.length) throw new JsonSyntaxError('unexpected end of JSON input', offset);
    throw new JsonSyntaxError(`invalid character ${quoteChar(String.fromCodePoint(text.codePointAt(offset) ?? 0))} ${where}`, offset);
  };
  const skipSpace = (): void => {
    for (;;) {
      const code = text.charCodeAt(at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      at++;
    }
  };
  /** Reads the string at `at` (a double quote) and returns it still encoded, quotes included. */
  const readString = (): string => {
    const start = at++;
    for (;;) {
      stringEnd.lastIndex = at;
      const stop = stringEnd.exec(text);
      if (!stop) throw new JsonSyntaxError('unexpected end of JSON input', text.length);
      at = stop.index;
      if (stop[0] === '"') return text.slice(start, ++at);
      if (stop[0] !== '\\') fail('in string literal');
      escapeAt.lastIndex = at;
      if (!escapeAt.test(text)) {
        if (text[at + 1] !== 'u') fail('in string escape code', at + 1);
        let wrong = at + 2;
        while (/[0-9a-fA-F]/.test(text[wrong] ?? '')) wrong++;
        fail(String.raw`in \u hexadecimal character escape`, wrong);
      }
      at = escapeAt.lastIndex;
    }
  };
  const readNumber = (): void => {
    for (const [piece, where] of numberPieces) {
      piece.lastIndex = at;
      if (piece.test(text)) fail(where, piece.lastIndex);
    }
    const start = at;
    numberAt.lastIndex = at;
    numberAt.test(text);
    at = numberAt.lastIndex;
    if (!Number.isFinite(Number(text.slice(start, at)))) {
      throw new JsonSyntaxError(`json: cannot unmarshal number ${text.slice(start, at)} into Go value of type float64`, start);
    }
  };
  const readLiteral = (word: string): void => {
    for (let i = 1; i < word.length; i++) {
      if (text[at + i] !== word[i]) fail(`in literal ${word} (expecting ${quoteChar(word[i] ?? '')})`, at + i);
    }
    at += word.length;
  };
  const here = (): string =>
    stack
      .map((frame) => frame.key)
      .join('')
      .replace(/^\./, '');
  const report = (): void => {
    if (found.size < maxDuplicates) found.add(here());
  };
  const readKey = (frame: Frame): void => {
    skipSpace();
    if (text[at] !== '"') fail('looking for beginning of object key string');
    const raw = readString();
    if (frame.keys) {
      const key = raw.includes('\\') ? String(JSON.parse(raw)) : raw.slice(1, -1);
      frame.key = `.${key}`;
      if (stack.length < toldDepth) onKey?.(here(), frame.keys.has(key));
      if (frame.keys.has(key)) report();
      else frame.keys.add(key);
    }
    skipSpace();
    if (text[at] !== ':') fail('after object key');
    at++;
  };
  /** Reads a scalar, or enters a container that is not empty; false means that a value is still to come. */
  const readValue = (): boolean => {
    skipSpace();
    const char = text[at] ?? '';
    if (char === '{' || char === '[') {
      if (stack.length >= maxDepth) fail('exceeded max depth');
      const isArray = char === '[';
      at++;
      skipSpace();
      if (text[at] === (isArray ? ']' : '}')) {
        at++;
        return true;
      }
      const frame: Frame = { isArray, keys: duplicates && !isArray ? new Set() : undefined, key: isArray ? '[0]' : '', index: 0 };
      stack.push(frame);
      if (!isArray) readKey(frame);
      return false;
    }
    if (char === '"') readString();
    else if (char === '-' || (char >= '0' && char <= '9')) readNumber();
    else if (literals[char] !== undefined) readLiteral(literals[char]);
    else fail('looking for beginning of value');
    return true;
  };
  /** After a complete value: closes containers, or moves on to the next value; false means that the text is complete. */
  const afterValue = (): boolean => {
    for (;;) {
      skipSpace();
      const frame = stack.at(-1);
      if (!frame) {
        if (at < text.length) fail('after top-level value');
        return false;
      }
      const char = text[at];
      if (char === ',') {
        at++;
        if (frame.isArray) frame.key = `[${++frame.index}]`;
        else readKey(frame);
        return true;
      }
      if (char !== (frame.isArray ? ']' : '}')) fail(frame.isArray ? 'after array element' : 'after object key:value pair');
      at++;
      stack.pop();
    }
  };

  for (;;) {
    if (readValue() && !afterValue()) return [...found];
  }
}
