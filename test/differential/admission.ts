/**
 * Gives the same policies and webhooks to two API servers, sends both the same requests, and compares the answers, the warnings, and
 * every AdmissionReview that the webhooks were sent.
 *
 *   tsx test/differential/admission.ts --ours KUBECONFIG --theirs KUBECONFIG [--only NAME,NAME] [--show 60]
 */
import { Agent } from 'node:https';
import { parseArgs } from 'node:util';
import { encodeJson, parseJson } from '../../src/apimachinery/json/exact-json.ts';
import type { Json, JsonObject } from '../../src/apimachinery/meta/object.ts';
import { refusedObjects } from './admission-refusals.ts';
import { collectionOf, configMap, type AdmissionReview, type Probe, type Scenario } from './admission-scenario.ts';
import { policy, binding, policyScenarios } from './admission-policies.ts';
import { webhookScenarios } from './admission-webhooks.ts';
import { until } from './pair.ts';
import { differences, level, parseAnswer, unordered } from './raw-answers.ts';
import { readTarget, sendRaw, type RawAnswer } from './send-raw.ts';
import { createTlsServer } from './tls-server.ts';

const { values: flags } = parseArgs({
  options: { ours: { type: 'string' }, theirs: { type: 'string' }, only: { type: 'string' }, show: { type: 'string', default: '60' } },
});
if (!flags.ours || !flags.theirs) throw new Error('usage: tsx test/differential/admission.ts --ours KUBECONFIG --theirs KUBECONFIG');

type Who = 'ours' | 'theirs';
const both: readonly Who[] = ['ours', 'theirs'];
const agent = new Agent({ keepAlive: true });
const targets = { ours: readTarget(flags.ours), theirs: readTarget(flags.theirs) };
const run = Date.now().toString(36);

interface Call {
  readonly hook: string;
  readonly query: string;
  readonly review: AdmissionReview;
}
const calls: Record<Who, Call[]> = { ours: [], theirs: [] };
let active: Scenario | undefined;

// Webhooks are asked at /WHO/HOOK.
const hooks = await createTlsServer((path, body) => {
  const [, who = 'ours', hook = '', query = ''] = /^\/(\w+)\/([^?]*)(.*)$/.exec(path) ?? [];
  const review = parseJson(body) as AdmissionReview;
  calls[who as Who].push({ hook, query, review });
  const allowed = {
    json: { apiVersion: review['apiVersion'], kind: 'AdmissionReview', response: { uid: review.request.uid, allowed: true } },
  };
  const reply = active?.replies?.[hook];
  return reply ? reply(review) : allowed;
});

const namespaceOf = ({ name }: Scenario): string => `adm-${name}-${run}`;

const send = (who: Who, scenario: Scenario, { method, path, body, type, headers }: Probe): Promise<RawAnswer> => {
  const fill = (text: string): string =>
    text
      .replaceAll('$NS', namespaceOf(scenario))
      .replaceAll('$RUN', run)
      .replaceAll('$HOOKS', `${hooks.url}/${who}`)
      .replaceAll('$CA', hooks.caBundle);
  const bytes = body === undefined ? undefined : Buffer.from(fill(encodeJson(body)));
  return sendRaw(targets[who], { method, path: fill(path), type: bytes && (type ?? 'application/json'), body: bytes, headers }, agent);
};

const named = (scenario: Scenario, value: Json): Json =>
  unordered(
    level(
      parseJson(
        encodeJson(value)
          .replaceAll(namespaceOf(scenario), 'NS')
          .replaceAll(run, 'RUN')
          .replace(/127\.0\.0\.1:\d+\/(?:ours|theirs)/g, 'HOOKS')
          .replace(/(?<=Post \\"https:)[^"]*?\d\.\d:\d+->[^"]*/g, 'X')
          .replace(/"managedFields":\[.*?\}\](?=[,}])/g, '"managedFields":[]'),
      ),
    ),
  );

const compared = (scenario: Scenario, answer: RawAnswer): JsonObject => ({
  code: answer.code,
  warning: named(scenario, String(answer.headers['warning'] ?? '')),
  body: named(scenario, parseAnswer(answer)),
});

let sent = 0;
let different = 0;
const report = (scenario: Scenario, what: string, lines: readonly string[]): void => {
  sent += 1;
  if (lines.length === 0) return;
  different += 1;
  if (different > Number(flags.show)) return;
  console.log(`\n[${scenario.name}] ${what.slice(0, 400)}`);
  for (const line of lines.slice(0, 8)) console.log(`    ${line.slice(0, 900)}`);
};

const compareAnswers = async (scenario: Scenario, probe: Probe, { comparesCalls = true } = {}): Promise<void> => {
  calls.ours = [];
  calls.theirs = [];
  const [our, their] = await Promise.all([send('ours', scenario, probe), send('theirs', scenario, probe)]);
  const lines = differences(compared(scenario, our), compared(scenario, their));
  // Validating webhooks are asked all at once; controllers of one server are asked about too.
  const isOurs = ({ review: { request } }: Call): boolean => {
    const [{ username = '' }, old] = [request['userInfo'], request['oldObject']] as [
      { username?: string },
      { metadata?: JsonObject } | null,
    ];
    const isRoot = [request['name'], old?.metadata?.['name']].includes('kube-root-ca.crt');
    return request['namespace'] === namespaceOf(scenario) && !username.startsWith('system:') && !isRoot;
  };
  const own = (who: Who): Call[] => (comparesCalls ? calls[who].filter(isOurs) : []);
  const asked = (who: Who): JsonObject => ({
    order: own(who)
      .filter(({ hook }) => hook.startsWith('m'))
      .map(({ hook }) => hook),
    calls: own(who)
      .map((call) => named(scenario, call as unknown as JsonObject) as JsonObject)
      .toSorted((a, b) => (String(a['hook']) < String(b['hook']) ? -1 : 1)),
  });
  const reviews = differences(asked('ours'), asked('theirs'));
  report(scenario, `${probe.method} ${probe.path} ${encodeJson(probe.body ?? null)}`, [
    ...lines,
    ...reviews.map((line) => `asked ${line}`),
  ]);
};

/** Answers become the same within a few seconds, or are told. */
const settle = async (scenario: Scenario, probe: Probe): Promise<void> => {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const [our, their] = await Promise.all([send('ours', scenario, probe), send('theirs', scenario, probe)]);
    if (differences(compared(scenario, our), compared(scenario, their)).length === 0 || Date.now() > deadline) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
};

const create = async (scenario: Scenario, object: JsonObject): Promise<void> => {
  await compareAnswers(scenario, { method: 'POST', path: collectionOf(object), body: object }, { comparesCalls: false });
};

const scenarios = [...policyScenarios, ...webhookScenarios].filter(({ name }) => !flags.only || flags.only.split(',').includes(name));
for (const scenario of scenarios) {
  await create(scenario, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: '$NS', labels: { scenario: `${scenario.name}-$RUN`, ...scenario.labels } },
  });
  for (const object of [...(scenario.before ?? []), ...scenario.objects]) await create(scenario, object);
}

// What was configured last holds once what was configured before does.
const canary: Scenario = { name: 'canary', objects: [], probes: [] };
await create(canary, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: '$NS', labels: { scenario: 'canary-$RUN' } } });
for (const object of [policy('canary', { validations: [{ expression: 'false' }] }), binding('canary')]) await create(canary, object);
for (const who of both)
  await until(
    async () =>
      (await send(who, canary, { method: 'POST', path: '/api/v1/namespaces/$NS/configmaps?dryRun=All', body: configMap('c') })).code ===
      422,
  );
await new Promise((resolve) => setTimeout(resolve, 2000));

for (const scenario of scenarios) {
  active = scenario;
  let waits = false;
  for (const probe of scenario.probes) {
    if (waits) await settle(scenario, { ...probe, path: `${probe.path}${probe.path.includes('?') ? '&' : '?'}dryRun=All` });
    await compareAnswers(scenario, probe);
    waits = probe.changes ?? false;
  }
}

const statusOf = (answer: RawAnswer): Json => ((parseAnswer(answer) as JsonObject)['status'] ?? null) as Json;
for (const scenario of policyScenarios.filter((each) => scenarios.includes(each))) {
  for (const object of scenario.objects.filter(({ kind }) => kind === 'ValidatingAdmissionPolicy')) {
    const path = `${collectionOf(object)}/${(object['metadata'] as JsonObject)['name']}`;
    const checked = async (who: Who): Promise<Json> => {
      let status: Json = null;
      await until(
        async () =>
          ((status = statusOf(await send(who, scenario, { method: 'GET', path }))) as JsonObject | null)?.['observedGeneration'] !==
          undefined,
      );
      return named(scenario, status);
    };
    const [our, their] = await Promise.all([checked('ours'), checked('theirs')]);
    report(scenario, `status of ${path} ${encodeJson(object['spec'] ?? null)}`, differences(our, their));
  }
}

if (!flags.only || flags.only.includes('refusals')) {
  for (const object of refusedObjects)
    await compareAnswers(canary, { method: 'POST', path: `${collectionOf(object)}?dryRun=All`, body: object });
}

for (const who of both) {
  for (const scenario of [canary, ...scenarios]) {
    const cluster = scenario.objects.filter((object) => !collectionOf(object).includes('$NS'));
    const own = scenario === canary ? [policy('canary', {}), binding('canary')] : cluster;
    for (const object of own)
      await send(who, scenario, { method: 'DELETE', path: `${collectionOf(object)}/${(object['metadata'] as JsonObject)['name']}` });
    await send(who, scenario, { method: 'DELETE', path: `/api/v1/namespaces/${namespaceOf(scenario)}` });
  }
}
hooks.close();
agent.destroy();
console.log(`\n${sent} comparisons, ${different} different`);
process.exitCode = different === 0 ? 0 : 1;
