/**
 * Draws random CustomResourceDefinitions, from such as people write to wild ones, and gives them to two API servers: whether they are
 * accepted, in which words they are refused, what they become. Of those that are accepted it draws objects, valid and odd: how they are
 * defaulted, pruned, validated and judged by their rules, when they are created, changed, and changed after the schema was.
 *
 *   tsx test/differential/definitions.ts --ours KUBECONFIG --theirs KUBECONFIG [--count 400] [--kinds 40] [--objects 20] [--seed 1] [--show 20]
 *
 * `--kinds` definitions at most are created; the rest are dry runs.
 */
import { parseArgs } from 'node:util';
import { encodeJson } from '../../src/apimachinery/json/exact-json.ts';
import type { Json, JsonObject } from '../../src/apimachinery/meta/object.ts';
import { diceOf, type Dice } from './dice.ts';
import type { Answer } from './field-answers.ts';
import { createPair, until, type SendOptions, type Who } from './pair.ts';
import { pick, randomFrom } from './random.ts';
import { randomDefinition } from './random-definition.ts';
import { randomSchema, randomValue } from './random-schema.ts';
import { differences, level, unordered } from './raw-answers.ts';
import { randomEdits } from './vary.ts';

const { values: flags } = parseArgs({
  options: {
    ours: { type: 'string' },
    theirs: { type: 'string' },
    count: { type: 'string', default: '400' },
    kinds: { type: 'string', default: '40' },
    objects: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    show: { type: 'string', default: '20' },
  },
});
const { ours, theirs } = flags;
if (!ours || !theirs) throw new Error('usage: tsx test/differential/definitions.ts --ours KUBECONFIG --theirs KUBECONFIG');

const pair = createPair({ ours, theirs });
const both: readonly Who[] = ['ours', 'theirs'];
const random = randomFrom(Number(flags.seed));
const run = Date.now().toString(36);
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const count = { asked: 0, different: 0, unanswered: 0 };
const outcomes = new Map<string, number>();

/** Schemas in messages are Go's structs, and nested types have names of their own. */
const plain = (text: string): string =>
  text.replace(/Invalid value: \{"[^]*\}(: only|: |$)/, 'Invalid value: OBJECT$1').replace(/selfType\d+/g, 'selfType');

/** The reason why answers differ and stay so; docs/compatibility.md says it at length. */
const judge = (our: Answer, their: Answer): string | undefined => {
  if (our.code === 400 && their.code === 500) return "the mistake is the client's";
  return undefined;
};

const compared = ({ code, body, warning }: Answer): JsonObject => {
  const causes = ((body as { details?: { causes?: JsonObject[] } } | null)?.details?.causes ?? []).map(
    ({ field, reason, message }) => `${String(field)}: ${String(reason)}: ${plain(String(message))}`,
  );
  if (causes.length > 0) return { code, warning, causes: [...new Set(causes)].toSorted() };
  return { code, warning, body: unordered(level(body)) };
};

/** The kind whose objects are asked about, until it was printed. */
let kind: JsonObject | undefined;

interface Question {
  readonly label: string;
  readonly method: string;
  readonly path: string;
  readonly body?: Json | undefined;
  readonly options?: SendOptions | undefined;
}

/** Asks both, and prints how the answers differ; undefined when the original did not answer, as when it panics. */
const ask = async ({ label, method, path, body, options }: Question): Promise<Record<Who, Answer> | undefined> => {
  const [our, their] = await Promise.all(both.map((who) => pair.send(who, method, path, body, options)));
  if (!our || !their) throw new Error('two were asked');
  count.asked += 1;
  outcomes.set(`${label} ${their.code}`, (outcomes.get(`${label} ${their.code}`) ?? 0) + 1);
  if (their.code === 0) {
    count.unanswered += 1;
    return undefined;
  }
  const lines = judge(our, their) ? [] : differences(compared(our), compared(their));
  if (lines.length > 0 && ++count.different <= Number(flags.show)) {
    if (kind) console.log(`\nof ${encodeJson(kind).slice(0, 4000)}`);
    kind = undefined;
    console.log(`\n${method} ${path} ${options?.type ?? ''}\n    ${encodeJson(body ?? null).slice(0, 3000)}`);
    for (const line of lines.slice(0, 6)) console.log(`    ${line}`);
  }
  return { ours: our, theirs: their };
};

const schemaOf = (definition: JsonObject): JsonObject | undefined => {
  const { versions = [] } = definition['spec'] as { versions?: { name: string; schema?: { openAPIV3Schema?: JsonObject } }[] };
  return versions.find(({ name }) => name === 'v1')?.schema?.openAPIV3Schema;
};

const isServed = (definition: JsonObject): boolean => {
  const { conversion, versions } = definition['spec'] as { conversion?: JsonObject; versions: { name: string; served: boolean }[] };
  return (conversion?.['strategy'] ?? 'None') === 'None' && versions.some(({ name, served }) => name === 'v1' && served);
};

const metadataOf = ({ body }: Answer): JsonObject => (body as { metadata?: JsonObject } | null)?.metadata ?? {};

/** Objects of a kind that both servers have: created, then one of them changed. */
const tryObjects = async (dice: Dice, definition: JsonObject): Promise<void> => {
  kind = definition;
  const { group, scope, names } = definition['spec'] as { group: string; scope: string; names: { kind: string } };
  const schema = schemaOf(definition);
  const collection = `/apis/${group}/v1${scope === 'Namespaced' ? '/namespaces/default' : ''}/things`;
  for (const who of both) await until(async () => (await pair.send(who, 'GET', collection)).code === 200);
  const draw = (oddness: number): JsonObject => {
    const value = randomValue(dice, schema, { oddness });
    const fields = typeof value === 'object' && !Array.isArray(value) ? value : {};
    return { ...fields, apiVersion: `${group}/v1`, kind: names.kind, metadata: { name: 'x' } };
  };
  const item = `${collection}/x`;
  const change = async (label: string, base: JsonObject): Promise<void> => {
    const fields = randomEdits(base, random, 1 + dice.below(3))(base);
    const type = dice.pick(['application/json', 'application/merge-patch+json', 'application/apply-patch+yaml']);
    const path = type === 'application/apply-patch+yaml' ? `${item}?fieldManager=a&force=true` : item;
    await ask({ label: `${label} ${type}`, method: type === 'application/json' ? 'PUT' : 'PATCH', path, body: fields, options: { type } });
  };
  let present: JsonObject | undefined;
  for (let i = 0; i < Number(flags.objects) / 2; i++) {
    const body = draw(dice.pick([0, 0, 0.05, 0.2]));
    const path = `${collection}?${present ? 'dryRun=All&' : ''}fieldValidation=${dice.pick(['Warn', 'Strict'])}`;
    const answers = await ask({ label: 'create', method: 'POST', path, body: present ? { ...body, metadata: { name: `x${i}` } } : body });
    if (!present && answers?.ours.code === 201 && answers.theirs.code === 201) present = body;
  }
  if (!present) return;
  for (let i = 0; i < Number(flags.objects) / 2; i++) await change('change', present);
  // What was valid may no longer be: only what a change touches is judged anew.
  const path = `${definitions}/things.${group}`;
  const [version] = (definition['spec'] as { versions: JsonObject[] }).versions;
  const tighter = { ...schema, ...randomSchema(dice, 3, { isRoot: true }) };
  const versions = [{ ...version, schema: { openAPIV3Schema: tighter } }];
  const answers = await ask({
    label: 'new schema',
    method: 'PATCH',
    path,
    body: { spec: { versions } },
    options: { type: 'application/merge-patch+json' },
  });
  if (answers?.ours.code !== 200 || answers.theirs.code !== 200) return;
  kind = { ...definition, new: tighter };
  await ask({ label: 'read', method: 'GET', path: item });
  for (let i = 0; i < Number(flags.objects) / 2; i++) await change('ratchet', present);
};

let created = 0;
for (let i = 0; i < Number(flags.count); i++) {
  const dice = diceOf(random, pick(random, [0, 0.03, 0.1, 0.3, 1]));
  const definition = randomDefinition(dice, `r${i}-${run}.example.com`);
  const path = `${definitions}?dryRun=All&fieldManager=x`;
  const answers = await ask({ label: 'definition', method: 'POST', path, body: definition });
  if (answers?.ours.code !== 201 || answers.theirs.code !== 201 || !isServed(definition) || created >= Number(flags.kinds)) continue;
  created += 1;
  for (const who of both) await pair.send(who, 'POST', definitions, definition);
  await tryObjects(dice, definition).catch((error: unknown) => console.log(`${i}: ${String(error)}`));
  kind = undefined;
  for (const who of both) await pair.send(who, 'DELETE', `${definitions}/${String(metadataOf(answers.ours)['name'])}`);
}
pair.close();
console.log(Object.fromEntries([...outcomes].toSorted()));
console.log(
  `${count.asked} requests, ${created} kinds, ${count.different} different, ${count.unanswered} that the original did not answer`,
);
process.exitCode = count.different === 0 ? 0 : 1;
