/**
 * Sends the same requests to two API servers, ours and a real one, and compares status code, headers that clients read, and body;
 * versions, times, identifiers and generated names are leveled first.
 *
 *   tsx test/differential/requests.ts --ours KUBECONFIG --theirs KUBECONFIG [--only THEME] [--show 1000]
 */
import { Agent } from 'node:https';
import { parseArgs } from 'node:util';
import { decodeProtobuf, encodeProtobuf } from '../../src/api/protobuf.ts';
import { encodeJson, parseJson } from '../../src/apimachinery/json/exact-json.ts';
import type { Json, JsonObject, UnstructuredObject } from '../../src/apimachinery/meta/object.ts';
import { parse as parseYaml } from 'yaml';
import { cases, setup } from './request-cases.ts';
import { judgeStep } from './request-judgements.ts';
import { decodeWatchFrames } from './watch-frames.ts';
import { readTarget, sendRaw, type RawAnswer } from './send-raw.ts';

export interface Step {
  readonly method: string;
  readonly path: string;
  readonly body?: Json | undefined;
  /** Sent instead of body, as it is. */
  readonly text?: string;
  readonly type?: string;
  readonly accept?: string;
  /** The body goes as protobuf. */
  readonly protobuf?: boolean;
  /** Sent besides; `authorization: none` sends no credentials at all. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Why the answers may differ; the case then only has to be answered. */
  readonly differs?: string;
}

const { values: flags } = parseArgs({
  options: {
    ours: { type: 'string' },
    theirs: { type: 'string' },
    only: { type: 'string' },
    show: { type: 'string', default: '1000' },
  },
});
const { ours, theirs, only } = flags;
if (!ours || !theirs) throw new Error('usage: tsx test/differential/requests.ts --ours KUBECONFIG --theirs KUBECONFIG');
const agent = new Agent({ keepAlive: true });
const targets = { ours: readTarget(ours), theirs: readTarget(theirs) };

const uid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const time = /[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z/g;
const leveledKeys = new Set([
  'resourceVersion',
  'uid',
  'clusterIP',
  'clusterIPs',
  'continue',
  'remainingItemCount',
  'nodePort',
  'healthCheckNodePort',
]);

/** Every theme has a namespace of this run's own; requests and answers say `diff`. */
const run = Date.now().toString(36);
let namespace = '';

const levelText = (text: string): string =>
  text
    .replaceAll(namespace, 'diff')
    .replace(uid, 'UID')
    .replace(/X509SHA256=[0-9a-f]+/, 'FINGERPRINT')
    .replace(/^kubernetes-admin$/, 'admin')
    .replace(/^10\.96\.[0-9]+\.[0-9]+$/, 'CLUSTERIP')
    .replace(/, Key: \S+, Res/, ', Key: KEY, Res')
    .replace(time, 'TIME')
    .replace(/\?hash=[0-9A-F]+/, '?hash=HASH')
    .replace(/([Gg]en[-_])[a-z0-9]{5}\b/g, '$1XXXXX')
    .replace(/\b[0-9]+(?:\.[0-9]+){3}:[0-9]{4,5}\b/g, 'SERVER')
    .replace(/^(?:[0-9]+[smhd]){1,2}$/, 'AGE')
    .replace(/(resource ?[vV]ersion:? ?|ResourceVersion in precondition: |ResourceVersion in object meta: )[0-9]+/g, '$1RV')
    .replace(/current: [0-9]+/g, 'current: RV')
    .replace(/Invalid value: "\{\\?.*\}":/g, 'Invalid value: OBJECT:')
    .replace(/\([0-9]+\)/g, '(N)');

/** What controllers put into every namespace: they run beside one server only. */
const isForeign = (item: Json): boolean => /"name":"kube-root-ca.crt"|"cells":\["kube-root-ca.crt"/.test(encodeJson(item));

/** Groups of our own in an index. */
const isOurs = (item: Json): boolean => typeof item === 'string' && /^\/apis\/(?:[a-z]+\.karmada\.io|fleet\.causeway\.dev)/.test(item);

const level = (value: Json, key = ''): Json => {
  if (leveledKeys.has(key)) return value === '' ? '' : typeof value;
  if (typeof value === 'string') return levelText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.filter((item) => !isForeign(item) && !isOurs(item)).map((item) => level(item));
  // Columns of a Table go without descriptions here.
  const entries = Object.entries(value).filter(([name]) => name !== 'description' || !('priority' in value && 'format' in value));
  return Object.fromEntries(entries.map(([name, item]) => [name, level(item, name)]));
};

const parse = ({ body, headers }: RawAnswer): Json => {
  const type = headers['content-type'] ?? '';
  if (type.startsWith('application/vnd.kubernetes.protobuf') && !type.includes('stream=watch')) {
    try {
      return { protobuf: decodeProtobuf(body).object as Json };
    } catch {
      return `${body.length > 0 ? 'protobuf' : ''}`;
    }
  }
  if (type.startsWith('application/vnd.kubernetes.protobuf')) return decodeWatchFrames(body);
  const text = body.toString('utf8');
  if (text.startsWith('[+]')) return text.split('\n').toSorted();
  if (type.startsWith('application/yaml')) return parseYaml(text) as Json;
  try {
    return parseJson(text);
  } catch {
    const lines = text.split('\n').filter(Boolean);
    try {
      return lines.map(parseJson);
    } catch {
      return text;
    }
  }
};

const differences = (a: Json | undefined, b: Json | undefined, path = ''): string[] => {
  if (encodeJson(a) === encodeJson(b)) return [];
  const both = typeof a === 'object' && typeof b === 'object' && a !== null && b !== null && Array.isArray(a) === Array.isArray(b);
  if (!both) return [`${path}: ours ${encodeJson(a)?.slice(0, 700)}\n      theirs ${encodeJson(b)?.slice(0, 700)}`];
  const [left, right] = [a as JsonObject, b as JsonObject];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((key) => differences(left[key], right[key], `${path}.${key}`));
};

const comparedHeaders = [
  'content-type', 'warning', 'accept-patch', 'allow', 'cache-control', 'vary', 'www-authenticate', 'retry-after', 'x-content-type-options', 'location', 'content-encoding', 'access-control-allow-origin', 'strict-transport-security', 'accept-ranges',
]; // prettier-ignore

const headersOf = ({ headers }: RawAnswer): JsonObject => ({
  ...Object.fromEntries(comparedHeaders.map((name) => [name, levelText(String(headers[name] ?? ''))])),
  present: ['etag', 'audit-id', 'x-kubernetes-pf-flowschema-uid', 'x-kubernetes-pf-prioritylevel-uid', 'last-modified'].filter(
    (name) => headers[name],
  ),
});

/** Several errors in one message come in the order in which Go's maps are walked. */
const sortedErrors = (text: string): string =>
  text.replace(
    / is invalid: \[(.*)\]$/s,
    (_, errors: string) =>
      ` is invalid: [${errors
        .split(/, (?=[a-z<])/)
        .toSorted()
        .join(', ')}]`,
  );

const unorderedLists = new Set(['causes', 'managedFields', 'nonResourceRules', 'resourceRules']);

/** Order within lists that servers build from maps says nothing. */
const unordered = (value: Json): Json => {
  if (typeof value === 'string') return sortedErrors(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(unordered);
  const object = value as JsonObject;
  const sorted: JsonObject = {};
  for (const key of Object.keys(object).toSorted()) {
    const item = unordered(object[key] as Json);
    sorted[key] = unorderedLists.has(key) && Array.isArray(item) ? item.toSorted((x, y) => (encodeJson(x) < encodeJson(y) ? -1 : 1)) : item;
  }
  return sorted;
};

const compared = (answer: RawAnswer): JsonObject => ({
  code: answer.code,
  headers: headersOf(answer),
  body: unordered(level(parse(answer))),
});

const versions = { ours: '', theirs: '' };
/** The last token of a list that goes on. */
const tokens = { ours: '', theirs: '' };
const remember = (who: 'ours' | 'theirs', answer: RawAnswer): void => {
  const body = parse(answer);
  const version = ((body as JsonObject)?.['metadata'] as JsonObject | undefined)?.['resourceVersion'];
  if (typeof version === 'string' && version !== '') versions[who] = version;
  const token = ((body as JsonObject)?.['metadata'] as JsonObject | undefined)?.['continue'];
  if (typeof token === 'string' && token !== '') tokens[who] = token;
};

const send = async (who: 'ours' | 'theirs', step: Step): Promise<RawAnswer> => {
  const fill = (text: string): string =>
    text
      .replaceAll('$RV', versions[who])
      .replaceAll('$CONT', tokens[who])
      .replaceAll('namespaces/diff', `namespaces/${namespace}`)
      .replaceAll(/"(name|namespace)":"diff"/g, `"$1":"${namespace}"`);
  const text = step.text ?? (step.body === undefined ? undefined : encodeJson(step.body));
  const body = step.protobuf
    ? Buffer.from(encodeProtobuf(step.body as unknown as UnstructuredObject))
    : text === undefined
      ? undefined
      : Buffer.from(fill(text));
  const type = step.protobuf ? 'application/vnd.kubernetes.protobuf' : (step.type ?? (body ? 'application/json' : undefined));
  const { method, accept, headers } = step;
  const answer = await sendRaw(targets[who], { method, path: fill(step.path), type, accept, body, headers }, agent);
  remember(who, answer);
  return answer;
};

/** Watches that last until their time is over wait for it side by side; all else is sent one after the other. */
const batches = (steps: readonly Step[]): Step[][] => {
  const all: Step[][] = [];
  for (const step of steps) {
    const last = all.at(-1);
    if (last?.[0]?.path.includes('timeoutSeconds=1') && step.path.includes('timeoutSeconds=1') && last.length < 32) last.push(step);
    else all.push([step]);
  }
  return all;
};

let sent = 0;
let different = 0;
let accepted = 0;
/** How long a definition may take to be served. */
const settleMilliseconds = 10_000;

/** A path that says `?settle` is asked for until it is there. */
const answered = async (who: 'ours' | 'theirs', step: Step): Promise<RawAnswer> => {
  const deadline = Date.now() + settleMilliseconds;
  for (;;) {
    const answer = await send(who, step);
    if (answer.code !== 404 || !step.path.includes('?settle') || Date.now() > deadline) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

const compare = async (theme: string, step: Step): Promise<void> => {
  const [our, their] = await Promise.all([answered('ours', step), answered('theirs', step)]);
  sent += 1;
  const found = differences(compared(our), compared(their));
  if (found.length === 0) return;
  if (step.differs !== undefined || judgeStep(step, found) !== undefined) {
    accepted += 1;
    return;
  }
  different += 1;
  if (different > Number(flags.show)) return;
  const shown = (step.text ?? (step.body === undefined ? '' : encodeJson(step.body))).slice(0, 300);
  console.log(`\n[${theme}] ${step.method} ${step.path} ${step.type ?? ''} ${step.accept ?? ''}\n    ${shown}`);
  for (const line of found.slice(0, 8)) console.log(`    ${line}`);
};

for (const [theme, steps] of Object.entries(cases)) {
  if (only && !only.split(',').includes(theme)) continue;
  namespace = `diff-${theme}-${run}`;
  for (const batch of batches([...setup, ...steps])) await Promise.all(batch.map((step) => compare(theme, step)));
}
console.log(`\n${sent} requests, ${different} different, ${accepted} different for a known reason`);
process.exitCode = different === 0 ? 0 : 1;
agent.destroy();
