import { readFileSync } from 'node:fs';
import { array, assert, boolean, constant, constantFrom, dictionary, letrec, nat, oneof, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FieldError } from '../validation/field-error.ts';
import { formatFieldErrorBody } from '../validation/format-field-error.ts';
import { compileSchema } from './compile.ts';
import { explain } from './explanation.ts';
import type { JsonSchema } from './json-schema.ts';
import { selfContained } from './schema-node.ts';
import { isValid } from './validity.ts';

interface Cause {
  reason: string;
  message: string;
  field: string;
}
interface Golden {
  schema: JsonSchema;
  cases: { spec: Record<string, unknown>; stored?: unknown; causes?: Cause[] }[];
}

/** Recorded from kube-apiserver 1.35.4: the same objects, its causes or what it stored. */
const golden = JSON.parse(readFileSync(new URL('./custom-resource.golden.json', import.meta.url), 'utf8')) as Golden;

const causes = (errors: readonly FieldError[]): Cause[] =>
  errors.map((error) => ({ reason: error.type, message: formatFieldErrorBody(error), field: error.field }));
const byText = (left: Cause, right: Cause): number => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1);
const compile = (root: JsonSchema) => compileSchema(selfContained(root));

test.each(golden.cases.map((item) => [JSON.stringify(item.spec), item] as const))('%s is judged as kube-apiserver does', (_, item) => {
  const schema = compile(golden.schema);
  const object = { spec: structuredClone(item.spec) };
  schema.prune(object);
  schema.applyDefaults(object);
  const errors = causes(schema.validate(object));
  expect(errors.toSorted(byText)).toEqual((item.causes ?? []).toSorted(byText));
  if (item.causes === undefined) expect(object.spec).toEqual(item.stored);
});

describe('defaults', () => {
  const schema = compile({
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        default: {},
        properties: {
          replicas: { type: 'integer', default: 1 },
          name: { type: 'string', nullable: true, default: 'x' },
          list: { type: 'array', items: { type: 'object', properties: { port: { type: 'integer', default: 80 } } } },
          map: { type: 'object', additionalProperties: { type: 'string', default: 'd' } },
        },
      },
    },
  });
  test.each([
    [{}, { spec: { replicas: 1, name: 'x' } }],
    [{ spec: null }, { spec: { replicas: 1, name: 'x' } }],
    [{ spec: { replicas: null, name: null } }, { spec: { replicas: 1, name: null } }],
    [{ spec: { list: [{}, { port: 1 }] } }, { spec: { replicas: 1, name: 'x', list: [{ port: 80 }, { port: 1 }] } }],
    [{ spec: { map: { a: null, b: 'c' } } }, { spec: { replicas: 1, name: 'x', map: { a: 'd', b: 'c' } } }],
    [{ spec: { list: null } }, { spec: { replicas: 1, name: 'x' } }],
  ])('%j becomes %j', (value, expected) => {
    schema.applyDefaults(value);
    expect(value).toEqual(expected);
  });

  test('two objects never share a default', () => {
    const left: { spec?: { replicas: number } } = {};
    const right: { spec?: { replicas: number } } = {};
    schema.applyDefaults(left);
    schema.applyDefaults(right);
    expect(left.spec).not.toBe(right.spec);
  });
});

describe('pruning', () => {
  const schema = compile({
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        properties: {
          known: { type: 'string' },
          open: {
            type: 'object',
            'x-kubernetes-preserve-unknown-fields': true,
            properties: { closed: { type: 'object', properties: { a: {} } } },
          },
          template: { type: 'object', 'x-kubernetes-embedded-resource': true, properties: { spec: { type: 'object' } } },
          list: { type: 'array', items: { type: 'object', properties: { a: { type: 'string' } } } },
        },
      },
    },
  });
  test.each([
    [{ spec: { known: 'x', other: 1 }, extra: {} }, { spec: { known: 'x' } }, ['extra', 'spec.other']],
    [
      { spec: { open: { any: { thing: 1 }, closed: { a: 1, b: 2 } } } },
      { spec: { open: { any: { thing: 1 }, closed: { a: 1 } } } },
      ['spec.open.closed.b'],
    ],
    [
      { spec: { template: { apiVersion: 'v1', kind: 'X', metadata: { name: 'n' }, data: {} } } },
      { spec: { template: { apiVersion: 'v1', kind: 'X', metadata: { name: 'n' } } } },
      ['spec.template.data'],
    ],
    [{ spec: { list: [{ a: 'x', b: 1 }] } }, { spec: { list: [{ a: 'x' }] } }, ['spec.list[0].b']],
    [{ apiVersion: 'a/v1', kind: 'K', metadata: { name: 'n' } }, { apiVersion: 'a/v1', kind: 'K', metadata: { name: 'n' } }, []],
  ] as [object, object, string[]][])('%j becomes %j', (value, expected, unknown) => {
    expect(schema.prune(value)).toEqual(unknown);
    expect(value).toEqual(expected);
  });
});

describe('ratcheting', () => {
  const schema = compile({
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        properties: {
          a: { type: 'string', maxLength: 2 },
          b: { type: 'integer' },
          items: {
            type: 'array',
            'x-kubernetes-list-type': 'map',
            'x-kubernetes-list-map-keys': ['name'],
            items: { type: 'object', required: ['name'], properties: { name: { type: 'string' }, v: { type: 'integer', maximum: 5 } } },
          },
        },
      },
    },
  });
  test.each([
    ['an unchanged invalid field', { spec: { a: 'long', b: 1 } }, { spec: { a: 'long', b: 2 } }, []],
    ['a changed invalid field', { spec: { a: 'long' } }, { spec: { a: 'longer' } }, ['spec.a']],
    [
      'a moved invalid item',
      {
        spec: {
          items: [
            { name: 'x', v: 9 },
            { name: 'y', v: 1 },
          ],
        },
      },
      {
        spec: {
          items: [
            { name: 'y', v: 2 },
            { name: 'x', v: 9 },
          ],
        },
      },
      [],
    ],
    ['a new invalid item', { spec: { items: [] } }, { spec: { items: [{ name: 'x', v: 9 }] } }, ['spec.items[0].v']],
  ])('%s', (_, old, value, fields) => {
    expect(schema.validate(value, { old }).map(({ field }) => field)).toEqual(fields);
  });
});

test.each<[string, JsonSchema, object, string[]]>([
  ['a resource, whose metadata no schema describes', { required: ['b'] }, {}, ['b']],
  ['a map with members of no schema', { properties: { a: { 'x-kubernetes-preserve-unknown-fields': true, enum: [1] } } }, { z: 1 }, ['a']],
  ['a map that takes any member', { properties: { a: { type: 'object', additionalProperties: true, maxProperties: 0 } } }, { z: 1 }, ['a']],
  ['a map of texts', { properties: { a: { type: 'object', additionalProperties: { type: 'string' }, maxProperties: 0 } } }, { z: '' }, []],
  ['a list of anything', { properties: { a: { type: 'array', maxItems: 0, items: {} } } }, [{ z: 1 }], []],
])('what is wrong with %s that is as it was', (_, root, a, told) => {
  const schema = compile({ type: 'object', ...root });
  const object = { apiVersion: 'x/v1', kind: 'X', metadata: { name: 'x' }, a };
  expect(schema.validate(object, { old: structuredClone(object) }).map(({ field }) => field)).toEqual(told);
});

test('bounds are printed as Go prints them', () => {
  const schema = compile({ type: 'object', properties: { a: { type: 'number', minimum: 1e6 } } });
  expect(causes(schema.validate({ a: 2.5 }))[0]?.message).toBe('Invalid value: 2.5: a in body should be greater than or equal to 1e+06');
});

test('a member that may not be there at all is refused, not dropped', () => {
  const schema = compile({ type: 'object', properties: { a: { type: 'object', additionalProperties: false } } });
  const object = { a: { k: 1 } };
  expect(schema.prune(object)).toEqual([]);
  expect(causes(schema.validate(object))).toEqual([
    { field: 'a', reason: 'FieldValueInvalid', message: 'Invalid value: "k": a.k in body is a forbidden property' },
  ]);
});

test('the status subresource validates status alone, with messages from there', () => {
  const schema = compile({
    type: 'object',
    properties: { spec: { type: 'string' }, status: { type: 'object', properties: { n: { type: 'integer' } } } },
  });
  expect(causes(schema.validate({ spec: 1, status: { n: 'x' } }, { only: 'status' }))).toEqual([
    { reason: 'FieldValueTypeInvalid', field: 'status.n', message: 'Invalid value: "string": n in body must be of type integer: "string"' },
  ]);
});

test('recursive definitions compile, and judge any depth', () => {
  const definition: JsonSchema = {
    type: 'object',
    properties: { child: { allOf: [{ $ref: '#/components/schemas/T' }], default: {} }, n: { type: 'integer' } },
  };
  const schema = compileSchema({ root: { $ref: '#/components/schemas/T' }, resolve: () => definition });
  let deep: Record<string, unknown> = { n: 'wrong' };
  for (let level = 0; level < 500; level++) deep = { child: deep };
  expect(schema.validate(deep)).toHaveLength(1);
});

test('a value nested deeper than the stack is a BadRequest', () => {
  const definition: JsonSchema = { type: 'object', properties: { child: { $ref: '#/components/schemas/T' } } };
  const schema = compileSchema({ root: { $ref: '#/components/schemas/T' }, resolve: () => definition });
  let deep: Record<string, unknown> = { unknown: 1 };
  for (let level = 0; level < 100_000; level++) deep = { child: deep };
  expect(() => schema.prune(deep)).toThrow('exceeded max depth');
  expect(() => schema.validate(deep)).toThrow('exceeded max depth');
});

test('the fast check and the explanation agree on every value', () => {
  const schemas = letrec<{ schema: unknown }>((tie) => ({
    schema: oneof(
      { maxDepth: 3 },
      record({ type: constant('string'), maxLength: nat(4), enum: constantFrom(undefined, ['a', 'b']) }, { requiredKeys: ['type'] }),
      record(
        { type: constantFrom('integer', 'number'), minimum: nat(4), exclusiveMaximum: boolean(), maximum: nat(9) },
        { requiredKeys: ['type'] },
      ),
      record({ type: constant('array'), items: tie('schema'), minItems: nat(2), maxItems: nat(3) }, { requiredKeys: ['type', 'items'] }),
      record(
        {
          type: constant('object'),
          properties: record({ a: tie('schema'), b: tie('schema') }),
          required: constantFrom(['a'], []),
        },
        { requiredKeys: ['type'] },
      ),
      record({ anyOf: array(tie('schema'), { minLength: 1, maxLength: 2 }), not: tie('schema') }, { requiredKeys: ['anyOf'] }),
      record({ oneOf: array(tie('schema'), { minLength: 1, maxLength: 2 }), allOf: array(tie('schema'), { maxLength: 2 }) }),
    ),
  })).schema;
  const values = letrec((tie) => ({
    value: oneof(
      { maxDepth: 3 },
      constantFrom(null, true, 'a', 'abcde', 0, 3, 2.5),
      array(tie('value'), { maxLength: 4 }),
      dictionary(constantFrom('a', 'b', 'c'), tie('value')),
    ),
  })).value;
  assert(
    property(schemas, values, (schema, value) => {
      const { root } = compile(JSON.parse(JSON.stringify(schema)) as JsonSchema);
      expect(explain(value, root, { path: '', field: '' }).length === 0).toBe(isValid(value, root));
    }),
    { numRuns: 500 },
  );
});
