import type { Json, JsonObject } from '../../src/apimachinery/meta/object.ts';
import {
  applyAs,
  as,
  configMap,
  maps,
  mergePatch,
  post,
  put,
  remove,
  type AdmissionReview,
  type Probe,
  type Scenario,
} from './admission-scenario.ts';
import type { Reply } from './tls-server.ts';

const rule: JsonObject = { operations: ['*'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] };

/** One webhook; names that begin with `m` are asked in turn, and their order is compared. */
export const webhook = (scenario: string, name: string, more: JsonObject = {}): JsonObject => ({
  name: `${name}.${scenario}.example`,
  clientConfig: { url: `$HOOKS/${name}`, caBundle: '$CA' },
  rules: [rule],
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
  timeoutSeconds: 5,
  namespaceSelector: { matchLabels: { scenario: `${scenario}-$RUN` } },
  ...more,
});

export const configuration = (kind: 'Mutating' | 'Validating', scenario: string, webhooks: JsonObject[], suffix = ''): JsonObject => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: `${kind}WebhookConfiguration`,
  metadata: { name: `${scenario}${suffix}.$RUN` },
  webhooks,
});

/** An answer of a webhook that has these fields. */
export const answerWith =
  (response: JsonObject, outer: JsonObject = {}) =>
  (review: AdmissionReview): Reply => ({ json: { apiVersion: review['apiVersion'], kind: 'AdmissionReview', response: { uid: review.request.uid, allowed: true, ...response }, ...outer } }); // prettier-ignore
export const patched = (operations: Json, more: JsonObject = {}) =>
  answerWith({ patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(operations)).toString('base64'), ...more });
const raw = (code: number, text: string, headers?: Record<string, string>) => (): Reply => ({
  code,
  text,
  ...(headers ? { headers } : {}),
});
export const label = (key: string, value = '1') => patched([{ op: 'add', path: '/metadata/labels', value: { [key]: value } }]);

const simple: Probe[] = [post(configMap('a', { data: { a: '1' } }))];
const life: Probe[] = [
  as('jane', post(configMap('a', { data: { a: '1' } }), maps, '?fieldManager=f')), post({ ...configMap('x'), metadata: { generateName: 'gen-' } }, maps, '?dryRun=All'), put(configMap('a', { data: { a: '2' } })), mergePatch(`${maps}/a?fieldManager=m&fieldValidation=Strict`, { data: { b: '1' } }), applyAs('ap', configMap('a', { data: { c: '1' } })), applyAs('ap', configMap('n', { data: { c: '1' } })), mergePatch(`${maps}/a?dryRun=All`, { data: { b: '2' } }),
  remove('a', maps, '?dryRun=All'), { ...remove('a', maps), body: { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background', preconditions: {} } }, { method: 'DELETE', path: maps },
]; // prettier-ignore

/** What one webhook answers to the creation of a ConfigMap; the same as a mutating and as a validating one. */
const replies: Readonly<Record<string, (review: AdmissionReview) => Reply>> = {
  deny: answerWith({ allowed: false }), denymsg: answerWith({ allowed: false, status: { message: 'no way' } }), denycode: answerWith({ allowed: false, status: { code: 418, message: 'teapot' } }), denyreason: answerWith({ allowed: false, status: { reason: 'Because' } }), denylow: answerWith({ allowed: false, status: { code: 200, reason: 'Forbidden', message: 'm' } }), denydetails: answerWith({ allowed: false, status: { code: 422, reason: 'Invalid', details: { name: 'n', group: 'g', kind: 'k', causes: [{ reason: 'r', message: 'm', field: 'f' }], retryAfterSeconds: 3 } } }), denystatus: answerWith({ allowed: false, status: { status: 'Success', metadata: { resourceVersion: '5' }, message: 'x' } }),
  warns: answerWith({ warnings: ['careful', 'a "quoted" one', '', 'x'.repeat(300), 'line\nbreak', 'é'] }), manywarns: answerWith({ warnings: Array.from({ length: 50 }, (_, i) => `${i} ${'w'.repeat(200)}`) }), denywarn: answerWith({ allowed: false, warnings: ['w1'] }), annotations: answerWith({ auditAnnotations: { a: 'b', 'bad key': 'x' } }), badannotations: answerWith({ auditAnnotations: ['x'] }),
  nouid: answerWith({ uid: '' }), otheruid: answerWith({ uid: 'x' }), v1beta1: answerWith({}, { apiVersion: 'admission.k8s.io/v1beta1' }), v2: answerWith({}, { apiVersion: 'admission.k8s.io/v2' }), otherkind: answerWith({}, { kind: 'Other' }), nokind: answerWith({}, { kind: '', apiVersion: '' }), noresponse: () => ({ json: { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' } }), nullresponse: () => ({ json: { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: null } }),
  empty: raw(200, ''), garbage: raw(200, 'not json'), html: raw(200, '<html>', { 'content-type': 'text/html' }), array: raw(200, '[]'), number: raw(200, '5'), nulltext: raw(200, 'null'), object: raw(200, '{}'), truncated: raw(200, '{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{'), yaml: raw(200, 'apiVersion: admission.k8s.io/v1\nkind: AdmissionReview\n', { 'content-type': 'application/yaml' }),
  status500: raw(500, 'broken'), status404: raw(404, 'none'), status400json: raw(400, '{"kind":"Status","apiVersion":"v1","status":"Failure","message":"own words","reason":"BadRequest","code":400}', { 'content-type': 'application/json' }), status302: raw(302, '', { location: 'https://127.0.0.1:1/' }), status204: raw(204, ''), status201: raw(201, '{}'), status429: raw(429, 'slow', { 'retry-after': '1' }),
  allowedtext: answerWith({ allowed: 'yes' }), patchonly: answerWith({ patch: 'W10=' }), typeonly: answerWith({ patchType: 'JSONPatch' }), othertype: answerWith({ patchType: 'MergePatch', patch: 'e30=' }), badbase64: answerWith({ patchType: 'JSONPatch', patch: '!!' }), patchtext: answerWith({ patchType: 'JSONPatch', patch: Buffer.from('nope').toString('base64') }), patchobject: patched({ op: 'add' } as JsonObject), emptypatch: patched([]), nullpatch: patched(null),
  addlabel: label('l'), addfield: patched([{ op: 'add', path: '/nope', value: 1 }]), adddata: patched([{ op: 'add', path: '/data/z', value: '9' }]), wrongtype: patched([{ op: 'add', path: '/data/z', value: 9 }]), removename: patched([{ op: 'remove', path: '/metadata/name' }]), rename: patched([{ op: 'replace', path: '/metadata/name', value: 'renamed' }]), renamespace: patched([{ op: 'replace', path: '/metadata/namespace', value: 'other' }]), rekind: patched([{ op: 'replace', path: '/kind', value: 'Secret' }]), reversion: patched([{ op: 'replace', path: '/apiVersion', value: 'v2' }]), wipe: patched([{ op: 'replace', path: '', value: {} }]), wipenull: patched([{ op: 'replace', path: '', value: null }]), removemeta: patched([{ op: 'remove', path: '/metadata' }]),
  setuid: patched([{ op: 'add', path: '/metadata/uid', value: 'mine' }]), setrv: patched([{ op: 'add', path: '/metadata/resourceVersion', value: '1' }]), settime: patched([{ op: 'add', path: '/metadata/creationTimestamp', value: '2020-01-01T00:00:00Z' }]), setmanagers: patched([{ op: 'add', path: '/metadata/managedFields', value: [{ manager: 'x' }] }]), nomanagers: patched([{ op: 'remove', path: '/metadata/managedFields' }]), missing: patched([{ op: 'remove', path: '/data/none' }]), badop: patched([{ op: 'nope', path: '/data' }]), failedtest: patched([{ op: 'test', path: '/data/a', value: 'x' }, { op: 'add', path: '/data/q', value: '1' }]), noPath: patched([{ op: 'add', value: 1 }]), badlabel: label('bad key!'), denypatch: patched([{ op: 'add', path: '/data/z', value: '1' }], { allowed: false }), copymove: patched([{ op: 'copy', from: '/data/a', path: '/data/b' }, { op: 'move', from: '/data/a', path: '/data/c' }]),
}; // prettier-ignore

const perReply: Scenario[] = Object.entries(replies).flatMap(([reply, give]) =>
  (['Mutating', 'Validating'] as const).map((kind) => {
    const name = `${kind === 'Mutating' ? 'wm' : 'wv'}-${reply.toLowerCase()}`;
    return { name, objects: [configuration(kind, name, [webhook(name, 'm1'), ...(kind === 'Mutating' ? [webhook(name, 'm2')] : [])])], replies: { m1: give }, probes: simple };
  }),
); // prettier-ignore

const ignored: Scenario[] = ['garbage', 'status500', 'otheruid', 'deny', 'missing', 'badbase64', 'typeonly', 'wrongtype'].map((reply) => {
  const name = `ign-${reply}`;
  const give = replies[reply];
  return { name, objects: [configuration('Mutating', name, [webhook(name, 'm1', { failurePolicy: 'Ignore' })]), configuration('Validating', name, [webhook(name, 'v1', { failurePolicy: 'Ignore' })])], ...(give ? { replies: { m1: give, v1: give } } : {}), probes: simple };
}); // prettier-ignore

const addTo = (key: string) => (review: AdmissionReview): Reply => {
  const data = ((review.request['object'] as JsonObject | null)?.['data'] ?? {}) as JsonObject;
  return key in data ? answerWith({})(review) : patched([{ op: 'add', path: `/data/${key}`, value: Object.keys(data).toSorted().join('') }])(review);
}; // prettier-ignore

const orders: Scenario[] = [
  { name: 'order', objects: [configuration('Mutating', 'order', [webhook('order', 'm3'), webhook('order', 'm1')], '-b'), configuration('Mutating', 'order', [webhook('order', 'm2'), webhook('order', 'm0')], '-a'), configuration('Validating', 'order', [webhook('order', 'v1'), webhook('order', 'v0')])], replies: { m0: addTo('m0'), m1: addTo('m1'), m2: addTo('m2'), m3: addTo('m3') }, probes: [post(configMap('a', { data: { a: '1' } })), mergePatch(`${maps}/a`, { data: { x: '1' } })] },
  { name: 'again', objects: [configuration('Mutating', 'again', [webhook('again', 'm1', { reinvocationPolicy: 'IfNeeded' }), webhook('again', 'm2', { reinvocationPolicy: 'Never' }), webhook('again', 'm3', { reinvocationPolicy: 'IfNeeded' })])], replies: { m2: addTo('two'), m3: addTo('three') }, probes: [post(configMap('a', { data: { a: '1' } }))] },
  { name: 'againnone', objects: [configuration('Mutating', 'againnone', [webhook('againnone', 'm1', { reinvocationPolicy: 'IfNeeded' }), webhook('againnone', 'm2', { reinvocationPolicy: 'IfNeeded' })])], probes: [post(configMap('a', { data: { a: '1' } }))] },
  { name: 'againlast', objects: [configuration('Mutating', 'againlast', [webhook('againlast', 'm1', { reinvocationPolicy: 'IfNeeded' }), webhook('againlast', 'm2', { reinvocationPolicy: 'IfNeeded' })])], replies: { m1: label('x'), m2: label('x', '2') }, probes: [post(configMap('a', { data: { a: '1' } }))] },
  { name: 'twovalid', objects: [configuration('Validating', 'twovalid', [webhook('twovalid', 'v2'), webhook('twovalid', 'v1')])], replies: { v1: answerWith({ allowed: false, status: { message: 'one' } }), v2: answerWith({ allowed: false, status: { message: 'two' } }) }, probes: [] },
  { name: 'cycle', objects: [configuration('Mutating', 'cycle', [webhook('cycle', 'm1')]), configuration('Validating', 'cycle', [webhook('cycle', 'v1')])], replies: { m1: label('seen') }, probes: life },
]; // prettier-ignore

const side: Scenario[] = ['None', 'NoneOnDryRun'].map((sideEffects) => {
  const name = `side-${sideEffects.toLowerCase()}`;
  return { name, objects: [configuration('Validating', name, [webhook(name, 'v1', { sideEffects })])], probes: [post(configMap('a'), maps, '?dryRun=All'), post(configMap('a'))] };
}); // prettier-ignore

const conditions: Scenario[] = ([[{ name: 'a', expression: 'request.userInfo.username == "jane"' }], [{ name: 'a', expression: 'object.data.absent == "x"' }], [{ name: 'a', expression: 'object.data.absent == "x"' }, { name: 'b', expression: 'false' }], [{ name: 'a', expression: 'oldObject == null' }], [{ name: 'a', expression: 'authorizer.requestResource.check("custom").allowed()' }], [{ name: 'a', expression: '1/0 == 1' }, { name: 'b', expression: '[1][5] == 1' }], [{ name: 'a', expression: 'has(request.dryRun) && request.dryRun' }], [{ name: 'a', expression: 'request.options.kind == "CreateOptions"' }]] as Json[]).flatMap((matchConditions, i) =>
  ['Fail', 'Ignore'].map((failurePolicy) => {
    const name = `cond${i}${failurePolicy.toLowerCase()}`;
    return { name, objects: [configuration('Mutating', name, [webhook(name, 'm1', { matchConditions, failurePolicy })]), configuration('Validating', name, [webhook(name, 'v1', { matchConditions, failurePolicy })])], replies: { m1: label('m'), v1: answerWith({ warnings: ['asked'] }) }, probes: [post(configMap('a')), as('jane', put(configMap('a', { data: { x: '1' } }))), remove('a')] };
  }),
); // prettier-ignore

const autoscaler = (version: string, name: string): JsonObject => ({ apiVersion: `autoscaling/${version}`, kind: 'HorizontalPodAutoscaler', metadata: { name }, spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' } } }); // prettier-ignore
const autoscalers = (version: string): string => `/apis/autoscaling/${version}/namespaces/$NS/horizontalpodautoscalers`;
const deployments = '/apis/apps/v1/namespaces/$NS/deployments';
const deployment: JsonObject = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec: { replicas: 1, selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } } } }; // prettier-ignore
const all = (fields: JsonObject): JsonObject => ({ operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*'], ...fields });

const rules: readonly JsonObject[] = [
  { rules: [all({ apiGroups: ['autoscaling'], apiVersions: ['v1'] })], matchPolicy: 'Equivalent' }, { rules: [all({ apiGroups: ['autoscaling'], apiVersions: ['v1'] })], matchPolicy: 'Exact' }, { rules: [all({ apiGroups: ['autoscaling'], apiVersions: ['v2'] })], matchPolicy: 'Equivalent' }, { rules: [all({ resources: ['*/*'] })] }, { rules: [all({ resources: ['deployments/scale', 'deployments/status'] })] }, { rules: [all({ resources: ['*/scale'] })] }, { rules: [all({ scope: 'Namespaced' })] }, { rules: [all({ scope: 'Cluster' })] }, { rules: [all({ operations: ['DELETE'] })] }, { rules: [all({})], objectSelector: { matchLabels: { pick: 'me' } } },
  { rules: [all({ resources: ['serviceaccounts/token', 'pods/eviction', 'pods/binding'] })] },
]; // prettier-ignore
const everything: Probe[] = [
  post(deployment, deployments), post(autoscaler('v1', 'h1'), autoscalers('v1')), post(autoscaler('v2', 'h2'), autoscalers('v2')), mergePatch(`${autoscalers('v2')}/h1`, { metadata: { labels: { pick: 'me' } } }), mergePatch(`${autoscalers('v1')}/h2/status`, { status: { desiredReplicas: 2 } }), { method: 'PUT', path: `${deployments}/d/scale`, body: { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'd' }, spec: { replicas: 2 } } }, mergePatch(`${deployments}/d/scale`, { spec: { replicas: 3 } }), mergePatch(`${deployments}/d/status`, { status: { observedGeneration: 1 } }), { ...mergePatch(`${deployments}/d`, { spec: { paused: true } }), type: 'application/strategic-merge-patch+json' },
  post({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', labels: { pick: 'me' } }, spec: { containers: [{ name: 'c', image: 'i' }] } }, '/api/v1/namespaces/$NS/pods'), { method: 'POST', path: '/api/v1/namespaces/$NS/pods/p/eviction', body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'p' } } }, { method: 'POST', path: '/api/v1/namespaces/$NS/pods/p/binding', body: { apiVersion: 'v1', kind: 'Binding', metadata: { name: 'p' }, target: { kind: 'Node', name: 'n' } } }, remove('p', '/api/v1/namespaces/$NS/pods', '?gracePeriodSeconds=0'), remove('h1', autoscalers('v2')), { method: 'DELETE', path: autoscalers('v1') }, remove('d', deployments, '?propagationPolicy=Orphan'),
]; // prettier-ignore
const matching: Scenario[] = rules.map((fields, i) => ({
  name: `rule${i}`,
  objects: [configuration('Mutating', `rule${i}`, [webhook(`rule${i}`, 'm1', fields)]), configuration('Validating', `rule${i}`, [webhook(`rule${i}`, 'v1', fields)])],
  probes: everything,
})); // prettier-ignore

const client = (clientConfig: JsonObject, name: string, failurePolicy = 'Fail', more: JsonObject = {}): Scenario => ({
  name,
  objects: [configuration('Validating', name, [webhook(name, 'v1', { clientConfig, failurePolicy, ...more })])],
  probes: simple,
}); // prettier-ignore
const clients: Scenario[] = [
  client({ url: 'https://127.0.0.1:1/x', caBundle: '$CA' }, 'refused'), client({ url: 'https://127.0.0.1:1/x' }, 'refusednoca', 'Ignore'), client({ url: '$HOOKS/v1' }, 'unknownca'), client({ url: 'https://no-such-host.invalid/x', caBundle: '$CA' }, 'nohost'), client({ service: { namespace: '$NS', name: 'absent', path: '/x' }, caBundle: '$CA' }, 'noservice'), client({ service: { namespace: 'default', name: 'kubernetes', port: 444 }, caBundle: '$CA' }, 'noport'), client({ url: '$HOOKS/v1?a=b', caBundle: '$CA' }, 'withquery'),
  { ...client({ url: '$HOOKS/v1', caBundle: '$CA' }, 'hangs', 'Fail', { timeoutSeconds: 1 }), replies: { v1: () => undefined } }, { ...client({ url: '$HOOKS/v1', caBundle: '$CA' }, 'hangsignored', 'Ignore', { timeoutSeconds: 1 }), replies: { v1: () => undefined } }, client({ url: '$HOOKS/v1', caBundle: '$CA' }, 'oldreview', 'Fail', { admissionReviewVersions: ['v1beta1'] }), client({ url: '$HOOKS/v1', caBundle: '$CA' }, 'unknownreview', 'Fail', { admissionReviewVersions: ['v2', 'v1beta1', 'v1'] }),
  { name: 'oldmutating', objects: [configuration('Mutating', 'oldmutating', [webhook('oldmutating', 'm1', { admissionReviewVersions: ['v1beta1'] })])], replies: { m1: (review) => ({ json: { response: { allowed: true, patch: Buffer.from('[{"op":"add","path":"/data/z","value":"9"}]').toString('base64'), uid: review.request.uid } } }) }, probes: life },
]; // prettier-ignore

export const webhookScenarios: readonly Scenario[] = [...perReply, ...ignored, ...orders, ...side, ...conditions, ...matching, ...clients];
