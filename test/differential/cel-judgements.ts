/** What two servers said of one expression. */
export interface ExpressionDifference {
  /** `compile`, `cost`, `shown` or `result`. */
  readonly what: string;
  readonly expression: string;
  readonly ours: string;
  readonly theirs: string;
}

interface Judgement {
  /** Why the servers differ and stay so; docs/compatibility.md says it at length. */
  readonly reason: string;
  readonly expression?: RegExp;
}

const judgements: readonly Judgement[] = [];

/** The reason why a difference stays, undefined when nobody has judged it. */
export const judgeExpression = ({ expression }: ExpressionDifference): string | undefined =>
  judgements.find((rule) => rule.expression?.test(expression) ?? true)?.reason;
