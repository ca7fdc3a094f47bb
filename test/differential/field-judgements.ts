import type { Json } from '../../src/apimachinery/meta/object.ts';

/** A place of a kind where the servers answer differently, `lines` as in `difference`. */
export interface Difference {
  readonly kind: string;
  readonly mode: string;
  readonly path: string;
  readonly value: Json | undefined;
  readonly lines: readonly string[];
}

interface Judgement {
  /** Why this difference stays; docs/compatibility.md says it at length. */
  readonly reason: string;
  readonly kind?: RegExp;
  readonly path?: RegExp;
  /** Holds for one value only. */
  readonly value?: (value: Json | undefined) => boolean;
  /** Every differing line matches; lines that do not are differences of their own. */
  readonly line?: RegExp;
}

const isEmpty = (value: Json | undefined): boolean =>
  value !== undefined && value !== null && typeof value === 'object' && Object.keys(value).length === 0;

const judgements: readonly Judgement[] = [
  { reason: 'an empty list or map is the same as none', value: isEmpty, line: /^\.body\.(?!status|code)|^\.body\.message/ },
];

/** The reason why a difference stays, undefined when nobody has judged it. */
export const judge = ({ kind, path, value, lines }: Difference): string | undefined =>
  judgements.find(
    (rule) =>
      (rule.kind?.test(kind) ?? true) &&
      (rule.path?.test(path) ?? true) &&
      (rule.value?.(value) ?? true) &&
      lines.every((line) => rule.line?.test(line) ?? true),
  )?.reason;

/** How often each text occurs, the commonest first. */
export const tally = (texts: readonly string[]): [string, number][] => {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a);
};
