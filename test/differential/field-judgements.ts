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

/** An empty text, list or map, or something that has one within. */
export const hasEmpty = (value: Json | undefined): boolean => {
  if (value === '') return true;
  if (typeof value !== 'object' || value === null) return false;
  const items = Object.values(value);
  return items.length === 0 || items.some(hasEmpty);
};

const judgements: readonly Judgement[] = [
  {
    reason: 'a status that controllers fill beside one server only',
    line: /^\.body\.status: (ours .* theirs "kept"|ours "kept" theirs )|^\.body\.status\.(typeChecking|observedGeneration): /,
  },
  { reason: 'a status that controllers fill beside one server only', kind: /^FlowSchema$/, path: /^field-fs\.status\.conditions/ },
  {
    reason: 'a field behind a gate that is off makes no new generation',
    kind: /^(ResourceSlice|ResourceClaim|EndpointSlice)$/,
    line: /^\.body\.metadata\.generation: /,
  },
  { reason: 'managed fields of what was emptied', line: /^\.body\.metadata\.managedFields: / },
  { reason: 'an empty text, list or map is the same as none', value: hasEmpty },
  {
    reason: 'an empty text, list or map is the same as none',
    value: (value) => value === undefined,
    line: /Invalid value: null.*theirs.*(OBJECT|\[\])|Unsupported value: null.*theirs.*\{\}|^\.body\.details\.causes/,
  },
  { reason: 'internal structs of the original in messages', line: /theirs .*(MatchExpressions|\\"Name\\")/ },
  { reason: 'HorizontalPodAutoscaler v1 tells metrics in annotations', kind: /^HorizontalPodAutoscaler$/, path: /^hpa1\.status/ },
  { reason: 'each server allocates its own addresses', kind: /^Service$/, path: /\.spec\.clusterIPs/ },
  {
    reason: 'the original breaks off the connection',
    kind: /^(Job|CustomResourceDefinition)$/,
    line: /^\.code: ours \d+ theirs 0$|^\.body/,
  },
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
