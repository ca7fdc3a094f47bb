import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { createHub } from './support/hub.ts';
import { startPulse } from './support/pulse.ts';
import type { Pulse } from './support/pulse.ts';
import { readAccess, send } from './support/raw-http.ts';
import type { Access, Answer, RawRequest } from './support/raw-http.ts';

const mebibyte = 2 ** 20;
const residentLimit = 1200 * mebibyte;
/** Loose: a busy machine holds everything up. What hangs, hangs for good. */
const waitLimitMilliseconds = 15_000;
/** CAUSEWAY_FUZZ_RUNS and CAUSEWAY_FUZZ_SEED: more of the random requests, and others. */
const numRuns = Number(process.env['CAUSEWAY_FUZZ_RUNS'] ?? 60);
const seed = Number(process.env['CAUSEWAY_FUZZ_SEED'] ?? 1);

const group = 'fuzz.example.com';
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const configMaps = '/api/v1/namespaces/default/configmaps';
const jsonType = { 'content-type': 'application/json' };
const yamlType = { 'content-type': 'application/yaml' };
const post = (body: unknown, headers: Record<string, string> = jsonType): RawRequest => ({
  method: 'POST',
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));
const kindOf = (plural: string): string => `${plural[0]?.toUpperCase()}${plural.slice(1)}`;
const definitionOf = (plural: string, schema: unknown, more: object = {}): object => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural, kind: kindOf(plural) },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema }, ...more }],
  },
});
const instanceOf = (plural: string, spec: unknown): object => ({
  apiVersion: `${group}/v1`,
  kind: kindOf(plural),
  metadata: { generateName: 'a-' },
  spec,
});
const nested = (depth: number): string => `${'{"a":'.repeat(depth)}[1]${'}'.repeat(depth)}`;
const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

describe('requests that no client should send', () => {
  const hub = createHub();
  let access: Access;
  let pulse: Pulse;
  let count = 0;

  const ask = async (path: string, request: RawRequest = {}): Promise<Answer> => {
    const answer = await send(access, path, request);
    expect(answer.code, JSON.stringify(answer.body).slice(0, 500)).toBeLessThan(500);
    return answer;
  };
  /** A definition with this schema below `spec`, and one instance of it, when it is taken. */
  const define = async (spec: unknown, value: unknown, more: object = {}): Promise<string> => {
    const plural = `fuzz${++count}s`;
    const path = `/apis/${group}/v1/namespaces/default/${plural}`;
    const made = await ask(definitions, post(definitionOf(plural, { type: 'object', properties: { spec } }, more)));
    if (made.code !== 201) return path;
    await eventually(async () => expect((await send(access, path)).code).toBe(200));
    await ask(path, post(instanceOf(plural, value)));
    return path;
  };

  beforeAll(async () => {
    await hub.up().ready;
    access = readAccess(hub.kubeconfig);
    pulse = await startPulse(access);
  });
  afterAll(async () => {
    const [longest, resident] = [pulse.longest(), hub.process().residentBytes()];
    await pulse.stop();
    if (process.env['CAUSEWAY_FUZZ_REPORT']) console.log(`longest wait of others ${longest} ms, ${resident / mebibyte} MiB`);
    expect(longest).toBeLessThan(waitLimitMilliseconds);
    expect(resident).toBeLessThan(residentLimit);
    expect(hub.process().stderr()).not.toMatch(/request failed|panic/);
    await hub.close();
  });

  test('values that nest, in every form', async () => {
    const path = await define(anything, {}, { additionalPrinterColumns: [{ name: 'A', type: 'string', jsonPath: '..a..a..a..a' }] });
    const plural = path.split('/').at(-1) ?? '';
    for (const depth of [300, 480, 1000, 9999]) {
      const body = JSON.stringify(instanceOf(plural, 0)).replace('"spec":0', `"spec":${nested(depth)}`);
      await ask(path, post(body));
    }
    for (const accept of ['application/yaml', 'application/json;as=Table;g=meta.k8s.io;v=v1', 'application/json']) {
      const answer = await send(access, path, { headers: { accept } });
      expect(answer.code).toBe(200);
    }
    await ask(path, { method: 'DELETE' });
  });

  test.each<[string, unknown, unknown]>([
    [
      'a default again and again',
      { type: 'array', items: { type: 'object', properties: { d: { type: 'string', default: 'x'.repeat(1e5) } } } },
      times(1e5, () => ({})),
    ],
    ['a pattern for a backtracking engine', { type: 'string', pattern: '^(a+)+$' }, `${'a'.repeat(1e5)}b`],
    ['a pattern of a long text', { type: 'string', pattern: 'a?'.repeat(2e4) + 'a'.repeat(2e4) }, 'a'.repeat(2e4)],
    ['repetitions of repetitions', { type: 'string', pattern: '((a{100}){100}){100}' }, 'a'.repeat(1e3)],
    [
      'formats of long texts',
      { type: 'object', properties: { d: { type: 'string', format: 'duration' }, e: { type: 'string', format: 'email' } } },
      { d: '1'.repeat(1e5), e: 'a.'.repeat(5e4) },
    ],
    ['a set of many', { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'integer' } }, times(5e4, (i) => i)],
    ['errors without end', { type: 'array', items: { type: 'integer' } }, times(1e5, () => 'x')],
    [
      'an expression that doubles',
      { type: 'object', properties: { s: { type: 'string' } }, 'x-kubernetes-validations': [{ rule: "self.s.replace('', self.s) == ''" }] },
      { s: 'a'.repeat(2e4) },
    ],
    [
      'an expression in an expression',
      {
        type: 'array',
        items: { type: 'string' },
        'x-kubernetes-validations': [{ rule: 'self.all(a, self.all(b, self.all(c, a + b + c != "")))' }],
      },
      times(500, String),
    ],
  ])('%s', async (_, schema, value) => {
    await define(schema, value);
  });

  test('bombs of YAML and JSON', async () => {
    const aliases = `a0: &a0 [x,x]\n${times(40, (i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`).join('\n')}`;
    for (const body of [aliases, '- '.repeat(1e5), 'a: b: c\n'.repeat(2e4), '[{'.repeat(1e5), `a: [${'x,'.repeat(1e5)}]`])
      await ask(configMaps, post(body, yamlType));
    const names = (more: object): object => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'bomb' }, ...more });
    for (const body of [
      names(Object.fromEntries(times(1e5, (i) => [`unknown${i}`, 1]))),
      names({ data: Object.fromEntries(times(1e5, (i) => [`!${i}`, ''])) }),
      names({ metadata: { name: 'A'.repeat(2e6) } }),
      names({
        metadata: { name: 'o', ownerReferences: times(1e4, (i) => ({ apiVersion: 'v1', kind: 'Pod', name: `p${i}`, uid: `u${i}` })) },
      }),
    ])
      await ask(configMaps, post(body));
  });

  test('selectors, tokens and options at random', async () => {
    const name = fc.constantFrom(
      'labelSelector',
      'fieldSelector',
      'continue',
      'limit',
      'timeoutSeconds',
      'resourceVersionMatch',
      'pretty',
      'dryRun',
    );
    const value = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('-1', '9'.repeat(30), 'a in (', '!'.repeat(5000), '__proto__=x', 'a=b,'.repeat(2000)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, value), { maxLength: 4 }), async (pairs) => {
        const query = pairs.map(([key, text]) => `${key}=${encodeURIComponent(Buffer.from(text).toString())}`).join('&');
        await ask(`${configMaps}?${query}`);
      }),
      { numRuns, seed },
    );
  });

  test('patches at random', async () => {
    const path = await define(anything, {});
    const plural = path.split('/').at(-1) ?? '';
    await ask(path, post({ ...instanceOf(plural, { a: [1, { b: 2 }] }), metadata: { name: 'here' } }));
    await ask(configMaps, post({ metadata: { name: 'here' }, data: { a: 'b' } }));
    const key = fc.constantFrom(
      'spec',
      'data',
      'metadata',
      'a',
      'labels',
      '$patch',
      '$retainKeys',
      '$setElementOrder/a',
      '$deleteFromPrimitiveList/a',
      '__proto__',
      'constructor',
      'finalizers',
      'managedFields',
      'ownerReferences',
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom<unknown>(null, true, 1, -1.5, 'x', 'delete', 'replace', ''),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    const pointer = fc.constantFrom(
      '',
      '/',
      '/spec',
      '/spec/a/0',
      '/spec/a/-',
      '/data/a',
      '/metadata',
      '/metadata/name',
      '/metadata/labels',
      '/__proto__/x',
      '/kind',
      '/a~1b',
    );
    const operation = fc.record(
      { op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test', 'x'), path: pointer, from: pointer, value },
      { requiredKeys: [] },
    );
    const patch = fc.oneof(
      fc.tuple(fc.constant('application/json-patch+json'), fc.array(operation, { maxLength: 4 })),
      fc.tuple(
        fc.constantFrom('application/merge-patch+json', 'application/strategic-merge-patch+json', 'application/apply-patch+yaml'),
        value,
      ),
    );
    await fc.assert(
      fc.asyncProperty(patch, fc.constantFrom(configMaps, path), async ([type, body], collection) => {
        await ask(`${collection}/here?fieldManager=fuzz&force=${type.includes('apply')}`, {
          method: 'PATCH',
          headers: { 'content-type': type },
          body: JSON.stringify(body),
        });
      }),
      { numRuns: numRuns * 3, seed },
    );
  });

  test('schemas at random, and instances of those that are taken', async () => {
    const { schema } = fc.letrec((tie) => ({
      schema: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom<unknown>(
          { type: 'string' },
          { type: 'integer', minimum: 1 },
          { 'x-kubernetes-int-or-string': true },
          { type: 'x' },
          {},
          anything,
        ),
        fc.record(
          { type: fc.constant('array'), items: tie('schema'), 'x-kubernetes-list-type': fc.constantFrom('set', 'map', 'atomic', 'x') },
          { requiredKeys: ['type'] },
        ),
        fc.record(
          {
            type: fc.constant('object'),
            properties: fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'constructor', 'metadata'), tie('schema'), {
              maxKeys: 3,
              noNullPrototype: true,
            }),
            default: fc.json().map((text) => JSON.parse(text) as unknown),
            required: fc.constant(['a']),
            nullable: fc.boolean(),
          },
          { requiredKeys: ['type'] },
        ),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(schema, fc.json(), async (spec, value) => void (await define(spec, JSON.parse(value)))),
      { numRuns: Math.ceil(numRuns / 3), seed },
    );
  });
});
