/**
 * Gives the same policies and webhooks to two API servers, sends both the same requests, and compares the answers, the warnings, and
 * every AdmissionReview that the webhooks were sent.
 *
 *   tsx test/differential/admission.ts --ours KUBECONFIG --theirs KUBECONFIG [--only REGEXP] [--show 60]
 *     [--our-audit FILE --their-audit FILE]      audit logs of level Request, whose annotations are compared too
 *
 * kube-controller-manager runs beside the other server, for the status of policies (CONTROLLERS=validatingadmissionpolicy-status-controller).
 */
import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { parseArgs } from 'node:util';
import { encodeJson, parseJson } from '../../src/apimachinery/json/exact-json.ts';
import type { Json, JsonObject } from '../../src/apimachinery/meta/object.ts';
import { refusedObjects } from './admission-refusals.ts';
import { collectionOf, configMap, type AdmissionReview, type Probe, type Scenario } from './admission-scenario.ts';
import { policy, binding, policyScenarios } from './admission-policies.ts';
import { webhookScenarios } from './admission-webhooks.ts';
import { budgetScenarios } from './admission-budgets.ts';
import { customScenarios } from './admission-custom.ts';
import { requestScenarios } from './admission-requests.ts';
import { until } from './pair.ts';
import { differences, level, parseAnswer, unordered } from './raw-answers.ts';
import { readTarget, sendRaw, type RawAnswer } from './send-raw.ts';
import { createTlsServer } from './tls-server.ts';

const { values: flags } = parseArgs({
  options: {
    ours: { type: 'string' },
    theirs: { type: 'string' },
    only: { type: 'string' },
    show: { type: 'string', default: '60' },
    'our-audit': { type: 'string' },
    'their-audit': { type: 'string' },
  },
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

let asked = 0;
/** Requests whose audit annotations are compared, by the identity that both servers log. */
const audited = new Map<string, { readonly scenario: Scenario; readonly what: string }>();

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

/** Who scaled an object has no time there: judged. */
const untimed = (value: Json): Json => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(untimed);
  const entries = Object.entries(value).filter(([key]) => key !== 'time' || value['subresource'] !== 'scale');
  return Object.fromEntries(entries.map(([key, item]) => [key, untimed(item)]));
};

const named = (scenario: Scenario, value: Json): Json =>
  untimed(
    unordered(
      level(
        parseJson(
          encodeJson(value)
            .replaceAll(namespaceOf(scenario), 'NS')
            .replaceAll(run, 'RUN')
            .replace(/127\.0\.0\.1:\d+\/(?:ours|theirs)/g, 'HOOKS')
            .replace(/user (?:kubernetes-)?admin /g, 'user ADMIN ')
            .replace(/"eyJ[\w.-]+"/g, '"TOKEN"')
            .replace(/(?<=Post \\"https:)[^"]*?\d\.\d:\d+->[^"]*/g, 'X'),
        ),
      ),
    ),
  );

const warnings = (text: string, { isUnordered }: Scenario): string => {
  const header = text.replace(/user (?:kubernetes-)?admin /g, 'user ADMIN ');
  return isUnordered
    ? header
        .split(/, (?=299 )/)
        .toSorted()
        .join(', ')
    : header;
};

const compared = (scenario: Scenario, answer: RawAnswer): JsonObject => ({
  code: answer.code,
  warning: named(scenario, warnings(String(answer.headers['warning'] ?? ''), scenario)),
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
  for (const line of lines.slice(0, 8)) console.log(`    ${line.slice(0, 2500)}`);
};

/** While scenarios are set up, policies for everything come into force here and there: neither warnings nor calls are compared then. */
const compareAnswers = async (scenario: Scenario, probe: Probe, { isSetup = false } = {}): Promise<void> => {
  calls.ours = [];
  calls.theirs = [];
  const what = `${probe.method} ${probe.path} ${encodeJson(probe.body ?? null)}`;
  const id = `${run}-${asked++}`;
  if (!isSetup) audited.set(id, { scenario, what });
  const logged: Probe = { ...probe, headers: { ...probe.headers, 'audit-id': id } };
  const [our, their] = await Promise.all([send('ours', scenario, logged), send('theirs', scenario, logged)]);
  const seen = (answer: RawAnswer): JsonObject => ({ ...compared(scenario, answer), ...(isSetup ? { warning: '' } : {}) });
  const lines = differences(seen(our), seen(their));
  // Validating webhooks are asked all at once; controllers of one server are asked about too.
  const isOurs = ({ review: { request } }: Call): boolean => {
    const [{ username = '' }, old] = [request['userInfo'], request['oldObject']] as [
      { username?: string },
      { metadata?: JsonObject } | null,
    ];
    const isRoot = [request['name'], old?.metadata?.['name']].includes('kube-root-ca.crt');
    return request['namespace'] === namespaceOf(scenario) && !username.startsWith('system:') && !isRoot;
  };
  const own = (who: Who): Call[] => (isSetup ? [] : calls[who].filter(isOurs));
  const reviewed = (who: Who): JsonObject => ({
    order: own(who)
      .filter(({ hook }) => hook.startsWith('m'))
      .map(({ hook }) => hook),
    calls: own(who)
      .map((call) => named(scenario, call as unknown as JsonObject) as JsonObject)
      .toSorted((a, b) => (String(a['hook']) < String(b['hook']) ? -1 : 1)),
  });
  const reviews = differences(reviewed('ours'), reviewed('theirs'));
  report(scenario, what, [...lines, ...reviews.map((line) => `asked ${line}`)]);
};

/** Answers become the same within a few seconds, or are told. */
const settle = async (scenario: Scenario, probe: Probe): Promise<void> => {
  const deadline = Date.now() + 40_000;
  for (;;) {
    const [our, their] = await Promise.all([send('ours', scenario, probe), send('theirs', scenario, probe)]);
    if (differences(compared(scenario, our), compared(scenario, their)).length === 0 || Date.now() > deadline) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
};

const create = async (scenario: Scenario, object: JsonObject): Promise<void> => {
  await compareAnswers(scenario, { method: 'POST', path: collectionOf(object), body: object }, { isSetup: true });
};

const scenarios = [...policyScenarios, ...budgetScenarios, ...webhookScenarios, ...customScenarios, ...requestScenarios].filter(
  ({ name }) => !flags.only || new RegExp(`^(?:${flags.only})$`).test(name),
);
for (const scenario of scenarios) {
  await create(scenario, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: '$NS', labels: { scenario: `${scenario.name}-$RUN`, ...scenario.labels } },
  });
  for (const object of scenario.before ?? []) await create(scenario, object);
}
// kube-controller-manager asks for new kinds twice a minute.
if (scenarios.some(({ before = [] }) => before.some(({ kind }) => kind === 'CustomResourceDefinition')))
  await new Promise((resolve) => setTimeout(resolve, 35_000));
for (const scenario of scenarios) for (const object of scenario.objects) await create(scenario, object);

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

interface Checked extends JsonObject {
  readonly code: number;
  readonly status: Json;
}
/** The status of a policy once its expressions were checked; a policy that was refused has none. */
const checkedStatus = async (who: Who, scenario: Scenario, path: string): Promise<Checked> => {
  let found: Checked = { code: 0, status: null };
  await until(async () => {
    const answer = await send(who, scenario, { method: 'GET', path });
    const { status = null } = parseAnswer(answer) as { status?: Json };
    found = { code: answer.code, status: answer.code === 200 ? named(scenario, status) : null };
    return answer.code === 404 || (status as JsonObject | null)?.['observedGeneration'] !== undefined;
  });
  return found;
};
for (const scenario of [...policyScenarios, ...customScenarios].filter((each) => scenarios.includes(each))) {
  for (const object of scenario.objects.filter(({ kind }) => kind === 'ValidatingAdmissionPolicy')) {
    const path = `${collectionOf(object)}/${(object['metadata'] as JsonObject)['name']}`;
    const [our, their] = await Promise.all(both.map((who) => checkedStatus(who, scenario, path)));
    report(scenario, `status of ${path} ${encodeJson(object['spec'] ?? null)}`, differences(our ?? null, their ?? null));
  }
}

if (!flags.only || flags.only === 'refusals') {
  for (const object of refusedObjects)
    await compareAnswers(canary, { method: 'POST', path: `${collectionOf(object)}?dryRun=All`, body: object });
}

/** The annotations that each request was logged with. */
const annotationsIn = (file: string): ReadonlyMap<string, JsonObject> => {
  const found = new Map<string, JsonObject>();
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    const { auditID, stage, annotations = {} } = JSON.parse(line) as { auditID: string; stage: string; annotations?: JsonObject };
    if (stage !== 'ResponseComplete' && stage !== 'Panic') continue;
    const own = Object.entries(annotations).filter(([key]) => !/^authorization\.k8s\.io\/|latency\.k8s\.io/.test(key));
    found.set(auditID, Object.fromEntries(own));
  }
  return found;
};
if (flags['our-audit'] && flags['their-audit']) {
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const [ourLog, theirLog] = [annotationsIn(flags['our-audit']), annotationsIn(flags['their-audit'])];
  const read = (scenario: Scenario, annotations: JsonObject | undefined): Json =>
    named(
      scenario,
      Object.fromEntries(
        Object.entries(annotations ?? {}).map(([key, value]) => [key, /^[[{]/.test(String(value)) ? parseJson(String(value)) : value]),
      ),
    );
  for (const [id, { scenario, what }] of audited)
    report(scenario, `audit annotations of ${what}`, differences(read(scenario, ourLog.get(id)), read(scenario, theirLog.get(id))));
}

for (const who of both) {
  for (const scenario of [canary, ...scenarios]) {
    const cluster = [...scenario.objects, ...(scenario.before ?? [])].filter((object) => !collectionOf(object).includes('$NS'));
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
