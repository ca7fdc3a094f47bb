import { isObject } from './schema-node.ts';

/** A compiled path: the values it reaches, in order. */
export type JsonPath = (root: unknown) => unknown[];
type Step = (value: unknown, budget: Budget) => unknown[];

/** How many values one evaluation may still look at: `..` after `..` finds the same ones again and again. */
interface Budget {
  left: number;
}
const maxVisited = 10_000;

/** The text is no path that kubectl would take, or finding what it names would take too long. */
export class JsonPathError extends Error {
  override readonly name = 'JsonPathError';
}

/**
 * Compiles kubectl's JSONPath without templates: `.spec.containers[*].image`, `[-1]`, `[0:2]`, `['a']`, `['a','b']`, `..name`,
 * `[?(@.type=="Ready")].status`.
 * @throws {JsonPathError}
 */
export const compileJsonPath = (text: string): JsonPath => {
  const path = pathWithin(text);
  return (root) => path(root, { left: maxVisited });
};

const pathWithin = (text: string): Step => {
  const steps = parse(text.startsWith('{') && text.endsWith('}') ? text.slice(1, -1) : text);
  return (root, budget) => follow(steps, root, budget);
};

const follow = (steps: readonly Step[], root: unknown, budget: Budget): unknown[] =>
  steps.reduce<unknown[]>(
    (values, step) =>
      values.flatMap((value) => {
        if (--budget.left < 0) throw new JsonPathError(`follow JSONPath: more than ${maxVisited} values on the way`);
        return step(value, budget);
      }),
    [root],
  );

const field =
  (name: string): Step =>
  (value) =>
    isObject(value) && Object.hasOwn(value, name) && value[name] !== undefined ? [value[name]] : [];

const wildcard: Step = (value) => (Array.isArray(value) ? value : isObject(value) ? Object.values(value) : []);

const descend: Step = (root, budget) => {
  const found: unknown[] = [];
  const visit = (value: unknown): void => {
    if (--budget.left < 0) throw new JsonPathError(`follow JSONPath: more than ${maxVisited} values on the way`);
    found.push(value);
    for (const child of wildcard(value, budget)) visit(child);
  };
  visit(root);
  return found;
};

const name = /(?:[^.[\]\\]|\\.)+/y;

const parse = (text: string): Step[] => {
  const steps: Step[] = [];
  let at = text.startsWith('$') || text.startsWith('@') ? 1 : 0;
  const takeName = (): string => {
    name.lastIndex = at;
    const found = name.exec(text)?.[0] ?? '';
    at += found.length;
    return found.replace(/\\(.)/g, '$1');
  };
  while (at < text.length) {
    const character = text[at];
    if (character === '[') {
      const end = closing(text, at);
      steps.push(subscript(text.slice(at + 1, end)));
      at = end + 1;
      continue;
    }
    if (character === '.') {
      at++;
      if (text[at] === '.') {
        at++;
        steps.push(descend);
      }
      if (text[at] === '[' || at >= text.length) continue;
    } else if (at > 0) throw new JsonPathError(`parse JSONPath ${JSON.stringify(text)}: unexpected ${JSON.stringify(character)} at ${at}`);
    const found = takeName();
    if (found === '') throw new JsonPathError(`parse JSONPath ${JSON.stringify(text)}: a name is missing at ${at}`);
    steps.push(found === '*' ? wildcard : field(found));
  }
  return steps;
};

/** The index of the bracket that closes the one at `open`; of a filter past quotes and inner brackets. */
const closing = (text: string, open: number): number => {
  if (!text.startsWith('[?(', open)) {
    const end = text.indexOf(']', open);
    if (end >= 0) return end;
  }
  let depth = 0;
  let quote = '';
  for (let at = open; at < text.length; at++) {
    const character = text[at] ?? '';
    if (quote !== '') {
      if (character === '\\') at++;
      else if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '[') depth++;
    else if (character === ']' && --depth === 0) return at;
  }
  throw new JsonPathError(`parse JSONPath ${JSON.stringify(text)}: unterminated array`);
};

const subscript = (inside: string): Step => {
  const text = inside.trim();
  if (text === '*') return wildcard;
  const filter = /^\?\((.*)\)$/s.exec(text);
  if (filter) return filterBy(filter[1] ?? '');
  // A union: what each of its parts finds, in their order.
  const parts = text.split(',');
  if (parts.length > 1) {
    const steps = parts.map((part) => subscript(part.trim()));
    return (value, budget) => steps.flatMap((step) => step(value, budget));
  }
  // What is quoted is a path of its own: a dot in a name is escaped.
  const quoted = /^'([^']*)'$/.exec(inside);
  if (quoted) return quotedPath(quoted[1] ?? '');
  const slice = /^(-?\d*):(-?\d*)(?::(-?\d*))?$/.exec(text);
  if (slice) return sliceBy(slice[1] ?? '', slice[2] ?? '', Number(slice[3] || '1'));
  if (!/^-?\d+$/.test(text)) throw new JsonPathError(`parse JSONPath subscript ${JSON.stringify(inside)}: no index, slice, name or filter`);
  return (value) => (Array.isArray(value) ? pick(value, Number(text)) : []);
};

const quotedPath = (text: string): Step => {
  if (text === '') return field('');
  const steps = parse(`.${text}`);
  return (value, budget) => follow(steps, value, budget);
};

const pick = (list: readonly unknown[], index: number): unknown[] => {
  const item = list.at(index);
  return item === undefined ? [] : [item];
};

const sliceBy =
  (from: string, to: string, step: number): Step =>
  (value) => {
    if (!Array.isArray(value)) return [];
    const items: unknown[] = value.slice(from === '' ? 0 : Number(from), to === '' ? value.length : Number(to));
    return items.filter((_, index) => index % Math.max(1, step) === 0);
  };

const comparison = /^\s*(.+?)\s*(==|!=|<=|>=|<|>)\s*(.+?)\s*$/s;

const filterBy = (text: string): Step => {
  const parts = comparison.exec(text);
  if (!parts) {
    const path = operand(text.trim());
    return (value, budget) => wildcard(value, budget).filter((item) => path(item, budget).length > 0);
  }
  const [, left = '', operator = '', right = ''] = parts;
  const leftSide = operand(left);
  const rightSide = operand(right);
  return (value, budget) =>
    wildcard(value, budget).filter((item) => compare(leftSide(item, budget)[0], operator, rightSide(item, budget)[0]));
};

const operand = (text: string): Step => {
  if (/^[@$]/.test(text)) return pathWithin(text);
  const quoted = /^(['"])(.*)\1$/s.exec(text);
  if (quoted) return () => [(quoted[2] ?? '').replace(/\\(.)/g, '$1')];
  if (text === 'true' || text === 'false') return () => [text === 'true'];
  if (text !== '' && !Number.isNaN(Number(text))) return () => [Number(text)];
  throw new JsonPathError(`parse JSONPath filter operand ${JSON.stringify(text)}: no path, string, number or boolean`);
};

const compare = (left: unknown, operator: string, right: unknown): boolean => {
  if (left === undefined || right === undefined || typeof left !== typeof right) return operator === '!=' && left !== undefined;
  if (operator === '==') return left === right;
  if (operator === '!=') return left !== right;
  if (typeof left !== 'number' && typeof left !== 'string') return false;
  const order = left < (right as typeof left) ? -1 : left > (right as typeof left) ? 1 : 0;
  return operator === '<' ? order < 0 : operator === '<=' ? order <= 0 : operator === '>' ? order > 0 : order >= 0;
};
