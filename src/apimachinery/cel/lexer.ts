import { CompileError, type Issue } from './source-error.ts';

export type TokenKind = 'ident' | 'quotedIdent' | 'int' | 'uint' | 'double' | 'string' | 'bytes' | 'symbol' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** The text as written; of strings and bytes the content, escapes undone. */
  readonly text: string;
  readonly offset: number;
  readonly bytes?: Uint8Array;
}

const blank = /(?:[ \t\r\n\f]|\/\/[^\n]*)*/y;
const number = /0[xX][0-9a-fA-F]+[uU]?|(?:\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?)|\d+[uU]?/y;
const identifier = /[_a-zA-Z][_a-zA-Z0-9]*/y;
const quotedIdentifier = /`[a-zA-Z0-9_.\-/ ]+`/y;
const symbol = /&&|\|\||==|!=|<=|>=|[[\](){}.,:?!<>=+\-*/%]/y;
const quote = /([rRbB]{0,2})("""|'''|"|')/y;

/** What an expression is made of, an end token last, and what is no token at all: the reader goes on behind it. */
export interface Tokens {
  readonly tokens: readonly Token[];
  readonly issues: readonly Issue[];
}

/** Splits an expression into tokens. */
export const tokenize = (source: string): Tokens => {
  const tokens: Token[] = [];
  const issues: Issue[] = [];
  let at = 0;
  const match = (expression: RegExp): RegExpExecArray | null => {
    expression.lastIndex = at;
    return expression.exec(source);
  };
  for (;;) {
    at += match(blank)?.[0].length ?? 0;
    if (at >= source.length) break;
    const opening = match(quote);
    if (opening) {
      const read = readString(source, at, opening);
      if ('issue' in read) issues.push(read.issue);
      else tokens.push(read.token);
      at = read.end;
      continue;
    }
    const found = take(match);
    if (!found) {
      const character = String.fromCodePoint(source.codePointAt(at) ?? 0);
      issues.push(unrecognized(at, character));
      at += character.length;
      continue;
    }
    tokens.push({ ...found, offset: at });
    at += found.kind === 'quotedIdent' ? found.text.length + 2 : found.text.length;
  }
  tokens.push({ kind: 'end', text: '<EOF>', offset: source.length });
  return { tokens, issues };
};

const unrecognized = (offset: number, text: string): Issue => ({ offset, message: `Syntax error: token recognition error at: '${text}'` });

const take = (match: (expression: RegExp) => RegExpExecArray | null): { kind: TokenKind; text: string } | undefined => {
  const digits = match(number)?.[0];
  if (digits !== undefined) {
    const isHex = /^0[xX]/.test(digits);
    if (/[uU]$/.test(digits)) return { kind: 'uint', text: digits };
    return { kind: !isHex && /[.eE]/.test(digits) ? 'double' : 'int', text: digits };
  }
  const name = match(identifier)?.[0];
  if (name !== undefined) return { kind: 'ident', text: name };
  const quoted = match(quotedIdentifier)?.[0];
  if (quoted !== undefined) return { kind: 'quotedIdent', text: quoted.slice(1, -1) };
  const operator = match(symbol)?.[0];
  return operator === undefined ? undefined : { kind: 'symbol', text: operator };
};

const simpleEscapes: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '`': '`',
  '?': '?',
};

type ReadString = { readonly token: Token; readonly end: number } | { readonly issue: Issue; readonly end: number };

const readString = (source: string, start: number, opening: RegExpExecArray): ReadString => {
  const [whole, prefix = '', delimiter = ''] = opening;
  const raw = /r/i.test(prefix);
  const isBytes = /b/i.test(prefix);
  const stopped = (end: number): ReadString =>
    prefix === ''
      ? { issue: unrecognized(start, source.slice(start, end)), end }
      : { token: { kind: 'ident', text: prefix, offset: start }, end: start + prefix.length };
  const bytes: number[] = [];
  let text = '';
  const add = (piece: string): void => {
    if (isBytes) bytes.push(...Buffer.from(piece, 'utf8'));
    else text += piece;
  };
  let at = start + whole.length;
  while (!source.startsWith(delimiter, at)) {
    const character = source[at];
    if (character === undefined || (delimiter.length === 1 && (character === '\n' || character === '\r'))) {
      if (delimiter.length === 1) return stopped(Math.min(at + 1, source.length));
      // Three quotes that nobody closes begin with an empty text.
      const end = start + prefix.length + 2;
      const empty = { text: '', offset: start };
      return { token: isBytes ? { kind: 'bytes', bytes: new Uint8Array(), ...empty } : { kind: 'string', ...empty }, end };
    }
    if (character !== '\\' || raw) {
      const codePoint = String.fromCodePoint(source.codePointAt(at) ?? 0);
      add(codePoint);
      at += codePoint.length;
      continue;
    }
    const code = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2}))/y;
    code.lastIndex = at;
    const numeric = code.exec(source);
    const escape = numeric ? undefined : simpleEscapes[source[at + 1] ?? ''];
    if (numeric) {
      const value =
        numeric[4] === undefined ? Number.parseInt(numeric[1] ?? numeric[2] ?? numeric[3] ?? '', 16) : Number.parseInt(numeric[4], 8);
      if (isBytes && (numeric[1] !== undefined || numeric[4] !== undefined)) bytes.push(value);
      else if (value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
        throw new CompileError(source, [{ offset: at, message: `Syntax error: invalid unicode code point '${numeric[0]}'` }]);
      else add(String.fromCodePoint(value));
      at += numeric[0].length;
    } else if (escape === undefined) return stopped(Math.min(at + 2, source.length));
    else {
      add(escape);
      at += 2;
    }
  }
  const end = at + delimiter.length;
  if (!isBytes) return { token: { kind: 'string', text, offset: start }, end };
  return { token: { kind: 'bytes', text: source.slice(start, end), offset: start, bytes: Uint8Array.from(bytes) }, end };
};
