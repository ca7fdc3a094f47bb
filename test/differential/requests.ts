/**
 * Sends the same requests to two API servers, ours and a real one, and compares status code, headers that clients read, and body;
 * versions, times, identifiers and generated names are leveled first.
 *
 *   tsx test/differential/requests.ts --ours KUBECONFIG --theirs KUBECONFIG [--only THEME] [--show 1000]
 */
import { Agent } from 'node:https';
import { parseArgs } from 'node:util';
import { encodeProtobuf } from '../../src/api/protobuf.ts';
import { encodeJson, parseJson } from '../../src/apimachinery/json/exact-json.ts';
import type { Json, JsonObject, UnstructuredObject } from '../../src/apimachinery/meta/object.ts';
import { cases, setup } from './request-cases.ts';
import { judgeStep } from './request-judgements.ts';
import { differences, headersOf, level, parseAnswer, unordered } from './raw-answers.ts';
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

/** Every theme has a namespace of this run's own; requests and answers say `diff`. */
const run = Date.now().toString(36);
let namespace = '';

const named = (value: Json): Json => parseJson(encodeJson(value).replaceAll(namespace, 'diff'));

const compared = (answer: RawAnswer): JsonObject => ({
  code: answer.code,
  headers: level(named(headersOf(answer))),
  body: unordered(level(named(parseAnswer(answer)))),
});

const versions = { ours: '', theirs: '' };
/** The last token of a list that goes on. */
const tokens = { ours: '', theirs: '' };
const remember = (who: 'ours' | 'theirs', answer: RawAnswer): void => {
  const body = parseAnswer(answer);
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
