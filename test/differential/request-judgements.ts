import type { Step } from './requests.ts';

interface Judgement {
  /** Why answers like these differ and stay so; docs/compatibility.md says it at length. */
  readonly reason: string;
  readonly path?: RegExp;
  readonly accept?: RegExp;
  readonly type?: RegExp;
  readonly text?: RegExp;
  /** The first differing line matches. */
  readonly first?: RegExp;
  /** Every differing line matches. */
  readonly line?: RegExp;
}

const judgements: readonly Judgement[] = [
  { reason: 'a version says what serves', path: /^\/version\b/ },
  {
    reason: "the mistake is the client's",
    first: /^\.code: ours 4(?:00|22)\n +theirs 500$/,
    line: /^\.(?:body\.)?code: |^\.body\.(?:reason|message|details): /,
  },
  { reason: 'other keys sign', path: /^\/openid\/|^\/\.well-known\// },
  { reason: 'a panic', line: /theirs (?:0|""|undefined|"socket hang up")$/, first: /^\.code: ours 4\d\d\n +theirs 0$/ },
  { reason: "they are Go's", path: /^\/debug\// },
  {
    reason: 'which types would do is said in other words',
    line: /media types are accepted|Not Acceptable|^\.body\.details: ours (\{\}|undefined)/,
  },
  { reason: 'our own kinds are in it', path: /^\/apis\/?(?:\?|$)|^\/openapi\//, line: /^\.body/ },
  { reason: 'JSON is read by another parser', line: /invalid continue token|1e400|json parse error|cannot unmarshal number/ },
  {
    reason: 'integers are exact beyond 2^53',
    path: /numbers\.diff\.example\.com/,
    line: /managedFields|causes|message|\.spec\.(?:set|map)/,
  },
  { reason: 'JSON nests less deep', first: /^\.code: ours 400\n +theirs 422$/, line: /^\.(?:body|code|headers\.warning)/, text: /\[{30}/ },
  { reason: 'the garbage collector is faster than a request', path: /\/d[45](?:\?|$)|\/namespaces\/\/configmaps/ },
  { reason: 'tokens are opaque', path: /continue=/, line: /^\.body\.(?:items|metadata)/ },
  { reason: 'tokens are signed by other keys', line: /^\.body\.status\.token: / },
  { reason: 'the servers listen on ports of their own', line: /\.ports\.0\.targetPort: / },
  { reason: 'old versions are compacted at other times', path: /resourceVersion=1(?:&|$)/, first: /^\.code: ours 200\n +theirs 410$/ },
  {
    reason: 'controllers run beside one server',
    path: /clusterroles\/admin|resourcequotas|validatingadmissionpolicies|mutatingadmissionpolicies|apiservices\/v1\.apps/,
    line: /managedFields|\.status\.|\.status: |\.cells\./,
  },
  { reason: "who the server's own writes are by", path: /flowschemas/, line: /managedFields|\.conditions|\.cells\.5/ },
  {
    reason: 'fields of gates that are off are owned by nobody',
    path: /leases|deviceclasses/,
    line: /managedFields.*(?:strategy|preferredHolder|extendedResourceName): ours undefined/,
  },
  { reason: 'a field behind a gate that is off changes no generation', path: /resourceslices/, line: /generation: ours/ },
  { reason: 'a pointer that is required and left out all the same', path: /ipaddresses/, line: /f:parentRef\.\.: ours undefined/ },
  { reason: 'internal names tell a client nothing', line: /pod updates may not change fields other than|existing ephemeral containers/ },
  { reason: 'the kind is looked at before the data', line: /unknown conversion[\s\S]*illegal base64 data/ },
  { reason: 'stored objects do not tell absent from empty', line: /must have exactly one version marked as storage version/ },
  { reason: 'one of several bindings is named', line: /\.status\.reason: ours "RBAC: allowed by/ },
  { reason: 'metadata alone is shown as it is stored', path: /daemonsets/, accept: /;as=/, line: /annotations/ },
  { reason: 'OpenAPI v3 is written in JSON only', path: /^\/openapi\/v3\//, first: /^\.code: ours 406/ },
  { reason: 'large documents are compressed', path: /^\/openapi\/v3\//, line: /headers\.(?:vary|content-encoding)|^\.body/ },
  { reason: 'a header that is no UTF-8', line: /jo\\+xe9/ },
  { reason: 'the version of core is told apart from none', path: /^\/api\/v1$/, line: /^\.body\.protobuf\.apiVersion: / },
  {
    reason: 'conflicts are looked for before the name',
    first: /^\.code: ours 400\n +theirs 409$/,
    line: /^\.(?:body|code)/,
    type: /apply-patch/,
  },
  { reason: 'the warning of a body that is refused', line: /^\.headers\.warning: ours ""/, path: /flows\.diff\.example\.com/ },
  { reason: 'who scaled a custom resource is known with a time', path: /\/gizmos\/g1/, line: /managedFields\.1\.time: / },
  { reason: 'a path of long ago', path: /^\/api\/v1\/proxy\//, line: /^\.headers\.present/ },
];

/** The reason why the answers to a step differ, undefined when nobody has judged it. */
export const judgeStep = ({ path, accept = '', type = '', text = '' }: Step, lines: readonly string[]): string | undefined =>
  judgements.find(
    (rule) =>
      (rule.path?.test(path) ?? true) &&
      (rule.accept?.test(accept) ?? true) &&
      (rule.type?.test(type) ?? true) &&
      (rule.text?.test(text) ?? true) &&
      (rule.first?.test(lines[0] ?? '') ?? true) &&
      lines.every((line) => rule.line?.test(line) ?? true),
  )?.reason;
