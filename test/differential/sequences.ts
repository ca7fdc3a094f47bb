/**
 * Sends the same random sequences of writes to two API servers: several managers apply, update, patch and scale one object in all its
 * versions, with force or without, as a dry run, with hostile managedFields and preconditions. Whole answers are compared, ownership
 * included, and whether each write made a new version.
 *
 *   tsx test/differential/sequences.ts --ours KUBECONFIG --theirs KUBECONFIG [--steps 2000] [--seed 1] [--only KIND,KIND] [--show 20]
 */
import { Agent } from 'node:https';
import { parseArgs } from 'node:util';
import { encodeProtobuf } from '../../src/api/protobuf.ts';
import { encodeJson } from '../../src/apimachinery/json/exact-json.ts';
import type { Json, JsonObject, UnstructuredObject } from '../../src/apimachinery/meta/object.ts';
import { until } from './pair.ts';
import { randomFrom } from './random.ts';
import { differences, headersOf, level, parseAnswer, unordered } from './raw-answers.ts';
import { readTarget, sendRaw, type RawAnswer } from './send-raw.ts';
import { judgeSequence } from './sequence-judgements.ts';
import { randomStep, type Current, type SequenceStep } from './sequence-steps.ts';
import { convertReview, definitions, liveSubjects, type LiveSubject } from './sequence-subjects.ts';
import { createTlsServer } from './tls-server.ts';

const { values: flags } = parseArgs({
  options: {
    ours: { type: 'string' },
    theirs: { type: 'string' },
    steps: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    show: { type: 'string', default: '20' },
    trace: { type: 'boolean', default: false },
  },
});
const { ours, theirs, only } = flags;
if (!ours || !theirs) throw new Error('usage: tsx test/differential/sequences.ts --ours KUBECONFIG --theirs KUBECONFIG');

const agent = new Agent({ keepAlive: true });
const targets = { ours: readTarget(ours), theirs: readTarget(theirs) };
type Who = keyof typeof targets;
const both: readonly Who[] = ['ours', 'theirs'];
const namespace = `seq-${Date.now().toString(36)}`;
const random = randomFrom(Number(flags.seed));

const sendTo = (who: Who, { method, path, type, body, protobuf }: SequenceStep): Promise<RawAnswer> => {
  const bytes =
    body === undefined ? undefined : Buffer.from(protobuf ? encodeProtobuf(body as unknown as UnstructuredObject) : encodeJson(body));
  return sendRaw(targets[who], { method, path, type: bytes && (type ?? 'application/json'), body: bytes }, agent);
};

const json = (method: string, path: string, body?: Json): SequenceStep => ({ method, path, ...(body === undefined ? {} : { body }) });

interface State {
  readonly object: JsonObject | undefined;
  readonly version: string;
}

const versionOf = (body: Json): string => {
  const metadata = (body as JsonObject | null)?.['metadata'] as JsonObject | undefined;
  return String(metadata?.['resourceVersion'] ?? '');
};

/** Struct diffs and internal names of fields tell a client nothing. */
const plain = (text: string): string =>
  text.replace(/\n@@[\s\S]*$|\n$/, '').replace(/Invalid value: \{.*\}: (?=[a-z`])/, 'Invalid value: OBJECT: ');

/** A refusal by its causes, which say all that the message says; each of them once. */
const refusal = (body: JsonObject): Json => {
  const details = body['details'] as JsonObject | undefined;
  const causes = details?.['causes'];
  if (!Array.isArray(causes) || causes.length === 0) return body;
  const told = (causes as JsonObject[]).map((cause) => `${cause['field']}: ${cause['reason']}: ${plain(String(cause['message']))}`);
  return { ...body, message: '', details: { ...details, causes: [...new Set(told)].toSorted() } };
};

/** The answer, with the object's version told as the one before or a new one. */
const compared = (answer: RawAnswer, before: string): JsonObject => {
  const body = parseAnswer(answer);
  const version = versionOf(body);
  const told = unordered(level(body));
  return {
    code: answer.code,
    headers: level(headersOf(answer)),
    body: answer.code < 400 ? told : refusal(told as JsonObject),
    version: version === '' ? '' : version === before ? 'kept' : 'new',
  };
};

const item = ({ name, versions }: LiveSubject): string => `${versions[0]?.collection}/${name}`;

const read = async (who: Who, subject: LiveSubject): Promise<{ answer: RawAnswer; state: State }> => {
  const answer = await sendTo(who, json('GET', item(subject)));
  const body = parseAnswer(answer);
  return { answer, state: { object: answer.code === 200 ? (body as JsonObject) : undefined, version: versionOf(body) } };
};

/** Until neither server has it. */
const removeEverywhere = async (subject: LiveSubject): Promise<void> => {
  for (const who of both) {
    await until(async () => {
      const { state } = await read(who, subject);
      if (!state.object) return true;
      await sendTo(who, { ...json('PATCH', item(subject), { metadata: { finalizers: null } }), type: 'application/merge-patch+json' });
      const { code } = await sendTo(who, json('DELETE', `${item(subject)}?gracePeriodSeconds=0&propagationPolicy=Background`));
      return code === 404;
    });
  }
};

let sent = 0;
let different = 0;
let accepted = 0;
const outcomes = new Map<string, number>();
const count = (outcome: string): void => void outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);

const show = (subject: LiveSubject, number: number, step: SequenceStep, lines: readonly string[]): void => {
  different += 1;
  if (different > Number(flags.show)) return;
  const body = step.body === undefined ? '' : encodeJson(step.body);
  console.log(
    `\n[${subject.kind} ${number}] ${step.method} ${step.path} ${step.type ?? ''}${step.protobuf ? ' protobuf' : ''}\n    ${body.slice(0, 1200)}`,
  );
  // A refusal beside an answer: what was said, not all that is missing.
  const isRefusal = lines[0]?.startsWith('.code') ?? false;
  const shown = isRefusal ? lines.filter((line) => /^\S*\.(?:code|message|causes|details): /.test(line)) : lines;
  for (const line of shown.slice(0, 6)) console.log(`    ${line}`);
};

const states = new Map<LiveSubject, Readonly<Record<Who, State>>>();

const stateOf = async (subject: LiveSubject): Promise<Readonly<Record<Who, State>>> => {
  const known = states.get(subject);
  if (known) return known;
  await removeEverywhere(subject);
  return { ours: { object: undefined, version: '' }, theirs: { object: undefined, version: '' } };
};

const take = async (subject: LiveSubject, number: number): Promise<void> => {
  const before = await stateOf(subject);
  const make = randomStep(subject, random);
  const current = (who: Who): Current => ({ object: before[who].object, other: before[who === 'ours' ? 'theirs' : 'ours'].object });
  // The step is drawn from our own object, and said to each server in the words of its own.
  const steps = make(current('ours'), current('theirs'));
  const [our, their] = await Promise.all([sendTo('ours', steps.ours), sendTo('theirs', steps.theirs)]);
  sent += 1;
  count(`${steps.ours.label ?? steps.ours.method} ${their.code}`);
  if (flags.trace)
    console.log(number, steps.ours.method, steps.ours.path, our.code, encodeJson([before.theirs.object ?? null, steps.ours.body ?? null]));
  const lines = differences(compared(our, before.ours.version), compared(their, before.theirs.version));
  const [ourRead, theirRead] = await Promise.all([read('ours', subject), read('theirs', subject)]);
  const after = differences(compared(ourRead.answer, before.ours.version), compared(theirRead.answer, before.theirs.version));
  const all = [...lines, ...after.map((line) => `then ${line}`)];
  states.set(subject, { ours: ourRead.state, theirs: theirRead.state });
  if (all.length === 0) return;
  if (judgeSequence(subject, steps.theirs, all)) accepted += 1;
  else show(subject, number, steps.theirs, all);
  if (after.length > 0) states.delete(subject);
};

const webhook = await createTlsServer((_path, body) => ({ json: convertReview(body) }));
for (const who of both) {
  await sendTo(who, json('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }));
  for (const definition of definitions(webhook)) {
    const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${(definition['metadata'] as JsonObject)['name']}`;
    await sendTo(who, json('DELETE', path));
    await until(async () => (await sendTo(who, json('GET', path))).code === 404);
    await sendTo(who, json('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', definition));
  }
}
const subjects = liveSubjects(namespace).filter(({ kind }) => !only || only.split(',').includes(kind));
for (const subject of subjects.filter(({ isCustom }) => isCustom))
  for (const { collection } of subject.versions)
    for (const who of both) await until(async () => (await sendTo(who, json('GET', collection))).code === 200);

// Sequences go on for a while with one object before the next one's turn.
const lengthOfSequence = 25;
for (let number = 0; number < Number(flags.steps);) {
  const subject = subjects[Math.floor(random() * subjects.length)];
  if (!subject) throw new Error(`no kind is called ${only}`);
  for (let i = 0; i < lengthOfSequence && number < Number(flags.steps); i++) await take(subject, number++);
}
// Services would keep their ports from the next run.
for (const subject of subjects.filter(({ kind }) => kind === 'Service')) await removeEverywhere(subject);
for (const who of both) await sendTo(who, json('DELETE', `/api/v1/namespaces/${namespace}`));
webhook.close();
agent.destroy();
console.log(Object.fromEntries([...outcomes].toSorted()));
console.log(`${sent} steps, ${different} different, ${accepted} different for a known reason`);
process.exitCode = different === 0 ? 0 : 1;
