import { expect, test } from 'vitest';
import { StatusError } from '../errors/status-error.ts';
import { compileSchema } from './compile.ts';
import { compileJsonPath, JsonPathError } from './json-path.ts';
import { compileRegularExpression } from './regular-expression.ts';

const nested = (depth: number): unknown => {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = { a: value };
  return value;
};

test('a path that finds the same values again and again comes to an end', () => {
  expect(compileJsonPath('..a')(nested(400))).toHaveLength(400);
  expect(() => compileJsonPath('..a..a..a..a')(nested(400))).toThrow(JsonPathError);
});

test('what Go refuses is refused at once, not when a long text comes', () => {
  expect(() => compileRegularExpression('((a{100}){100}){100}')).toThrow('invalid repeat count');
  expect(() => compileRegularExpression('a{1000}'.repeat(1000))).toThrow('expression too large');
});

test('a text that would take too long to match does not match', () => {
  const { test: matches } = compileRegularExpression('a?'.repeat(2e4) + 'a'.repeat(2e4));
  expect(matches('a'.repeat(2e4))).toBe(false);
});

test('defaults of a small body do not become gigabytes', () => {
  const { applyDefaults } = compileSchema({
    root: {
      type: 'object',
      properties: {
        items: { type: 'array', items: { type: 'object', properties: { text: { type: 'string', default: 'x'.repeat(1e5) } } } },
      },
    },
  } as never);
  const bodyOf = (count: number) => ({ items: Array.from({ length: count }, () => ({})) });
  expect(() => applyDefaults(bodyOf(10))).not.toThrow();
  expect(() => applyDefaults(bodyOf(1e5))).toThrow(StatusError);
});
