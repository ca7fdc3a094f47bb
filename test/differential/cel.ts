/**
 * Gives the same CEL expressions to two API servers, as rules of a custom kind: compares how each is refused when it does not compile or
 * costs too much, and what each gives on one object.
 *
 *   tsx test/differential/cel.ts --ours KUBECONFIG --theirs KUBECONFIG [--only THEME] [--show 100]
 */
import { parseArgs } from 'node:util';
import type { Json, JsonObject } from '../../src/apimachinery/meta/object.ts';
import { celCases, celObject, celSchema } from './cel-cases.ts';
import { judgeExpression } from './cel-judgements.ts';
import { createPair, until, type Who } from './pair.ts';

const { values: flags } = parseArgs({
  options: { ours: { type: 'string' }, theirs: { type: 'string' }, only: { type: 'string' }, show: { type: 'string', default: '100' } },
});
if (!flags.ours || !flags.theirs) throw new Error('usage: tsx test/differential/cel.ts --ours KUBECONFIG --theirs KUBECONFIG');
const pair = createPair({ ours: flags.ours, theirs: flags.theirs });

const group = 'cel.differential.example';
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const definition = (plural: string, spec: Json): JsonObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.${group}` },
  spec: {
    group,
    scope: 'Cluster',
    names: { plural, singular: plural, kind: `K${plural}`, listKind: `K${plural}List` },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: { spec } } } }],
  },
});

interface Rule {
  readonly rule: string;
  readonly message?: string;
}

interface Cause {
  readonly field?: string;
  readonly message: string;
  readonly reason: string;
}

const causesOf = (body: Json): readonly Cause[] =>
  ((body as { readonly details?: { readonly causes?: readonly Cause[] } } | null)?.details?.causes ?? []) as readonly Cause[];

/** The maximal sizes of a schema taken away: every estimate of a rule's cost shows. */
const unbounded = (value: Json): Json => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(unbounded);
  const kept = Object.entries(value).filter(([key]) => !['maxLength', 'maxItems', 'maxProperties'].includes(key));
  return Object.fromEntries(kept.map(([key, item]) => [key, unbounded(item as Json)]));
};

const level = (text: string): string =>
  text.replace(/^(Invalid value|Forbidden): (apiextensions\.ValidationRule)?\{.*?\}: /, '$1: ').replaceAll(/selfType[\w.@]*/g, 'selfType');

/** What a definition with these rules is refused for, by rule. */
const refusals = async (who: Who, schema: JsonObject, rules: readonly Rule[]): Promise<string[]> => {
  const body = definition('compiled', { ...schema, 'x-kubernetes-validations': rules as unknown as Json });
  const answer = await pair.send(who, 'POST', `${definitions}?dryRun=All`, body);
  const found: string[] = rules.map(() => '');
  for (const { field = '', message } of causesOf(answer.body)) {
    const index = /x-kubernetes-validations\[(\d+)\]\.(\w+)/.exec(field);
    if (index) found[Number(index[1])] += `${index[2]}: ${level(message)}\n`;
  }
  if (answer.code !== 201 && found.every((text) => text === '')) throw new Error(`${who}: ${answer.code} ${JSON.stringify(answer.body)}`);
  return found;
};

const counts = { compared: 0, different: 0, judged: 0 };
const compare = (what: string, expression: string, ours: string, theirs: string): void => {
  counts.compared += 1;
  if (ours === theirs) return;
  if (judgeExpression({ what, expression, ours, theirs }) !== undefined) {
    counts.judged += 1;
    return;
  }
  counts.different += 1;
  if (counts.different <= Number(flags.show)) console.log(`[${what}] ${expression}\n  ours   ${ours.trim()}\n  theirs ${theirs.trim()}`);
};

const chunks = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));

/** Compares refusals; the expressions that both take come back. */
const compile = async (what: string, schema: JsonObject, expressions: readonly string[], rule: (expression: string) => Rule) => {
  const taken: string[] = [];
  for (const chunk of chunks(expressions, 40)) {
    const rules = chunk.map(rule);
    const [ours, theirs] = await Promise.all([refusals('ours', schema, rules), refusals('theirs', schema, rules)]);
    for (const [index, expression] of chunk.entries()) {
      compare(what, expression, ours[index] ?? '', theirs[index] ?? '');
      if (!ours[index] && !theirs[index]) taken.push(expression);
    }
  }
  return taken;
};

const shown = (expression: string): string => `'%s'.format([${expression}])`;

/** A rule that fails with what the expression gives: no map has that key. */
const validation = (expression: string, index: number): Rule => ({
  rule: `{'=': true}[${shown(expression)}]`,
  message: `#${index}#`,
});

/** What each expression gives, or how it fails, by its number. */
const results = async (who: Who, plural: string, expressions: readonly string[]): Promise<string[]> => {
  const validations = expressions.map(validation);
  const made = await pair.send(
    who,
    'POST',
    definitions,
    definition(plural, { ...celSchema, 'x-kubernetes-validations': validations } as unknown as Json),
  );
  if (made.code !== 201) throw new Error(`${who}: ${JSON.stringify(made.body).slice(0, 1000)}`);
  const collection = `/apis/${group}/v1/${plural}`;
  await until(async () => (await pair.send(who, 'GET', collection)).code === 200);
  const body = { apiVersion: `${group}/v1`, kind: `K${plural}`, metadata: { name: 'x' }, spec: celObject };
  const answer = await pair.send(who, 'POST', collection, body);
  await pair.send(who, 'DELETE', `${definitions}/${plural}.${group}`);
  const found: string[] = expressions.map(() => '');
  for (const { message } of causesOf(answer.body)) {
    const index = /#(\d+)#/.exec(message);
    if (index) found[Number(index[1])] += level(message);
    else console.log(`${who}: without a number: ${message}`);
  }
  return found;
};

for (const [theme, all] of Object.entries(celCases)) {
  if (flags.only && !flags.only.split(',').includes(theme)) continue;
  const expressions = [...new Set(all)];
  await compile('compile', celSchema as unknown as JsonObject, expressions, (rule) => ({ rule }));
  const free = unbounded(celSchema as unknown as Json) as JsonObject;
  const costly = expressions.filter((expression) => /self|map|all|exists|range/.test(expression));
  await compile('cost', free, costly, (expression) => ({ rule: `${shown(expression)} == ''` }));
  const taken = await compile('shown', celSchema as unknown as JsonObject, expressions, (expression) => validation(expression, 0));
  for (const [index, chunk] of chunks(taken, 40).entries()) {
    const plural = `${theme}${index}s`;
    const [ours, theirs] = await Promise.all([results('ours', plural, chunk), results('theirs', plural, chunk)]);
    for (const [at, expression] of chunk.entries()) compare('result', expression, ours[at] ?? '', theirs[at] ?? '');
  }
  console.log(`${theme}: ${expressions.length} expressions, ${taken.length} evaluated`);
}
console.log(`${counts.compared} compared, ${counts.different} different, ${counts.judged} for a known reason`);
process.exitCode = counts.different === 0 ? 0 : 1;
pair.close();
