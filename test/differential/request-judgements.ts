import type { Step } from './requests.ts';

interface Judgement {
  /** Why answers like these differ and stay so; docs/compatibility.md says it at length. */
  readonly reason: string;
  readonly path?: RegExp;
  readonly accept?: RegExp;
  /** Every differing line matches. */
  readonly line?: RegExp;
}

const judgements: readonly Judgement[] = [
  { reason: 'a version says what serves', path: /^\/version$/ },
  {
    reason: 'which types would do is said in other words',
    line: /media types are accepted|Not Acceptable|^\.body\.details: ours (\{\}|undefined)/,
  },
  { reason: 'our own kinds are in it', path: /^\/apis\/?$|^\/openapi\// },
  { reason: 'JSON is read by another parser', line: /invalid continue token|1e400|json parse error|cannot unmarshal number/ },
  { reason: 'integers are exact beyond 2^53', path: /numbers\.diff\.example\.com/, line: /managedFields|causes|message/ },
  { reason: 'the garbage collector is faster than a request', path: /\/d[45](\?|$)/ },
];

/** The reason why the answers to a step differ, undefined when nobody has judged it. */
export const judgeStep = ({ path, accept = '' }: Step, lines: readonly string[]): string | undefined =>
  judgements.find(
    (rule) =>
      (rule.path?.test(path) ?? true) && (rule.accept?.test(accept) ?? true) && lines.every((line) => rule.line?.test(line) ?? true),
  )?.reason;
