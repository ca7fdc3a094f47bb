import { badRequest } from '../errors/api-errors.ts';
import { formatFieldError } from '../validation/format-field-error.ts';
import type { LabelSelector } from './label-selector.ts';
import { labelKeyError, labelRequirementError, type LabelOperator, type LabelRequirement } from './label-requirement.ts';

const symbolOperators: Record<string, LabelOperator> = { '=': '=', '==': '==', '!=': '!=', '>': 'gt', '<': 'lt' };
const wordOperators: Record<string, LabelOperator> = { in: 'in', notin: 'notin' };
const token = /[ \t\r\n]*(==|!=|[=!<>(),]|[^ \t\r\n=!<>(),]+)/y;
const isSymbol = /^[=!<>(),]/;

/** '' is the end of the text: no token is empty. */
const tokenize = (text: string): string[] => {
  const tokens: string[] = [];
  token.lastIndex = 0;
  for (let match = token.exec(text); match; match = token.exec(text)) tokens.push(match[1] ?? '');
  return tokens;
};

const isIdentifier = (word: string): boolean => word !== '' && !isSymbol.test(word);

class Reader {
  readonly #tokens: readonly string[];
  #at = 0;
  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }
  peek(): string {
    return this.#tokens[this.#at] ?? '';
  }
  next(): string {
    return this.#tokens[this.#at++] ?? '';
  }
}

const parseValueList = (reader: Reader): string[] => {
  const open = reader.next();
  if (open !== '(') throw new Error(`found '${open}' expected: '('`);
  const first = reader.peek();
  if (first === ')') {
    reader.next();
    return [''];
  }
  if (first !== ',' && !isIdentifier(first)) throw new Error(`found '${first}', expected: ',', ')' or identifier`);
  const values = new Set<string>();
  for (;;) {
    const word = reader.next();
    const following = reader.peek();
    if (isIdentifier(word)) {
      values.add(word);
      if (following !== ',' && following !== ')') throw new Error(`found '${following}', expected: ',' or ')'`);
    } else if (word === ',') {
      if (values.size === 0 || following === ',' || following === ')') values.add('');
    } else throw new Error(`found '${word}', expected: ',', or identifier`);
    if (following === ')') {
      reader.next();
      return [...values];
    }
  }
};

const parseExactValue = (reader: Reader): string[] => {
  const following = reader.peek();
  if (following === '' || following === ',') return [''];
  const word = reader.next();
  if (!isIdentifier(word)) throw new Error(`found '${word}', expected: identifier`);
  return [word];
};

const parseRequirement = (reader: Reader): LabelRequirement => {
  let key = reader.next();
  const absent = key === '!';
  if (absent) key = reader.next();
  if (!isIdentifier(key)) throw new Error(`found '${key}', expected: identifier`);
  const wrong = labelKeyError(key, '');
  if (wrong) throw new Error(formatFieldError(wrong));
  if (absent) return { key, operator: '!', values: [] };
  const following = reader.peek();
  if (following === '' || following === ',') return { key, operator: 'exists', values: [] };
  const word = reader.next();
  const operator = isSymbol.test(word) ? symbolOperators[word] : wordOperators[word];
  if (operator === undefined) throw new Error(`found '${word}', expected: in, notin, =, ==, !=, gt, lt`);
  const values = operator === 'in' || operator === 'notin' ? parseValueList(reader) : parseExactValue(reader);
  const requirement = { key, operator, values: values.toSorted() };
  const message = labelRequirementError(requirement);
  if (message !== undefined) throw new Error(message);
  return requirement;
};

const asBadRequest = (error: unknown, prefix = ''): never => {
  throw badRequest(`${prefix}${error instanceof Error ? error.message : String(error)}`);
};

/**
 * Parses `a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1,m<2`; the empty text selects everything. Requirements come sorted by key.
 * @throws {StatusError} BadRequest in the original's words
 */
export function parseLabelSelector(text: string): LabelSelector {
  const reader = new Reader(tokenize(text));
  const requirements: LabelRequirement[] = [];
  while (reader.peek() !== '') {
    const start = reader.peek();
    if (start !== '!' && !isIdentifier(start)) asBadRequest(`found '${start}', expected: !, identifier, or 'end of string'`);
    try {
      requirements.push(parseRequirement(reader));
    } catch (error) {
      asBadRequest(error, 'unable to parse requirement: ');
    }
    const separator = reader.next();
    if (separator === '') break;
    if (separator !== ',') asBadRequest(`found '${separator}', expected: ',' or 'end of string'`);
    const following = reader.peek();
    if (following !== '!' && !isIdentifier(following)) asBadRequest(`found '${following}', expected: identifier after ','`);
  }
  return { requirements: requirements.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)) };
}
