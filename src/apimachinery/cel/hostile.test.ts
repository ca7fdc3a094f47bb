import { assert, bigInt, constantFrom, letrec, oneof, property, string as anyString, tuple } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adaptDynamic } from './adapt.ts';
import { createEnvironment } from './environment.ts';
import { CostLimitError } from './interpreter.ts';
import { compile } from './program.ts';
import { CompileError } from './source-error.ts';
import { dynType } from './types.ts';
import { EvaluationError, type Value } from './values.ts';

const environment = createEnvironment([{ name: 'x', type: dynType }]);
const run = (source: string, x: unknown = null): Value => compile(source, environment).evaluate({ x: adaptDynamic(x) });

const outcome = (source: string): unknown => {
  try {
    return run(source);
  } catch {
    return 'error';
  }
};

const compute = (operator: string, left: bigint | undefined, right: bigint | undefined): bigint | undefined => {
  if (left === undefined || right === undefined || ((operator === '/' || operator === '%') && right === 0n)) return undefined;
  const operations: Record<string, (a: bigint, b: bigint) => bigint> = {
    '+': (a, b) => a + b,
    '-': (a, b) => a - b,
    '*': (a, b) => a * b,
    '/': (a, b) => a / b,
    '%': (a, b) => a % b,
  };
  const value = operations[operator]?.(left, right);
  return value === undefined || BigInt.asIntN(64, value) !== value ? undefined : value;
};

describe('hostile expressions end in an error, soon', () => {
  const range = Array.from({ length: 2_000 }, (_, index) => index);
  test.each([
    ['a comprehension in a comprehension in a comprehension', 'x.all(a, x.all(b, x.all(c, a + b + c >= 0)))', range],
    ['a list that doubles', 'x.map(a, x.map(b, x.map(c, c)))', range],
    ['a string that grows', "x.map(a, string(a)).join(',').split('').map(c, x.map(d, d)).size() > 0", range],
  ])('%s', (_, source, x) => {
    expect(() => run(source, x)).toThrow(CostLimitError);
  });

  test.each([
    ['parentheses', '('.repeat(10_000)],
    ['balanced parentheses', `${'('.repeat(5_000)}1${')'.repeat(5_000)}`],
    ['lists', '['.repeat(50_000)],
    ['ternaries', 'x?'.repeat(20_000)],
    ['a long chain of selections', `x${'.a'.repeat(40_000)}`],
    ['too long', 'x'.repeat(200_000)],
    ['an unended string', `'${'a'.repeat(50_000)}`],
  ])('%s', (_, source) => {
    expect(() => run(source)).toThrow();
  });

  test.each(["x.replace('', x) == ''", "x.split('').join(x) == ''"])('%s would fill the memory', (source) => {
    expect(() => run(source, 'a'.repeat(20_000))).toThrow(EvaluationError);
  });

  test('long chains of && stay shallow', () => {
    expect(run(Array.from({ length: 5_000 }, () => 'true').join(' && '))).toBe(true);
  });

  test('an expression that would hang a backtracking matcher is linear', () => {
    expect(run(`x.matches('^(a+)+$')`, `${'a'.repeat(20_000)}b`)).toBe(false);
  });

  test('any text either compiles or is a CompileError', () => {
    const words = constantFrom(
      'x',
      '.',
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      '?',
      ':',
      ',',
      '1',
      "'a'",
      '&&',
      '==',
      '+',
      '-',
      '!',
      'all',
      'has',
      'in',
      '"',
      '\\',
      '`',
      'b',
      'r"""',
    );
    const texts = oneof(
      anyString(),
      tuple(words, words, words, words, words, words, words).map((parts) => parts.join('')),
    );
    assert(
      property(texts, (source) => {
        try {
          compile(source, environment);
        } catch (error) {
          expect(error).toBeInstanceOf(CompileError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('evaluation agrees with arithmetic', () => {
  const trees = letrec<{ tree: { text: string; value: bigint | undefined } }>((tie) => ({
    tree: oneof(
      { maxDepth: 5 },
      bigInt(-(1n << 63n), (1n << 63n) - 1n).map((value) => ({
        text: value < 0n ? `(${value})` : String(value),
        value: value as bigint | undefined,
      })),
      tuple(constantFrom('+', '-', '*', '/', '%'), tie('tree'), tie('tree')).map(([operator, left, right]) => ({
        text: `(${left.text} ${operator} ${right.text})`,
        value: compute(operator, left.value, right.value),
      })),
    ),
  })).tree;
  test('64-bit integers, overflow and division by zero', () => {
    assert(
      property(trees, ({ text, value }) => {
        if (value === undefined) expect(() => run(text)).toThrow(EvaluationError);
        else expect(run(text)).toBe(value);
      }),
      { numRuns: 500 },
    );
  });

  test('an error on one side of a logical operator yields to the side that decides', () => {
    const operands = constantFrom('true', 'false', '(1/0 == 1)');
    assert(
      property(operands, operands, constantFrom('&&', '||'), (left, right, operator) => {
        expect(outcome(`${left} ${operator} ${right}`)).toBe(outcome(`${right} ${operator} ${left}`));
        const deciding = operator === '&&' ? 'false' : 'true';
        if (left === deciding || right === deciding) expect(outcome(`${left} ${operator} ${right}`)).toBe(deciding === 'true');
      }),
    );
  });
});
