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
  /** The first line matches: what was answered, before what follows from it. */
  readonly first?: RegExp;
  /** Holds for one line; every line must. */
  readonly each?: (line: string) => boolean;
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

/** Something empty was sent, or something taken away that left its place empty. */
const leavesEmpty = (value: Json | undefined): boolean => value === undefined || hasEmpty(value);

/** A line that says the same of a value, but for how nothing is written. */
const sameButEmpty = (line: string): boolean => {
  const [, ours, theirs] = /: ours (.*) theirs (.*)$/s.exec(line) ?? [];
  const level = (text = ''): string => text.replace(/(Invalid|Unsupported) value: (null|\[\]|\{\}|OBJECT)(?=:)/g, '$1 value: NOTHING');
  return level(ours) === level(theirs);
};

/** They refuse what we take, break off, or name one cause more. */
const refusedThere = /^\.code: ours (?:20[01] theirs (?:422|403)|\d+ theirs 0)$|^\.body\.details\.causes\.\d+(?:: ours undefined|\.)/;

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
  { reason: 'nothing is written as null in messages', value: leavesEmpty, each: sameButEmpty },
  { reason: 'what was emptied makes no new generation', value: leavesEmpty, line: /^\.body\.metadata\.generation: / },
  {
    reason: 'something empty where nothing may be is taken as nothing',
    value: leavesEmpty,
    first: refusedThere,
    kind: /^(?!CustomResourceDefinition)/,
    path: /\.(ephemeralContainers|resources|claims|overhead|finalizers|ownerReferences|metadata|supplementalGroups|securityContext|internalTrafficPolicy|behavior|scaleUp|scaleDown|policies(\[\d+\])?|binaryData|selectors)$/,
  },
  {
    reason: 'something empty in a schema is taken as nothing',
    kind: /^CustomResourceDefinition$/,
    path: /\.openAPIV3Schema\b/,
    value: hasEmpty,
    first: refusedThere,
  },
  {
    reason: 'a default is checked against formats that are not checked later',
    kind: /^CustomResourceDefinition$/,
    path: /\.replicas\.(not|allOf|anyOf|oneOf|type)$/,
  },
  { reason: "fixtures' own names", kind: /^CertificateSigningRequest$/, line: /^\.body\.spec\.username: / },
  { reason: 'internal structs of the original in messages', line: /theirs .*(MatchExpressions|\\"Name\\")/ },
  { reason: 'names of nested types', kind: /^CustomResourceDefinition$/, line: /selfType\d+/ },
  { reason: 'HorizontalPodAutoscaler v1 tells metrics in annotations', kind: /^HorizontalPodAutoscaler$/, path: /^hpa1\.status/ },
  { reason: 'each server allocates its own addresses', kind: /^Service$/, path: /\.spec\.clusterIPs/ },
  {
    reason: 'the original breaks off the connection',
    kind: /^(Job|CustomResourceDefinition)$/,
    first: /^\.code: ours \d+ theirs 0$/,
    line: /^\.code: |^\.body/,
  },
];

/** The reason why a difference stays, undefined when nobody has judged it. */
export const judge = ({ kind, path, value, lines }: Difference): string | undefined =>
  judgements.find(
    (rule) =>
      (rule.kind?.test(kind) ?? true) &&
      (rule.path?.test(path) ?? true) &&
      (rule.value?.(value) ?? true) &&
      (rule.first?.test(lines[0] ?? '') ?? true) &&
      lines.every((line) => rule.each?.(line) ?? true) &&
      lines.every((line) => rule.line?.test(line) ?? true),
  )?.reason;

/** How often each text occurs, the commonest first. */
export const tally = (texts: readonly string[]): [string, number][] => {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a);
};
