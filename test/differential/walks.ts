/**
 * Walks at random through the states of every kind on two API servers: creates an object with odd values, then changes one place or
 * several at once (by PUT, merge, strategic and JSON patches, and of the status), takes parts over from other objects of its kind, and
 * compares what is answered: code, order of causes, allocated values, defaults, generation, managed fields. What was taken stays, so that
 * the next change starts there. The same `--random` walks the same way again.
 *
 *   tsx test/differential/walks.ts --ours KUBECONFIG --theirs KUBECONFIG [--only KIND[,KIND]] [--steps 200] [--random 1] [--out FILE]
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { JsonObject } from '../../src/apimachinery/meta/object.ts';
import type { Answer } from './field-answers.ts';
import { readSeeds, removeSeed, type BuiltInSeed } from './field-seeds.ts';
import { tally } from './field-judgements.ts';
import { createPair, type Who } from './pair.ts';
import { judgeWalk } from './walk-judgements.ts';
import { compareAnswers, writesStatus } from './walk-answers.ts';
import { readAnswer, readsOf } from './walk-reads.ts';
import { randomly, stepsOf, type Step } from './walk-steps.ts';

const { values: flags } = parseArgs({
  options: {
    ours: { type: 'string' },
    theirs: { type: 'string' },
    only: { type: 'string' },
    steps: { type: 'string', default: '200' },
    random: { type: 'string', default: '1' },
    width: { type: 'string', default: '6' },
    out: { type: 'string' },
  },
});
const { ours, theirs, only, out } = flags;
if (!ours || !theirs) throw new Error('usage: tsx test/differential/walks.ts --ours KUBECONFIG --theirs KUBECONFIG');
const pair = createPair({ ours, theirs });
const servers = ['ours', 'theirs'] as const;
const namespaces = { common: 'walks', limited: 'walks-limited' };
const counts = { sent: 0, different: 0, unjudged: 0 };
const reasons: string[] = [];
if (out) writeFileSync(out, '');

type Own = Record<Who, JsonObject>;

/** How many steps an object lives for. */
const stepsOfOneLife = 12;

const bothAnswer = async (request: (who: Who) => Promise<Answer>): Promise<Record<Who, Answer>> => {
  const [our, their] = await Promise.all([request('ours'), request('theirs')]);
  return { ours: our, theirs: their };
};

/** True when both answered the same. */
const compare = (seed: BuiltInSeed, step: Step, answers: Record<Who, Answer>, old: Own | undefined): boolean => {
  counts.sent += 1;
  const { lines, only: merely } = compareAnswers(answers.ours, answers.theirs);
  if (lines.length === 0) return true;
  counts.different += 1;
  const entry = {
    seed: String(seed.object.metadata.name),
    kind: String(seed.object.kind),
    step: step.told,
    lines,
    ...(merely ? { merely } : {}),
  };
  const reason = judgeWalk(entry);
  if (reason === undefined) counts.unjudged += 1;
  else reasons.push(reason);
  if (out && (reason === undefined || merely)) appendFileSync(out, `${JSON.stringify({ ...entry, old: old?.theirs })}\n`);
  return answers.ours.code === answers.theirs.code && answers.ours.code >= 400;
};

/** What these say holds for all requests: they are only asked about. */
const rulers =
  /^(?:APIService|CustomResourceDefinition|FlowSchema|PriorityLevelConfiguration|\w+WebhookConfiguration|\w+AdmissionPolicy(?:Binding)?)$/;
const isRuler = ({ object }: BuiltInSeed): boolean => rulers.test(String(object.kind));

/** What is in a namespace depends on these. */
const limits = /^(?:LimitRange|ResourceQuota)$/;

const taken = ({ code }: Answer): boolean => code >= 200 && code < 300;

/** How often what was taken is read in every form. */
const readShare = 0.2;

/** The same object in every form. */
const compareReads = async (seed: BuiltInSeed, own: Own): Promise<void> => {
  for (const { path, accept } of readsOf(seed)) {
    const answers = await bothAnswer(async (who) => readAnswer(await pair.read(who, path, accept)));
    compare(
      seed,
      { told: `GET ${accept} ${path}`, apply: (object) => object, request: () => ({ method: 'GET', path, body: null }) },
      answers,
      own,
    );
  }
};

const current = async ({ item }: BuiltInSeed): Promise<Own> => {
  const { ours: our, theirs: their } = await bothAnswer((who) => pair.send(who, 'GET', item));
  return { ours: our.body as JsonObject, theirs: their.body as JsonObject };
};

/** One object from its creation to its end; how many steps it took. */
const live = async (seed: BuiltInSeed, others: readonly BuiltInSeed[], random: () => number): Promise<number> => {
  const steps = stepsOf(seed, others, random);
  for (const who of servers) await removeSeed((...request) => pair.send(who, ...request), seed);
  const creation = steps.create();
  let answers = await bothAnswer((who) =>
    pair.send(who, 'POST', `${seed.collection}${isRuler(seed) ? '?dryRun=All' : ''}`, creation.apply(seed.object as JsonObject)),
  );
  let alike = compare(seed, creation, answers, undefined);
  if (isRuler(seed) || (alike && !taken(answers.ours))) {
    answers = await bothAnswer((who) => pair.send(who, 'POST', seed.collection, seed.object as JsonObject));
    alike = compare(seed, { ...creation, told: 'create' }, answers, undefined);
  }
  if (!alike || !taken(answers.ours)) return 1;
  let own: Own = { ours: answers.ours.body as JsonObject, theirs: answers.theirs.body as JsonObject };
  let count = 1;
  for (; alike && count < stepsOfOneLife; count += 1) {
    if (writesStatus(String(seed.object.kind))) own = await current(seed);
    const step = steps.next(own.theirs);
    let before = own;
    const send = (who: Who): Promise<Answer> => {
      const { method, path: place, body, type } = step.request(before[who]);
      const path = `${place}${isRuler(seed) ? '?dryRun=All' : ''}`;
      return pair.send(who, method, path, body, type === undefined ? {} : { type });
    };
    answers = await bothAnswer(send);
    // Somebody else was faster: the server itself.
    for (let left = 5; left > 0 && (answers.ours.code === 409 || answers.theirs.code === 409); left -= 1) {
      before = await current(seed);
      answers = await bothAnswer(send);
    }
    alike = compare(seed, step, answers, before);
    if (isRuler(seed) || !taken(answers.ours) || !taken(answers.theirs)) continue;
    own = { ours: answers.ours.body as JsonObject, theirs: answers.theirs.body as JsonObject };
    if (random() < readShare) await compareReads(seed, own);
  }
  return count;
};

const walk = async (ofKind: readonly BuiltInSeed[]): Promise<void> => {
  const kind = String(ofKind[0]?.object.kind);
  const random = randomly(Number(flags.random), kind);
  const before = { ...counts };
  for (let done = 0; done < Number(flags.steps);) {
    const seed = ofKind[Math.floor(random() * ofKind.length)];
    if (seed) done += await live(seed, ofKind, random);
  }
  for (const seed of ofKind) for (const who of servers) await removeSeed((...request) => pair.send(who, ...request), seed);
  console.log(
    `${kind}: ${counts.different - before.different} different, ${counts.unjudged - before.unjudged} unjudged (and those beside it)`,
  );
};

for (const who of servers) {
  for (const namespace of Object.values(namespaces)) {
    await pair.send(who, 'POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
    await pair.send(who, 'POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, account);
  }
}
const isLimit = ({ object }: BuiltInSeed): boolean => limits.test(String(object.kind));
const seeds = [
  ...readSeeds(namespaces.common).filter((seed) => !isLimit(seed)),
  ...readSeeds(namespaces.limited).filter((seed) => isLimit(seed)),
];
const byKind = new Map<string, BuiltInSeed[]>();
for (const seed of seeds) {
  const { apiVersion, kind = '' } = seed.object;
  if (!only || only.split(',').includes(kind)) byKind.set(`${apiVersion} ${kind}`, [...(byKind.get(`${apiVersion} ${kind}`) ?? []), seed]);
}
const waiting = byKind.values();
const worker = async (): Promise<void> => {
  for (const ofKind of waiting) await walk(ofKind);
};
await Promise.all(Array.from({ length: Number(flags.width) }, worker));
for (const [reason, count] of tally(reasons)) console.log(`${count} judged: ${reason}`);
console.log(`${counts.sent} requests, ${counts.different} different, ${counts.unjudged} unjudged`);
process.exitCode = counts.unjudged === 0 ? 0 : 1;
pair.close();
