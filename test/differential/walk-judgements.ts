/** What differed after a step. */
export interface WalkDifference {
  readonly kind: string;
  readonly seed: string;
  readonly step: string;
  readonly lines: readonly string[];
  /** The same causes, but for their order or how often each is told. */
  readonly merely?: 'order' | 'repetition';
}

interface Judgement {
  readonly reason: string;
  readonly kind?: RegExp;
  readonly step?: RegExp;
  /** Every differing line matches. */
  readonly line?: RegExp;
}

const judgements: readonly Judgement[] = [
  { reason: "fixtures' own names", kind: /^CertificateSigningRequest$/, line: /^\.body\.spec\.username: / },
];

/** The reason why a difference stays, undefined when nobody has judged it. */
export const judgeWalk = ({ kind, step, lines, merely }: WalkDifference): string | undefined => {
  if (merely) return `the same causes: ${merely}`;
  return judgements.find(
    (rule) => (rule.kind?.test(kind) ?? true) && (rule.step?.test(step) ?? true) && lines.every((line) => rule.line?.test(line) ?? true),
  )?.reason;
};
