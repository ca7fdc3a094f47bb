/**
 * Takes a valid object of every kind, puts every odd value that its schema has room for into every place, and sends the results to two
 * API servers: created, updated and as status, always as a dry run. Compares code, message, causes and the object that is answered.
 *
 *   tsx test/differential/fields.ts --ours KUBECONFIG --theirs KUBECONFIG [--only KIND[,KIND]] [--mode create,update,status] [--out FILE]
 *     [--slice N/M]   only the Nth of M equal parts of the mutations, spread evenly
 *     [--empty]       only values that are empty, have something empty within, or are taken away
 */
import { writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { parseArgs } from 'node:util';
import type { Json, JsonObject } from '../../src/apimachinery/meta/object.ts';
import { SchemaNode } from '../../src/apimachinery/schema/schema-node.ts';
import { difference, keptStatus, leveled, type Answer } from './field-answers.ts';
import { hasEmpty, judge, tally, type Difference } from './field-judgements.ts';
import { readCustomSeeds, readSeeds, removeSeed, type Seed } from './field-seeds.ts';
import { misfits, mutations, type Mutation } from './mutate.ts';
import { until } from './pair.ts';
import { readTarget, sendRaw } from './send-raw.ts';

const { values: flags } = parseArgs({
  options: {
    ours: { type: 'string' },
    theirs: { type: 'string' },
    only: { type: 'string' },
    mode: { type: 'string', default: 'create,update,status' },
    out: { type: 'string' },
    slice: { type: 'string', default: '0/1' },
    empty: { type: 'boolean', default: false },
  },
});
const { ours, theirs, only } = flags;
if (!ours || !theirs) throw new Error('usage: tsx test/differential/fields.ts --ours KUBECONFIG --theirs KUBECONFIG');
const targets = { ours: readTarget(ours), theirs: readTarget(theirs) };
const agents = { ours: new Agent({ keepAlive: true, maxSockets: 8 }), theirs: new Agent({ keepAlive: true, maxSockets: 8 }) };
const namespace = 'fields';

const send = async (who: 'ours' | 'theirs', method: string, path: string, body?: JsonObject): Promise<Answer> => {
  const request = { method, path, ...(body ? { type: 'application/json', body: Buffer.from(JSON.stringify(body)) } : {}) };
  let answer = await sendRaw(targets[who], request, agents[who]);
  // A busy machine: no answer, or one too late.
  if (answer.code === 0 || answer.code === 504) answer = await sendRaw(targets[who], request, agents[who]);
  let parsed: Json;
  try {
    parsed = JSON.parse(answer.body.toString('utf8')) as Json;
  } catch {
    parsed = answer.body.toString('utf8');
  }
  return { code: answer.code, body: parsed, warning: answer.headers['warning'] ?? '' };
};

const setUp = async (): Promise<void> => {
  for (const who of ['ours', 'theirs'] as const) {
    await send(who, 'POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    await send(who, 'POST', `/api/v1/namespaces/${namespace}/serviceaccounts`, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default' },
    });
  }
};

const found: (Difference & { readonly reason?: string })[] = [];
const counts = { sent: 0, different: 0, unjudged: 0 };

const compare = async (seed: Seed, mode: string, mutation: Mutation | undefined, request: (who: 'ours' | 'theirs') => Promise<Answer>) => {
  const [our, their] = await Promise.all([request('ours'), request('theirs')]);
  counts.sent += 1;
  const lines = difference(leveled(our), leveled(their));
  if (lines.length === 0) return;
  counts.different += 1;
  const entry = {
    kind: seed.object.kind ?? '',
    mode,
    path: `${seed.object.metadata.name}${mutation?.path ?? ''}`,
    value: mutation?.value,
    lines,
  };
  const reason = judge(entry);
  if (reason === undefined) counts.unjudged += 1;
  found.push({ ...entry, ...(reason === undefined ? {} : { reason }) });
};

const [slice = 0, slices = 1] = flags.slice.split('/').map(Number);

/** The mutations that this run sends. */
function* wantedOf(all: Iterable<Mutation>): Generator<Mutation> {
  let index = 0;
  for (const mutation of all) {
    if (flags.empty && mutation.value !== undefined && !hasEmpty(mutation.value)) continue;
    if (index++ % slices === slice) yield mutation;
  }
}

function* chain<T>(...all: readonly Iterable<T>[]): Generator<T> {
  for (const each of all) yield* each;
}

const inParallel = async <T>(items: Iterable<T>, run: (item: T) => Promise<void>, width = 8): Promise<void> => {
  const iterator = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = iterator.next(); !next.done; next = iterator.next()) await run(next.value);
  };
  await Promise.all(Array.from({ length: width }, worker));
};

const remove = async (seed: Seed): Promise<void> => {
  for (const who of ['ours', 'theirs'] as const) await removeSeed((...request) => send(who, ...request), seed);
};

const create = async (seed: Seed): Promise<void> => {
  const node = new SchemaNode(seed.definition.schema().root, seed.definition.schema());
  const path = `${seed.collection}?dryRun=All`;
  await remove(seed);
  await compare(seed, 'seed', undefined, (who) => send(who, 'POST', path, seed.object as JsonObject));
  const odd = mutations(node, seed.object as Json);
  await inParallel(wantedOf(seed.custom ? chain(odd, misfits(seed.object as Json)) : odd), (mutation) =>
    compare(seed, 'create', mutation, (who) => send(who, 'POST', path, mutation.apply(seed.object as JsonObject))),
  );
};

/** Both servers get the seed for good; each one's own object is then changed. Immutable places show here. */
const update = async (seed: Seed, part: 'update' | 'status'): Promise<void> => {
  const source = seed.definition.schema();
  const node = new SchemaNode(source.root, source);
  const own: Partial<Record<'ours' | 'theirs', JsonObject>> = {};
  const { item } = seed;
  await remove(seed);
  for (const who of ['ours', 'theirs'] as const) {
    await send(who, 'POST', seed.collection, seed.object as JsonObject);
    own[who] = (await send(who, 'GET', item)).body as JsonObject;
  }
  if (own.ours?.['kind'] !== seed.object.kind || own.theirs?.['kind'] !== seed.object.kind) {
    console.error(`not created: ${item} ${JSON.stringify(own).slice(0, 500)}`);
    return;
  }
  const path = `${item}${part === 'status' ? '/status' : ''}?dryRun=All`;
  const status = node.property('status');
  const changes =
    part === 'update' ? mutations(node, own.theirs as Json) : status ? mutations(status, own.theirs['status'], ['status'], 2) : [];
  const strange = seed.custom ? misfits(part === 'update' ? own.theirs : own.theirs['status'], part === 'update' ? [] : ['status']) : [];
  await inParallel(wantedOf(chain(changes, strange)), (mutation) =>
    compare(seed, part, mutation, async (who) => {
      const answer = await send(who, 'PUT', path, mutation.apply(own[who] ?? {}));
      if (answer.code !== 409) return part === 'update' ? keptStatus(answer, own[who]?.['status']) : answer;
      own[who] = (await send(who, 'GET', item)).body as JsonObject;
      return send(who, 'PUT', path, mutation.apply(own[who] ?? {}));
    }),
  );
  await remove(seed);
};

await setUp();
const wanted = only?.split(',');
const custom = readCustomSeeds(namespace);
const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
for (const who of ['ours', 'theirs'] as const) {
  for (const definition of custom.definitions) await send(who, 'POST', definitions, definition as JsonObject);
  for (const seed of custom.seeds) await until(async () => (await send(who, 'GET', seed.collection)).code === 200);
}
for (const seed of [...readSeeds(namespace), ...custom.seeds]) {
  if (wanted && !wanted.includes(seed.object.kind ?? '') && !wanted.includes(seed.object.metadata.name ?? '')) continue;
  const before = { ...counts };
  if (flags.mode.includes('create')) await create(seed);
  if (flags.mode.includes('update')) await update(seed, 'update');
  if (flags.mode.includes('status') && seed.definition.subresources.some(({ name }) => name === 'status')) await update(seed, 'status');
  console.log(
    `${seed.object.kind}/${seed.object.metadata.name}: ${counts.sent - before.sent} requests, ${counts.different - before.different} different, ${counts.unjudged - before.unjudged} unjudged`,
  );
}
if (flags.out) writeFileSync(flags.out, found.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
for (const [reason, count] of tally(found.flatMap((entry) => entry.reason ?? []))) console.log(`${count} judged: ${reason}`);
console.log(`${counts.sent} requests, ${counts.different} different, ${counts.unjudged} unjudged`);
process.exitCode = counts.unjudged === 0 ? 0 : 1;
