import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { JsonSchema } from '../schema/json-schema.ts';
import { SchemaNode, selfContained } from '../schema/schema-node.ts';
import { formatFieldErrorBody } from '../validation/format-field-error.ts';
import { ruleChecker } from './check-definition.ts';
import { validateRules } from './validations.ts';

interface Evaluation {
  schema: JsonSchema;
  object: Record<string, unknown>;
  cases: { rule: string; result?: boolean | string; refused?: string[] }[];
}
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));

/** Recorded from kube-apiserver 1.35.4: what each rule gives on one object, or why the definition is refused. */
const evaluations = read('./evaluation.golden.json') as Evaluation;
const compilations = read('./compilation.golden.json') as { rule: string; messages: string[] }[];

const withRule = (schema: JsonSchema, rule: string): SchemaNode => {
  const root: JsonSchema = {
    type: 'object',
    properties: { spec: { ...schema, 'x-kubernetes-validations': [{ rule, message: 'held not' }] } },
  };
  return new SchemaNode(root, selfContained(root));
};
const refusals = (node: SchemaNode): string[] =>
  ruleChecker.checkSchema(node, 'schema', { unchanged: false }).map((error) =>
    formatFieldErrorBody(error)
      .replace(/^Invalid value: \{.*?\}: /, '')
      .replaceAll(/selfType\d+/g, 'selfType'),
  );

/** A list that does not end, of which the original's parser says more. */
const knownDifferences = new Set(['[1,']);

describe('evaluates as kube-apiserver', () => {
  test.each(evaluations.cases.filter(({ rule }) => !knownDifferences.has(rule)))('$rule', ({ rule, result, refused }) => {
    const node = withRule(evaluations.schema, rule);
    if (refused) {
      expect(refusals(node)).toEqual(refused);
      return;
    }
    expect(refusals(node)).toEqual([]);
    const object = structuredClone(evaluations.object);
    if (object['nul'] === null) delete object['nul'];
    const [error] = validateRules({ spec: object }, node);
    if (error === undefined) expect(result).toBe(true);
    else if (error.detail === 'held not') expect(result).toBe(false);
    else expect(error.detail.replace(/( evaluating rule| for rule): held not$/, '')).toBe(result);
  });
});

const probed: JsonSchema = {
  type: 'object',
  maxProperties: 10,
  properties: {
    s: { type: 'string', maxLength: 10 },
    i: { type: 'integer' },
    list: { type: 'array', maxItems: 5, items: { type: 'integer' } },
    m: { type: 'object', maxProperties: 3, additionalProperties: { type: 'string', maxLength: 5 } },
    ts: { type: 'string', format: 'date-time' },
    nullable: { type: 'string', nullable: true, maxLength: 3 },
    o: { type: 'object', properties: { a: { type: 'string', maxLength: 3 } } },
    if: { type: 'integer' },
    'dash-x': { type: 'integer' },
  },
};

describe('compiles as kube-apiserver', () => {
  test.each(compilations.filter(({ rule }) => !knownDifferences.has(rule)))('$rule', ({ rule, messages }) => {
    expect(refusals(withRule(probed, rule))).toEqual(messages);
  });
});
