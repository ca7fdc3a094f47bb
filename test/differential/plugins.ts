/**
 * Sends random pods, workloads and other objects to two API servers, into namespaces with Pod Security levels of every version, limits and
 * quotas, and compares what the built-in admission plugins make of them: answers, warnings, and at the end how quotas were charged.
 *
 *   tsx test/differential/plugins.ts --ours KUBECONFIG --theirs KUBECONFIG [--count 1000] [--seed 1] [--show 40]
 *     [--our-audit FILE --their-audit FILE]
 *
 * Both servers are new and without controllers (serve.ts).
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { encodeJson } from '../../src/apimachinery/json/exact-json.ts';
import type { Json, JsonObject } from '../../src/apimachinery/meta/object.ts';
import { createPair } from './pair.ts';
import { namespaces, nextRequest, setups } from './plugin-requests.ts';
import { randomFrom } from './random.ts';
import { differences, level, unordered } from './raw-answers.ts';

const { values: flags } = parseArgs({
  options: {
    ours: { type: 'string' },
    theirs: { type: 'string' },
    count: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    show: { type: 'string', default: '40' },
    'our-audit': { type: 'string' },
    'their-audit': { type: 'string' },
  },
});
if (!flags.ours || !flags.theirs) throw new Error('usage: tsx test/differential/plugins.ts --ours KUBECONFIG --theirs KUBECONFIG');
const pair = createPair({ ours: flags.ours, theirs: flags.theirs });
const both = ['ours', 'theirs'] as const;

for (const { method, path, body } of setups)
  for (const who of both) {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const { code, body: answer } = await pair.send(who, method, path, body, { type });
    if (code >= 300 && code !== 409) console.log(`${who}: ${method} ${path}: ${code} ${encodeJson(answer).slice(0, 300)}`);
  }

let compared = 0;
let different = 0;
const report = (what: string, lines: readonly string[]): void => {
  compared += 1;
  if (lines.length === 0) return;
  different += 1;
  if (different > Number(flags.show)) return;
  console.log(`\n${what.slice(0, 1500)}`);
  for (const line of lines.slice(0, 8)) console.log(`    ${line.slice(0, 1200)}`);
};
const steady = (value: Json): Json => unordered(level(value));

const random = randomFrom(Number(flags.seed));
const asked = new Map<string, string>();
for (let index = 0; index < Number(flags.count); index++) {
  const { method, path, body, type = 'application/json' } = nextRequest(random, `r${flags.seed}x${index}`);
  const id = `plugins-${flags.seed}-${index}`;
  const what = `${method} ${path} ${encodeJson(body ?? null)}`;
  asked.set(id, what);
  const [our, their] = await Promise.all(both.map((who) => pair.send(who, method, path, body, { type, headers: { 'audit-id': id } })));
  report(what, differences(steady(our as unknown as JsonObject), steady(their as unknown as JsonObject)));
}
for (const namespace of namespaces.quotas) {
  const path = `/api/v1/namespaces/${namespace}/resourcequotas/q`;
  const [our, their] = await Promise.all(both.map(async (who) => (await pair.send(who, 'GET', path)).body as JsonObject));
  report(`GET ${path}`, differences(steady(our?.['status'] ?? null), steady(their?.['status'] ?? null)));
}

const annotationsIn = (file: string): ReadonlyMap<string, JsonObject> =>
  new Map(
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.includes('"plugins-') && line.includes('"ResponseComplete"'))
      .map((line) => {
        const { auditID, annotations = {} } = JSON.parse(line) as { auditID: string; annotations?: JsonObject };
        const own = Object.entries(annotations).filter(([key]) => !/^authorization\.k8s\.io\/|latency\.k8s\.io/.test(key));
        return [auditID, Object.fromEntries(own)] as const;
      }),
  );
if (flags['our-audit'] && flags['their-audit']) {
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const [our, their] = [annotationsIn(flags['our-audit']), annotationsIn(flags['their-audit'])];
  for (const [id, what] of asked) report(`audit annotations of ${what}`, differences(our.get(id) ?? null, their.get(id) ?? null));
}
pair.close();
console.log(`\n${compared} comparisons, ${different} different`);
process.exitCode = different === 0 ? 0 : 1;
