export type Operand = { readonly path: readonly Step[] } | { readonly literal: string | number | boolean | null };

export type Selector =
  | { readonly type: 'name'; readonly name: string }
  | { readonly type: 'index'; readonly index: number }
  | { readonly type: 'slice'; readonly bounds: readonly [number | undefined, number | undefined, number] }
  | { readonly type: 'wildcard' }
  | { readonly type: 'filter'; readonly left: Operand; readonly operator: string; readonly right: Operand | undefined };

export interface Step {
  /** `..`: at the value itself and everything below it. */
  readonly recursive: boolean;
  /** More than one for a union: `['a','b']`. */
  readonly selectors: readonly Selector[];
}

const fail = (text: string, what: string): never => {
  throw new SyntaxError(`parse JSONPath ${JSON.stringify(text)}: ${what}`);
};

const unescape = (text: string): string => text.replaceAll(/\\(.)/g, '$1');
const isQuoted = (text: string): boolean => /^'(?:[^'\\]|\\.)*'$/s.test(text) || /^"(?:[^"\\]|\\.)*"$/s.test(text);

/** Splits at top-level occurrences of a separator, leaving quoted text and brackets whole. */
const splitOutside = (text: string, separator: RegExp): string[] => {
  const parts: string[] = [];
  let [depth, quote, start] = [0, '', 0];
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === '\\') index++;
    else if (quote) quote = character === quote ? '' : quote;
    else if (character === "'" || character === '"') quote = character;
    else if (character === '[' || character === '(') depth++;
    else if (character === ']' || character === ')') depth--;
    else if (depth === 0) {
      separator.lastIndex = index;
      const match = separator.exec(text);
      if (!match) continue;
      parts.push(text.slice(start, index), match[0]);
      index += match[0].length - 1;
      start = index + 1;
    }
  }
  return [...parts, text.slice(start)];
};

const parseOperand = (text: string): Operand => {
  if (text.startsWith('@')) return { path: parsePath(text.slice(1)) };
  if (isQuoted(text)) return { literal: unescape(text.slice(1, -1)) };
  if (text === 'true' || text === 'false') return { literal: text === 'true' };
  if (text === 'null') return { literal: null };
  if (/^-?\d+(\.\d+)?$/.test(text)) return { literal: Number(text) };
  return fail(text, 'expected @, a string, a number or a boolean');
};

const parseFilter = (text: string): Selector => {
  const [left = '', operator, right] = splitOutside(text, /==|!=|<=|>=|<|>/y).map((part) => part.trim());
  if (left === '') return fail(text, 'empty filter');
  return {
    type: 'filter',
    left: parseOperand(left),
    operator: operator ?? '',
    right: right === undefined ? undefined : parseOperand(right),
  };
};

const bound = (part: string | undefined): number | undefined => (part ? Number(part) : undefined);

const parseSelector = (text: string): Selector => {
  if (text === '*') return { type: 'wildcard' };
  if (isQuoted(text)) return { type: 'name', name: unescape(text.slice(1, -1)) };
  if (/^-?\d+$/.test(text)) return { type: 'index', index: Number(text) };
  const range = /^(-?\d*):(-?\d*)(?::(-?\d*))?$/.exec(text);
  if (range) {
    return { type: 'slice', bounds: [bound(range[1]), bound(range[2]), bound(range[3]) ?? 1] };
  }
  const filter = /^\?\((.*)\)$/s.exec(text);
  return filter ? parseFilter(filter[1] ?? '') : fail(text, 'invalid array index');
};

const closingBracket = (text: string, open: number): number => {
  let [depth, quote] = [0, ''];
  for (let index = open; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === '\\') index++;
    else if (quote) quote = character === quote ? '' : quote;
    else if (character === "'" || character === '"') quote = character;
    else if (character === '[') depth++;
    else if (character === ']' && --depth === 0) return index;
  }
  return fail(text, 'unterminated array');
};

const parsePath = (text: string): Step[] => {
  const steps: Step[] = [];
  let index = 0;
  let recursive = false;
  while (index < text.length) {
    if (text.charAt(index) === '[') {
      const end = closingBracket(text, index);
      const parts = splitOutside(text.slice(index + 1, end), /,/y).filter((part) => part !== ',');
      steps.push({ recursive, selectors: parts.map((part) => parseSelector(part.trim())) });
      recursive = false;
      index = end + 1;
      continue;
    }
    if (text.charAt(index) === '.') {
      index++;
      if (text.charAt(index) === '.') {
        recursive = true;
        index++;
      }
      if (text.charAt(index) === '[') continue;
    } else if (index > 0) fail(text, `unrecognized character ${JSON.stringify(text.charAt(index))}`);
    const name = /(?:[^.[\\]|\\.)*/y;
    name.lastIndex = index;
    const [found = ''] = name.exec(text) ?? [];
    index += found.length;
    if (found !== '')
      steps.push({ recursive, selectors: [found === '*' ? { type: 'wildcard' } : { type: 'name', name: unescape(found) }] });
    recursive = false;
  }
  return steps;
};

/** Takes a path such as `.status.conditions[?(@.type=="Ready")].status` apart. @throws SyntaxError */
export const parseSteps = (text: string): Step[] => {
  const braced = /^\{(.*)\}$/s.exec(text.trim());
  return parsePath((braced?.[1] ?? text).trim().replace(/^\$/, ''));
};
