import { call, ident, literal, member, type Expr } from './ast.ts';
import { tokenize, type Token } from './lexer.ts';
import { expandMacro } from './macros.ts';
import { CompileError, type Issue, nowhere } from './source-error.ts';
import { Uint } from './values.ts';

/** cel-go's limits, so that no input exhausts the stack. */
const maxDepth = 250;
const maxLength = 100_000;

const reserved = new Set('as break const continue else for function if import let loop package namespace return var void while'.split(' '));
const literals = new Set(['true', 'false', 'null']);
const int64Min = -(1n << 63n);
const int64Max = (1n << 63n) - 1n;
const uint64Max = (1n << 64n) - 1n;

/** One schema often says the same rule in many places, and in each of its versions. */
const parsed = new Map<string, Expr>();
const mostParsed = 256;
const longestParsed = 1000;

/** Whether a name may stand alone for a variable. */
export const isIdentifier = (name: string): boolean =>
  /^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name) && name !== 'in' && !literals.has(name) && !reserved.has(name);

/** Parses CEL, macros expanded. Trees are shared: nobody changes them. @throws {CompileError} */
export const parse = (source: string): Expr => {
  let expression = parsed.get(source);
  if (expression) return expression;
  expression = parseAnew(source);
  if (source.length > longestParsed) return expression;
  if (parsed.size >= mostParsed) parsed.clear();
  parsed.set(source, expression);
  return expression;
};

const parseAnew = (source: string): Expr => {
  if (source.length > maxLength) {
    throw new CompileError('', [
      { offset: 0, message: `expression code point size exceeds limit: size: ${source.length}, limit ${maxLength}` },
    ]);
  }
  return new Parser(source).parseAll();
};

class Parser {
  readonly #source: string;
  readonly #tokens: readonly Token[];
  /** What is wrong and leaves a sense to the rest. */
  readonly #issues: Issue[];
  #at = 0;
  #depth = 0;

  constructor(source: string) {
    this.#source = source;
    const { tokens, issues } = tokenize(source);
    this.#tokens = tokens;
    this.#issues = [...issues];
  }

  parseAll(): Expr {
    const expression = this.#expression();
    const { kind, text, offset } = this.#token;
    const isLast = this.#tokens[this.#at + 1]?.kind === 'end';
    if (kind !== 'end') this.#fail(offset, `Syntax error: ${isLast ? 'extraneous' : 'mismatched'} input '${text}' expecting <EOF>`);
    if (this.#issues.length > 0) throw this.#refusal();
    return expression;
  }

  #refusal(): CompileError {
    return new CompileError(
      this.#source,
      this.#issues.toSorted((left, right) => left.offset - right.offset),
    );
  }

  get #token(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '<EOF>', offset: this.#source.length };
  }

  #fail(offset: number, message: string): never {
    this.#issues.push({ offset, message });
    throw this.#refusal();
  }

  #unexpected(expected: string): never {
    const { text, offset } = this.#token;
    return this.#fail(
      offset,
      `Syntax error: ${this.#token.kind === 'end' ? `missing '${expected}' at '<EOF>'` : `mismatched input '${text}' expecting '${expected}'`}`,
    );
  }

  #unclosed(): never {
    const { kind, text, offset } = this.#token;
    return this.#fail(offset, `Syntax error: ${kind === 'end' ? 'mismatched' : 'extraneous'} input '${text}' expecting {']', ','}`);
  }

  #accept(text: string): Token | undefined {
    const token = this.#token;
    if (token.text !== text || (token.kind !== 'symbol' && token.kind !== 'ident')) return undefined;
    this.#at++;
    return token;
  }

  #expect(text: string): Token {
    return this.#accept(text) ?? this.#unexpected(text);
  }

  #expression(): Expr {
    if (++this.#depth > maxDepth) this.#fail(nowhere, `expression recursion limit exceeded: ${maxDepth}`);
    const condition = this.#binary(0);
    const question = this.#accept('?');
    let result = condition;
    if (question) {
      const then = this.#binary(0);
      this.#expect(':');
      result = call('_?_:_', [condition, then, this.#expression()], question.offset);
    }
    this.#depth--;
    return result;
  }

  /** Binary operators by rising precedence; || and && are balanced so that long chains stay shallow. */
  #binary(level: number): Expr {
    const operators = precedence[level];
    if (!operators) return this.#unary();
    let left = this.#binary(level + 1);
    const chain: { operands: Expr[]; offsets: number[] } = { operands: [left], offsets: [] };
    for (;;) {
      const token = this.#token;
      if ((token.kind !== 'symbol' && token.text !== 'in') || !operators.includes(token.text)) break;
      this.#at++;
      const right = this.#binary(level + 1);
      const name = token.text === 'in' ? '@in' : `_${token.text}_`;
      if (level < 2) {
        chain.operands.push(right);
        chain.offsets.push(token.offset);
      } else left = call(name, [left, right], token.offset);
    }
    return level < 2 ? balance(`_${operators[0] ?? ''}_`, chain) : left;
  }

  #unary(): Expr {
    const operators: Token[] = [];
    while (this.#token.kind === 'symbol' && (this.#token.text === '!' || this.#token.text === '-')) {
      const last = operators.at(-1);
      if (last && last.text !== this.#token.text) break;
      operators.push(this.#token);
      this.#at++;
    }
    const [first] = operators;
    if (!first) return this.#postfix(this.#primary());
    if (this.#token.kind === 'symbol' && (this.#token.text === '!' || this.#token.text === '-')) this.#unexpected('(');
    if (first.text === '-' && (this.#token.kind === 'int' || this.#token.kind === 'double')) {
      const operand = this.#postfix(this.#number(this.#token, true, first.offset));
      return operators.length % 2 === 1 ? operand : call('-_', [operand], first.offset);
    }
    const operand = this.#postfix(this.#primary());
    return operators.length % 2 === 0 ? operand : call(first.text === '!' ? '!_' : '-_', [operand], first.offset);
  }

  #postfix(start: Expr): Expr {
    let expression = start;
    let links = 0;
    for (;;) {
      if (++links > maxDepth * 4) this.#fail(nowhere, `expression recursion limit exceeded: ${maxDepth}`);
      const dot = this.#accept('.');
      if (dot) {
        const optional = this.#accept('?') !== undefined;
        const name = this.#token;
        if (name.kind === 'quotedIdent') this.#fail(name.offset, "unsupported syntax: '`'");
        if (literals.has(name.text) && name.kind === 'ident')
          this.#fail(name.offset, `Syntax error: mismatched input '${name.text}' expecting IDENTIFIER`);
        if (name.text === 'in' && name.kind === 'ident') {
          // The operator, with something missing before it.
          this.#issues.push({ offset: name.offset, message: "Syntax error: no viable alternative at input '.in'" });
          return expression;
        }
        if (name.kind !== 'ident')
          this.#fail(name.offset, `Syntax error: no viable alternative at input '.${name.kind === 'end' ? '' : name.text}'`);
        this.#at++;
        const open = name.kind === 'ident' && !optional ? this.#accept('(') : undefined;
        if (open) expression = this.#invoke(name, expression, open);
        else if (optional) expression = call('_?._', [expression, literal(name.text, name.offset)], dot.offset);
        else expression = { kind: 'select', operand: expression, field: name.text, testOnly: false, offset: dot.offset };
        continue;
      }
      const bracket = this.#accept('[');
      if (!bracket) {
        const typeName = this.#token.text === '{' ? qualifiedName(expression) : undefined;
        const brace = typeName === undefined ? undefined : this.#accept('{');
        if (typeName === undefined || !brace) return expression;
        expression = this.#structLiteral(typeName, brace);
        continue;
      }
      const optional = this.#accept('?') !== undefined;
      const index = this.#expression();
      this.#expect(']');
      expression = call(optional ? '_[?_]' : '_[_]', [expression, index], bracket.offset);
    }
  }

  #invoke(name: Token, target: Expr | undefined, open: Token): Expr {
    const args = this.#list(')', () => this.#expression());
    const expansion = expandMacro({ name: name.text, target, args, offset: open.offset });
    if (expansion === undefined) return target ? member(target, name.text, args, open.offset) : call(name.text, args, open.offset);
    return 'error' in expansion ? this.#fail(expansion.offset, expansion.error) : expansion;
  }

  #list<T>(closing: string, item: () => T): T[] {
    const items: T[] = [];
    while (!this.#accept(closing)) {
      if (items.length > 0) {
        if (closing === ']' && this.#token.text !== ',') this.#unclosed();
        this.#expect(',');
        if (closing !== ')' && this.#accept(closing)) break;
      }
      items.push(item());
    }
    return items;
  }

  #primary(): Expr {
    const token = this.#token;
    this.#at++;
    switch (token.kind) {
      case 'string':
        return literal(token.text, token.offset);
      case 'bytes':
        return literal(token.bytes ?? new Uint8Array(), token.offset);
      case 'int':
      case 'uint':
      case 'double':
        this.#at--;
        return this.#number(token, false);
      case 'ident':
        return this.#named(token);
      default:
        break;
    }
    if (token.text === '(') {
      const inner = this.#expression();
      this.#expect(')');
      return inner;
    }
    if (token.text === '[') return this.#listLiteral(token);
    if (token.text === '{') return this.#mapLiteral(token);
    if (token.text === '.' && this.#token.kind === 'ident') {
      this.#at++;
      return this.#named(this.#tokens[this.#at - 1] ?? token);
    }
    if (token.text === '.') {
      return this.#fail(
        this.#token.offset,
        `Syntax error: no viable alternative at input '.${this.#token.kind === 'end' ? '' : this.#token.text}'`,
      );
    }
    this.#at--;
    const quoted = token.kind === 'quotedIdent';
    const isMismatch = quoted || token.kind === 'end' || (this.#issues.length > 0 && /^[\])}]$/.test(token.text));
    return this.#fail(
      token.offset,
      `Syntax error: ${isMismatch ? 'mismatched' : 'extraneous'} input '${quoted ? `\`${token.text}\`` : token.text}' expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}`,
    );
  }

  #named(token: Token): Expr {
    if (token.text === 'true' || token.text === 'false') return literal(token.text === 'true', token.offset);
    if (token.text === 'null') return literal(null, token.offset);
    if (token.text === 'in') this.#fail(token.offset, `Syntax error: mismatched input 'in' expecting IDENTIFIER`);
    if (reserved.has(token.text)) this.#issues.push({ offset: token.offset, message: `reserved identifier: ${token.text}` });
    const open = this.#accept('(');
    return open ? this.#invoke(token, undefined, open) : ident(token.text, token.offset);
  }

  #listLiteral(open: Token): Expr {
    const optional = new Set<number>();
    let index = 0;
    const elements = this.#list(']', () => {
      if (this.#accept('?')) optional.add(index);
      index++;
      return this.#expression();
    });
    return { kind: 'list', elements, optional, offset: open.offset };
  }

  #mapLiteral(open: Token): Expr {
    const entries = this.#list('}', () => {
      const optional = this.#accept('?') !== undefined;
      const key = this.#expression();
      this.#expect(':');
      return { key, value: this.#expression(), optional };
    });
    return { kind: 'map', entries, offset: open.offset };
  }

  #structLiteral(typeName: string, open: Token): Expr {
    const fields = this.#list('}', () => {
      const optional = this.#accept('?') !== undefined;
      const name = this.#token;
      if (name.kind === 'quotedIdent') this.#fail(name.offset, "unsupported syntax: '`'");
      if (name.kind !== 'ident')
        this.#fail(name.offset, `Syntax error: mismatched input '${name.text}' expecting {'}', ',', '?', IDENTIFIER, ESC_IDENTIFIER}`);
      this.#at++;
      const { offset } = this.#expect(':');
      return { name: name.text, value: this.#expression(), optional, offset };
    });
    return { kind: 'struct', typeName, fields, offset: open.offset };
  }

  #number(token: Token, negative: boolean, offset = token.offset): Expr {
    this.#at++;
    if (token.kind === 'double') {
      const value = Number(token.text);
      if (!Number.isFinite(value)) this.#fail(offset, 'invalid double literal');
      return literal(negative ? -value : value, offset);
    }
    const digits = BigInt(token.text.replace(/[uU]$/, ''));
    if (token.kind === 'uint') {
      if (digits > uint64Max) this.#fail(offset, 'invalid uint literal');
      return literal(new Uint(digits), offset);
    }
    const value = negative ? -digits : digits;
    if (value > int64Max || value < int64Min) this.#fail(offset, 'invalid int literal');
    return literal(value, offset);
  }
}

/** `a.b.c` as the name of a type or a variable. */
export const qualifiedName = (expr: Expr): string | undefined => {
  if (expr.kind === 'ident') return expr.name;
  const prefix = expr.kind === 'select' && !expr.testOnly ? qualifiedName(expr.operand) : undefined;
  return prefix === undefined || expr.kind !== 'select' ? undefined : `${prefix}.${expr.field}`;
};

const precedence = [
  ['||'],
  ['&&'],
  ['<', '<=', '>=', '>', '==', '!=', 'in'],
  ['+', '-'],
  ['*', '/', '%'],
] as const satisfies readonly (readonly string[])[] as readonly (readonly string[])[];

const balance = (name: string, { operands, offsets }: { operands: readonly Expr[]; offsets: readonly number[] }): Expr => {
  const build = (low: number, high: number): Expr => {
    if (low === high) return operands[low] ?? literal(false, 0);
    const middle = Math.ceil((low + high) / 2) - 1;
    return call(name, [build(low, middle), build(middle + 1, high)], offsets[middle] ?? 0);
  };
  return build(0, operands.length - 1);
};
