/**
 * Sends random sequences of applies and updates to a real API server and asks our own apply the same questions about the objects
 * that the server holds: field ownership, conflicts and merged objects must agree.
 *
 *   tsx test/differential/apply.ts --server https://127.0.0.1:PORT --token TOKEN [--steps 300] [--seed 1]
 */
import { request } from 'node:https';
import { parseArgs } from 'node:util';
import { schemaSource } from '../../src/api/definitions.ts';
import { applyPatch } from '../../src/apimachinery/apply/apply-patch.ts';
import { excludeFields } from '../../src/apimachinery/apply/field-filters.ts';
import { lastAppliedAnnotation } from '../../src/apimachinery/apply/last-applied.ts';
import { trackUpdate } from '../../src/apimachinery/apply/track-update.ts';
import type { FieldFilter } from '../../src/apimachinery/apply/versions.ts';
import { jsonEqual } from '../../src/apimachinery/equality/json-equal.ts';
import { isStatusError } from '../../src/apimachinery/errors/status-error.ts';
import type { Json, JsonObject } from '../../src/apimachinery/meta/object.ts';
import { decodePatch, patchTypes } from '../../src/apimachinery/patch/patch-request.ts';
import type { SchemaSource } from '../../src/apimachinery/schema/json-schema.ts';
import { subjects, type Subject } from './apply-subjects.ts';
import { pick as pickFrom, randomFrom } from './random.ts';

const { values: flags } = parseArgs({
  options: {
    server: { type: 'string' },
    token: { type: 'string' },
    steps: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    show: { type: 'string', default: '3' },
  },
});
if (!flags.server || !flags.token) throw new Error('usage: tsx test/differential/apply.ts --server URL --token TOKEN');
const [server, token] = [flags.server, flags.token];

interface Answer {
  readonly code: number;
  readonly body: JsonObject;
}

const send = (method: string, path: string, options: { type?: string; body?: Json | undefined } = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': options.type ?? 'application/json', 'user-agent': 'differential' };
    const outgoing = request(new URL(path, server), { method, headers, rejectUnauthorized: false }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      incoming.on('end', () =>
        resolve({ code: incoming.statusCode ?? 0, body: (text.startsWith('{') ? JSON.parse(text) : {}) as JsonObject }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(options.body === undefined ? undefined : JSON.stringify(options.body));
  });

const random = randomFrom(Number(flags.seed));
const pick = <T>(items: readonly T[]): T => pickFrom(random, items);

const metadataOf = (object: JsonObject): JsonObject => object['metadata'] as JsonObject;
const withoutTimes = (entries: Json | undefined): Json =>
  ((entries ?? []) as JsonObject[])
    .map((entry): JsonObject => ({ ...entry, time: '' }))
    .toSorted((a, b) =>
      JSON.stringify([a['operation'], a['manager'], a['apiVersion'], a['subresource']]) <
      JSON.stringify([b['operation'], b['manager'], b['apiVersion'], b['subresource']])
        ? -1
        : 1,
    );

const isZero = (value: Json): boolean =>
  typeof value === 'object' && value !== null
    ? Object.values(value).every(isZero)
    : value === null || value === 0 || value === '' || value === false;

/** Where `whole` does not have what `part` has: defaults may come on top, values that Go leaves out may be missing. */
const firstMissing = (part: Json, whole: Json | undefined, path = ''): string | undefined => {
  if (whole === undefined || whole === null) return isZero(part) ? undefined : path;
  if (typeof part !== 'object' || part === null || typeof whole !== 'object') return part === whole ? undefined : path;
  if (Array.isArray(part) && (!Array.isArray(whole) || part.length !== whole.length)) return path;
  for (const key of Object.keys(part)) {
    // A replaced list keeps its items as they are; decoding drops the directive as an unknown field.
    if (key.startsWith('$')) continue;
    const missing = firstMissing((part as JsonObject)[key] ?? null, (whole as JsonObject)[key], `${path}.${key}`);
    if (missing !== undefined) return missing;
  }
  return undefined;
};

/** Conflicts come in any order from a Go map. */
const sorted = (text: Json | undefined): string[] => String(text).split('\n').toSorted();

/** What the steps came to, to see that a run was worth something. */
const outcomes = new Map<string, number>();
const count = (outcome: string): void => void outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);

const problems: string[] = [];
const report = (step: number, what: string, details: JsonObject): void => {
  problems.push(`step ${step}: ${what}\n${JSON.stringify(details, null, 1)}`);
  if (problems.length <= Number(flags.show)) console.log(problems.at(-1));
};

const schemaOf = (subject: Subject): SchemaSource => subject.schema ?? schemaSource(subject.definition ?? '');

/** How one write is tracked: the request's side of WriteContext. */
const contextOf = (subject: Subject, manager: string, subresource: string) => {
  const mainFilter = subject.hasStatus ? excludeFields(['status']) : undefined;
  const filter: FieldFilter | undefined = subresource === 'status' ? excludeFields(['spec'], ['metadata']) : mainFilter;
  return {
    manager,
    subresource,
    apiVersion: subject.apiVersion,
    time: '2026-01-01T00:00:00Z',
    ...(filter ? { filter } : {}),
    kind: { schema: (version: string) => (version === subject.apiVersion ? schemaOf(subject) : undefined) },
  };
};

async function stepApply(step: number, subject: Subject): Promise<void> {
  const manager = pick(['kubectl', 'alice', 'bob']);
  const force = random() < 0.4;
  const config = subject.config(random);
  const metadata: JsonObject = { ...(config['metadata'] as JsonObject | undefined), name: subject.name };
  const patch: JsonObject = { apiVersion: subject.apiVersion, kind: subject.kind, ...config, metadata };
  const before = await send('GET', `${subject.path}/${subject.name}`);
  const live = before.code === 200 ? before.body : undefined;
  const answer = await send('PATCH', `${subject.path}/${subject.name}?fieldManager=${manager}&force=${force}`, {
    type: 'application/apply-patch+yaml',
    body: patch,
  });
  let ours: ReturnType<typeof applyPatch> | undefined;
  let message = '';
  try {
    ours = applyPatch({ ...contextOf(subject, manager, ''), live, patch: structuredClone(patch), force });
  } catch (error) {
    if (!isStatusError(error)) throw error;
    message = error.message;
  }
  const theirs = answer.body;
  count(`apply ${answer.code}`);
  if (answer.code >= 300) {
    if (answer.code === 422) return;
    if (!jsonEqual(sorted(theirs['message']), sorted(message)))
      report(step, 'refusals differ', { manager, force, patch, theirs: theirs['message'] ?? '', ours: message });
    return;
  }
  if (!ours) {
    report(step, 'only we refuse', { manager, force, patch, live: live ?? null, ours: message });
    return;
  }
  const [theirFields, ourFields] = [withoutTimes(metadataOf(theirs)['managedFields']), withoutTimes(ours.managedFields as unknown as Json)];
  if (!jsonEqual(theirFields, ourFields))
    report(step, 'ownership after apply differs', { manager, force, patch, live: live ?? null, theirs: theirFields, ours: ourFields });
  const { managedFields: _, generation: __, resourceVersion: ___, ...merged } = metadataOf(ours.object);
  const missing = firstMissing({ ...ours.object, metadata: merged }, theirs);
  if (missing !== undefined)
    report(step, `objects after apply differ at ${missing}`, { manager, force, patch, live: live ?? null, theirs, ours: ours.object });
}

async function stepPatch(step: number, subject: Subject): Promise<void> {
  const manager = pick(['carol', 'dave', 'alice']);
  const type = pick(
    subject.schema ? ['application/merge-patch+json'] : ['application/merge-patch+json', 'application/strategic-merge-patch+json'],
  );
  const subresource = subject.hasStatus && random() < 0.25 ? 'status' : '';
  let config = random() < 0.3 ? withLastApplied(subject, subject.config(random)) : subject.config(random);
  if (subject.directives && patchTypes[type] === 'strategic' && random() < 0.7) config = subject.directives(random, config);
  const body: JsonObject =
    subresource === 'status'
      ? (subject.status?.(random) ?? {})
      : random() < 0.15
        ? { metadata: { managedFields: pick<Json>([[], [{}]]) } }
        : config;
  const before = await send('GET', `${subject.path}/${subject.name}`);
  if (before.code !== 200) return;
  const suffix = subresource === '' ? '' : `/${subresource}`;
  const answer = await send('PATCH', `${subject.path}/${subject.name}${suffix}?fieldManager=${manager}`, { type, body });
  count(`patch ${subresource} ${answer.code}`);
  if (answer.code === 422) return;
  const decoded = decodePatch(JSON.stringify(body), { type: patchTypes[type] ?? 'merge', schema: schemaOf(subject) });
  let patched: JsonObject;
  try {
    patched = decoded.apply(before.body);
  } catch (error) {
    if (!isStatusError(error)) throw error;
    if (answer.code < 300 || error.message !== answer.body['message']) {
      report(step, 'refusals of a patch differ', {
        body,
        live: before.body,
        theirs: answer.body['message'] ?? answer.code,
        ours: error.message,
      });
    }
    return;
  }
  if (answer.code >= 300) {
    report(step, 'only they refuse a patch', { body, live: before.body, theirs: answer.body });
    return;
  }
  const { managedFields: _, ...theirMetadata } = metadataOf(answer.body);
  const requested = metadataOf(patched)['managedFields'];
  const next = { ...answer.body, metadata: { ...theirMetadata, ...(requested === undefined ? {} : { managedFields: requested }) } };
  const ours = trackUpdate({ ...contextOf(subject, manager, subresource), old: before.body, new: next });
  const [theirFields, ourFields] = [withoutTimes(metadataOf(answer.body)['managedFields']), withoutTimes((ours ?? []) as unknown as Json)];
  if (!jsonEqual(theirFields, ourFields))
    report(step, `ownership after ${type} differs`, {
      manager,
      subresource,
      body,
      live: before.body,
      theirs: theirFields,
      ours: ourFields,
    });
  if (subresource === '') {
    const { managedFields: _m, generation: _g, resourceVersion: _r, ...metadata } = metadataOf(patched);
    const missing = firstMissing({ ...patched, metadata }, answer.body);
    if (missing !== undefined)
      report(step, `objects after ${type} differ at ${missing}`, { body, live: before.body, theirs: answer.body, ours: patched });
  }
}

/** What kubectl apply does client-side: the configuration in the annotation, and a patch. */
const withLastApplied = (subject: Subject, config: JsonObject): JsonObject => {
  const metadata = (config['metadata'] ?? {}) as JsonObject;
  const applied = { apiVersion: subject.apiVersion, kind: subject.kind, ...config, metadata: { ...metadata, name: subject.name } };
  const annotations = { ...(metadata['annotations'] as JsonObject | undefined), [lastAppliedAnnotation]: JSON.stringify(applied) };
  return { ...config, metadata: { ...metadata, annotations } };
};

async function stepCreate(step: number, subject: Subject): Promise<void> {
  await send('DELETE', `${subject.path}/${subject.name}`);
  if (random() < 0.5) return;
  const body: JsonObject = { apiVersion: subject.apiVersion, kind: subject.kind, ...subject.config(random) };
  body['metadata'] = { ...(body['metadata'] as JsonObject | undefined), name: subject.name };
  const answer = await send('POST', `${subject.path}?fieldManager=creator`, { body });
  if (answer.code >= 300) return;
  const { managedFields: theirs, ...metadata } = metadataOf(answer.body);
  const spec: JsonObject = { ...(answer.body['spec'] as JsonObject | undefined) };
  for (const field of subject.allocated ?? []) delete spec[field];
  const created = { ...answer.body, ...(answer.body['spec'] ? { spec } : {}), metadata };
  const ours = trackUpdate({ ...contextOf(subject, 'creator', ''), old: undefined, new: created });
  if (!jsonEqual(withoutTimes(theirs), withoutTimes((ours ?? []) as unknown as Json)))
    report(step, 'ownership after create differs', {
      body,
      theirs: withoutTimes(theirs),
      ours: withoutTimes((ours ?? []) as unknown as Json),
    });
}

for (const subject of subjects) {
  if (subject.definitionBody) {
    await send('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', { body: subject.definitionBody });
    for (let tries = 0; tries < 100 && (await send('GET', subject.path)).code !== 200; tries++)
      await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
const steps = Number(flags.steps);
for (let step = 0; step < steps; step++) {
  const subject = pick(subjects);
  const choice = random();
  if (choice < 0.08) await stepCreate(step, subject);
  else if (choice < 0.6) await stepApply(step, subject);
  else await stepPatch(step, subject);
}
console.log(Object.fromEntries(outcomes));
console.log(`${steps} steps, ${problems.length} differences`);
process.exitCode = problems.length === 0 ? 0 : 1;
