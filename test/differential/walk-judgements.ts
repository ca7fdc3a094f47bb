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

/** Fields of gates that are off, and others that nobody owns or owns all the same. */
const unowned =
  /f:(?:preferredHolder|strategy|extendedResourceName|sharedCounters|perDeviceNodeSelection|configSource|config|workloadRef|lifecycle|allocatedResources|resources|extendedResourceClaimStatus|maxUnavailable|reportingComponent|reportingInstance|parentRef\.)/;

const judgements: readonly Judgement[] = [
  { reason: 'fields of gates that are off are owned by nobody', line: new RegExp(`^\\.body\\..*managedFields.*${unowned.source}`) },
  {
    reason: 'a field behind a gate that is off makes no new generation',
    kind: /^(?:ResourceSlice|EndpointSlice)$/,
    line: /\.generation: |sharedCounters/,
  },
  { reason: 'what was emptied makes no new generation', kind: /WebhookConfiguration$/, line: /^\.body\.metadata\.generation: / },
  {
    reason: 'HorizontalPodAutoscaler v1 tells metrics in annotations',
    kind: /^HorizontalPodAutoscaler$/,
    line: /annotations|managedFields/,
  },
  { reason: 'a list without keys is owned as far as it has some', kind: /^ServiceAccount$/, line: /^\.body\..*managedFields: ours \[/ },
  { reason: 'metadata alone is shown as it is stored', kind: /^DaemonSet$/, line: /\.metadata\.annotations/ },
  { reason: 'nothing is written as null in messages', line: /^only (?:ours|theirs): [^:]+: Invalid value: (?:null|\[\]|\{\}|OBJECT): / },
  { reason: "the mistake is the client's", line: /^\.code: ours 4\d\d theirs 500$|^\.body\.(?:code|reason|details|message)/ },
  { reason: 'internal names of types', line: /^\.body\.message: ours .*cannot unmarshal object into Go struct field/ },
  { reason: 'the original breaks off the connection', kind: /^CustomResourceDefinition$/, line: /^\.code: ours \d+ theirs 0$|^\.body: / },
  { reason: 'each server allocates its own addresses', kind: /^Service$/, line: /clusterIPs?/ },
  { reason: "fixtures' own names", kind: /^CertificateSigningRequest$/, line: /^\.body\.spec\.username: / },
];

/** The reason why a difference stays, undefined when nobody has judged it. */
export const judgeWalk = ({ kind, step, lines, merely }: WalkDifference): string | undefined => {
  if (merely) return `the same causes: ${merely}`;
  return judgements.find(
    (rule) => (rule.kind?.test(kind) ?? true) && (rule.step?.test(step) ?? true) && lines.every((line) => rule.line?.test(line) ?? true),
  )?.reason;
};
