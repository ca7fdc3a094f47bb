import { encodeJson } from '../../src/apimachinery/json/exact-json.ts';
import type { SequenceStep } from './sequence-steps.ts';
import type { LiveSubject } from './sequence-subjects.ts';

interface Judgement {
  /** Why answers like these differ and stay so; docs/compatibility.md says it at length. */
  readonly reason: string;
  readonly kind?: RegExp;
  readonly path?: RegExp;
  readonly body?: RegExp;
  /** The first differing line matches. */
  readonly first?: RegExp;
  /** Every differing line matches. */
  readonly line: RegExp;
}

const judgements: readonly Judgement[] = [
  {
    reason: "the mistake is the client's",
    line: /^\.(?:body\.)?code: ours 4(?:00|22)\n +theirs 500$|^\.body\.reason: ours "(?:BadRequest|Invalid)"\n +theirs undefined$/,
  },
  { reason: 'who scaled is known with a time', path: /\/scale/, line: /managedFields\.\d+(?:\.time: ours "TIME"\n +theirs undefined$|\.)/ },
  {
    reason: 'an object that does not fit its schema where it is reset, or never will, loses all managers there',
    line: /managedFields: ours \[[\s\S]*\n +theirs undefined$|version: ours "kept"\n +theirs "new"$/,
  },
  {
    reason: 'errors come in the order of a map, and the first may be the last',
    line: /^\.(?:body\.)?code: ours 400\n +theirs 500$|^\.body\.reason: |^\.body\.message: [\s\S]*failed to create typed[\s\S]*theirs [\s\S]*failed to create typed/,
  },
  {
    reason: 'the name is looked at first',
    first: /^\.code: ours 400/,
    line: /^\.(?:body\.(?!message)|code)|message: ours "the name of the object/,
  },
  {
    reason: 'fields of gates that are off are owned by nobody',
    kind: /^(?:DeviceClass|Lease|Resource(?:Claim|ClaimTemplate|Slice))$/,
    line: /managedFields|version: |generation/,
  },
  { reason: 'a status creates nothing', path: /\/status/, first: /^\.code: ours 404\n/, line: /./ },
  { reason: 'what is created is not being deleted', line: /metadata\.deletion(?:Timestamp|GracePeriodSeconds): ours undefined/ },
  { reason: "a test of a server's own value", body: /"op":"test"/, first: /^\.code: ours 200\n +theirs 422$/, line: /./ },
  { reason: 'the warning of a body that is refused', line: /^\.headers\.warning: ours "299 [^\n]*deprecated[^\n]*\n +theirs ""$/ },
  { reason: 'what validation says of a value is for fields.ts to compare', line: /^\.body\.details\.causes/ },
  {
    reason: 'which of several values is bad',
    line: /^\.(?:body\.)?code: ours 400\n +theirs 500$|^\.body\.reason: ours "BadRequest"|^\.body\.message: .*(?:illegal base64 data|cannot unmarshal)/,
  },
  { reason: 'somebody beside the server writes its status', kind: /^FlowSchema$/, line: /managedFields|\.status/ },
  { reason: 'the original breaks off the connection', kind: /^(?:Job|StatefulSet)$/, first: /^\.code: ours 422\n +theirs 0$/, line: /./ },
  {
    reason: 'unknown fields of a JSON patch are told by name',
    body: /^\[/,
    line: /^\.headers\.warning: ours "(?:299 - \\"unknown field [^"]*"[^"]*"(?:, )?)+"?\n/,
  },
  {
    reason: 'both are wrong',
    body: /"resourceVersion":"x"/,
    first: /^\.code: ours 500\n +theirs 403$/,
    line: /./,
  },
  { reason: 'generateName is no part of a status', path: /\/status/, line: /metadata\.generateName|version: / },
];

/** The reason why the answers to a step differ, undefined when nobody has judged it. */
export const judgeSequence = ({ kind }: LiveSubject, { path, body }: SequenceStep, lines: readonly string[]): string | undefined =>
  judgements.find(
    (rule) =>
      (rule.kind?.test(kind) ?? true) &&
      (rule.path?.test(path) ?? true) &&
      (rule.body?.test(encodeJson(body ?? null)) ?? true) &&
      (rule.first?.test(lines[0] ?? '') ?? true) &&
      lines.every((line) => rule.line.test(line)),
  )?.reason;
