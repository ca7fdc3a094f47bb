import type { Json, JsonObject } from '../../src/apimachinery/meta/object.ts';
import { applyAs, as, configMap, maps, mergePatch, post, put, remove, type Probe, type Scenario } from './admission-scenario.ts';

const version = 'admissionregistration.k8s.io/v1';
const anyConfigMap: JsonObject = { operations: ['*'], apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] };
const own = (scenario: string): JsonObject => ({ matchLabels: { scenario: `${scenario}-$RUN` } });

/** A policy for the ConfigMaps of one scenario's namespace, unless it says otherwise. */
export const policy = (scenario: string, spec: JsonObject, match: JsonObject = {}): JsonObject => ({
  apiVersion: version,
  kind: 'ValidatingAdmissionPolicy',
  metadata: { name: `${scenario}.$RUN` },
  spec: { matchConstraints: { namespaceSelector: own(scenario), resourceRules: [anyConfigMap], ...match }, ...spec },
});

export const binding = (scenario: string, spec: JsonObject = {}, suffix = ''): JsonObject => ({
  apiVersion: version,
  kind: 'ValidatingAdmissionPolicyBinding',
  metadata: { name: `${scenario}${suffix}.$RUN` },
  spec: { policyName: `${scenario}.$RUN`, validationActions: ['Deny'], ...spec },
});

export const mutating = (scenario: string, spec: JsonObject, match: JsonObject = {}): JsonObject[] => [
  { apiVersion: 'admissionregistration.k8s.io/v1beta1', kind: 'MutatingAdmissionPolicy', metadata: { name: `${scenario}.$RUN` }, spec: { reinvocationPolicy: 'Never', matchConstraints: { namespaceSelector: own(scenario), resourceRules: [{ ...anyConfigMap, operations: ['CREATE', 'UPDATE'] }], ...match }, ...spec } },
  { apiVersion: 'admissionregistration.k8s.io/v1beta1', kind: 'MutatingAdmissionPolicyBinding', metadata: { name: `${scenario}.$RUN` }, spec: { policyName: `${scenario}.$RUN` } },
]; // prettier-ignore

/** One validation each, all of which a ConfigMap `{a: 1}` meets in turn. */
const expressions: readonly string[] = [
  'object.data.a == "2"', 'object.data.absent == "x"', 'has(object.data.absent)', 'object.spec.replicas > 1', 'object.data["a"].size() > 5', 'int(object.data.a) > 5', 'int(object.data.b) > 5',
  'request.operation == "UPDATE"', 'request.userInfo.username == "nobody"', 'request.userInfo.groups.exists(g, g == "x")', 'request.dryRun', 'request.name == "x"', 'request.namespace == "x"', 'request.kind.kind == "x"', 'request.resource.resource == "x"', 'request.subResource != ""', 'request.requestKind.version == "v2"',
  'namespaceObject.metadata.name == "x"', 'namespaceObject.metadata.labels["none"] == "x"', '"scenario" in namespaceObject.metadata.labels && false', 'namespaceObject.status.phase == "x"', 'oldObject == null && false', 'oldObject != null', 'oldObject.data.a == "1"',
  'authorizer.group("").resource("pods").namespace("default").check("create").allowed() && false', 'authorizer.group("").resource("pods").check("create").reason() == "x"', 'authorizer.requestResource.check("custom").denied()', 'authorizer.path("/healthz").check("get").errored()', 'authorizer.serviceAccount("default", "default").group("").resource("pods").check("get").allowed()',
  '1 / 0 == 1', '[1, 2][5] == 1', '{"a": 1}["b"] == 1', 'quantity("x").isInteger()', 'url("::").getHost() == "x"', 'ip("1.2.3.4").isLoopback()', 'cidr("10.0.0.0/8").containsIP("11.0.0.1")', 'duration("x") > duration("1s")', 'timestamp("2020-13-01T00:00:00Z") > timestamp("2020-01-01T00:00:00Z")', 'semver("1.2").major() == 1', 'format.dns1123Label().validate("A B").hasValue() == false', '"a".matches("[")', '"%d".format(["x"]) == ""', '[3, 1, 2].isSorted()', '["a"].map(x, x + "b")[0] == "a"', 'optional.of(1).value() == 2', 'object.?data.absent.orValue("d") == "e"', 'sets.contains([1], [2])', 'base64.decode("!!") == b"x"',
  'object.metadata.name.startsWith("x")', 'object.metadata.generateName == "x"', 'object.metadata.creationTimestamp == timestamp("2020-01-01T00:00:00Z")', 'object.apiVersion == "x"', 'object.kind == "x"', 'object.metadata.labels == {}', 'object.binaryData.x == b"y"', 'object.immutable', 'object.data.all(k, k == "z")', 'object.data.exists_one(k, object.data[k] == "9")', 'dyn(object).nope == 1', 'type(object.data) == string', 'string(object.data) == "x"', 'object == oldObject', 'request.options.fieldManager == "x"', 'request.userInfo.extra["team"][0] == "red"', 'request.userInfo.extra["none"][0] == "red"', 'request.userInfo.uid == "x"',
]; // prettier-ignore

const perExpression: Scenario[] = expressions.map((expression, i) => {
  const name = `e${i}`;
  const probe = configMap('a', { data: { a: '1', b: 'x' } });
  return {
    name,
    objects: [policy(name, { validations: [{ expression }] }), binding(name)],
    probes: [as('jane', post(probe, maps, '?dryRun=All')), post(configMap('b', {}), maps, '?dryRun=All')],
  };
});

const validations: readonly JsonObject[] = [
  { expression: 'false', message: 'no', reason: 'Unauthorized' }, { expression: 'false', reason: 'Forbidden' }, { expression: 'false', reason: 'RequestEntityTooLarge' }, { expression: 'false', reason: 'Invalid', message: ' spaces ' },
  { expression: 'false', messageExpression: '"for " + object.metadata.name' }, { expression: 'false', messageExpression: '""', message: 'fixed' }, { expression: 'false', messageExpression: '"two\\nlines"', message: 'fixed' }, { expression: 'false', messageExpression: 'object.data.absent', message: 'fixed' },
  { expression: 'false', messageExpression: '"x".size() > 0 ? "%s" .format(["y"]) : ""' }, { expression: 'false', messageExpression: 'object.data.b' }, { expression: 'false', messageExpression: '[0,1,2,3,4,5,6,7,8,9].map(x, "0123456789012345678901234567890123456789012345678901234567890").map(y, y+y+y+y+y+y+y+y+y+y)[0].matches("x") ? "a" : "b"' }, { expression: ' object.data.a   == "2" ' },
]; // prettier-ignore

const perValidation: Scenario[] = validations.map((validation, i) => ({
  name: `v${i}`,
  objects: [policy(`v${i}`, { validations: [validation] }), binding(`v${i}`)],
  probes: [post(configMap('a', { data: { a: '1', b: 'text' } }), maps, '?dryRun=All')],
}));

const actions: Scenario[] = ([['Deny'], ['Warn'], ['Audit'], ['Warn', 'Audit'], ['Deny', 'Audit']] as Json[]).flatMap((validationActions, i) =>
  ['Fail', 'Ignore'].map((failurePolicy) => {
    const name = `act${i}${failurePolicy.toLowerCase()}`;
    return {
      name,
      isUnordered: true,
      objects: [
        policy(name, {
          failurePolicy,
          validations: [{ expression: 'object.data.a != "bad"', message: 'bad a' }, { expression: 'object.data.missing == "x"' }, { expression: 'has(object.data.ok)', messageExpression: '"ok is missing in " + object.metadata.name' }],
          auditAnnotations: [{ key: 'k', valueExpression: '"a is " + object.data.a' }, { key: 'n', valueExpression: 'null' }, { key: 'f', valueExpression: 'string(object.data.missing)' }],
        }),
        binding(name, { validationActions }),
        // The first of several refusals is told, whichever that is.
        ...(failurePolicy === 'Ignore' ? [binding(name, { validationActions: ['Warn'] }, '-two')] : []),
      ],
      probes: [post(configMap('a', { data: { a: 'bad' } })), post(configMap('b', { data: { a: 'good', ok: '1', missing: 'x' } })), put(configMap('b', { data: { a: 'bad' } })), remove('b')],
    };
  }),
); // prettier-ignore

const params = (name: string, data: JsonObject, labels: JsonObject = {}): JsonObject => ({
  ...configMap(name, { data }),
  metadata: { name, labels },
});
const paramRefs: readonly JsonObject[] = [
  { name: 'p1', parameterNotFoundAction: 'Deny' }, { name: 'absent', parameterNotFoundAction: 'Deny' }, { name: 'absent', parameterNotFoundAction: 'Allow' }, { name: 'p1', namespace: '$NS', parameterNotFoundAction: 'Deny' }, { name: 'p1', namespace: 'default', parameterNotFoundAction: 'Deny' },
  { selector: { matchLabels: { set: 's' } }, parameterNotFoundAction: 'Deny' }, { selector: { matchLabels: { set: 'none' } }, parameterNotFoundAction: 'Deny' }, { selector: { matchLabels: { set: 'none' } }, parameterNotFoundAction: 'Allow' }, { selector: {}, parameterNotFoundAction: 'Deny', namespace: '$NS' },
]; // prettier-ignore

const parameters: Scenario[] = paramRefs.map((paramRef, i) => ({
  name: `par${i}`,
  before: [params('p1', { max: '1' }, { set: 's' }), params('p2', { max: '3' }, { set: 's' })],
  objects: [
    policy(`par${i}`, { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' }, validations: [{ expression: '!has(object.data.n) || int(object.data.n) <= int(params.data.max)', messageExpression: '"at most " + params.data.max + " of " + params.metadata.name' }] }, { objectSelector: { matchExpressions: [{ key: 'set', operator: 'DoesNotExist' }] } }),
    binding(`par${i}`, { paramRef }),
  ],
  probes: [post(configMap('one', { data: { n: '1' } })), post(configMap('two', { data: { n: '2' } })), post(configMap('nine', { data: { n: '9' } })), { ...mergePatch(`${maps}/p1`, { data: { max: '9' } }), changes: true }, post(configMap('eight', { data: { n: '8' } })), { ...remove('p1'), changes: true }, post(configMap('seven', { data: { n: '7' } }))],
})); // prettier-ignore

const badParams: Scenario[] = [
  { name: 'nokind', objects: [policy('nokind', { paramKind: { apiVersion: 'nope.example/v1', kind: 'Nope' }, validations: [{ expression: 'params.x == 1' }] }), binding('nokind', { paramRef: { name: 'a', parameterNotFoundAction: 'Deny' } })], probes: [post(configMap('a'))] },
  { name: 'nokindign', objects: [policy('nokindign', { failurePolicy: 'Ignore', paramKind: { apiVersion: 'nope.example/v1', kind: 'Nope' }, validations: [{ expression: 'params.x == 1' }] }), binding('nokindign', { paramRef: { name: 'a', parameterNotFoundAction: 'Deny' } })], probes: [post(configMap('a'))] },
  { name: 'noref', objects: [policy('noref', { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' }, validations: [{ expression: 'params == null', message: 'no params' }, { expression: 'params.data.x == "1"' }] }), binding('noref')], probes: [post(configMap('a'))] },
  { name: 'nopolicy', objects: [binding('nopolicy')], probes: [post(configMap('a'))] },
  { name: 'unneeded', objects: [policy('unneeded', { validations: [{ expression: 'false' }] }), binding('unneeded', { paramRef: { name: 'a', parameterNotFoundAction: 'Deny' } })], probes: [post(configMap('a'))] },
  ...[{}, { namespace: 'default' }].map((place, i): Scenario => ({ name: `clusterpar${i}`, objects: [policy(`clusterpar${i}`, { paramKind: { apiVersion: 'v1', kind: 'Namespace' }, validations: [{ expression: 'params.metadata.name == "x"', messageExpression: '"params are " + params.metadata.name' }] }), binding(`clusterpar${i}`, { paramRef: { name: 'default', parameterNotFoundAction: 'Deny', ...place } })], probes: [post(configMap('a'))] })),
]; // prettier-ignore

const deployment = (name: string, labels: JsonObject = {}): JsonObject => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, labels }, spec: { replicas: 1, selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } } } }); // prettier-ignore
const autoscaler = (versionName: string): JsonObject => ({ apiVersion: `autoscaling/${versionName}`, kind: 'HorizontalPodAutoscaler', metadata: { name: `h${versionName}` }, spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' } } }); // prettier-ignore
const autoscalers = (versionName: string): string => `/apis/autoscaling/${versionName}/namespaces/$NS/horizontalpodautoscalers`;
const deployments = '/apis/apps/v1/namespaces/$NS/deployments';
const rule = (fields: JsonObject): JsonObject => ({ operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*'], ...fields });

const matches: readonly JsonObject[] = [
  { matchPolicy: 'Exact', resourceRules: [rule({ apiGroups: ['autoscaling'], apiVersions: ['v1'], resources: ['horizontalpodautoscalers'] })] }, { matchPolicy: 'Equivalent', resourceRules: [rule({ apiGroups: ['autoscaling'], apiVersions: ['v1'], resources: ['horizontalpodautoscalers'] })] }, { matchPolicy: 'Equivalent', resourceRules: [rule({ apiGroups: ['autoscaling'], apiVersions: ['v2'], resources: ['horizontalpodautoscalers'] })] },
  { resourceRules: [rule({ resourceNames: ['d1'] })] }, { resourceRules: [rule({})], excludeResourceRules: [rule({ apiGroups: [''] })] }, { resourceRules: [rule({ resources: ['*/*'] })] }, { resourceRules: [rule({ resources: ['deployments/*'] })] }, { resourceRules: [rule({ resources: ['*/scale'] })] }, { resourceRules: [rule({ resources: ['deployments', 'deployments/status'] })] },
  { resourceRules: [rule({ operations: ['DELETE'] })] }, { resourceRules: [rule({ operations: ['UPDATE'] })] }, { resourceRules: [rule({ scope: 'Cluster' })] }, { resourceRules: [rule({ scope: 'Namespaced' })] }, { resourceRules: [rule({})], objectSelector: { matchLabels: { pick: 'me' } } }, { resourceRules: [rule({})], excludeResourceRules: [rule({ resourceNames: ['d1'], resources: ['deployments', 'deployments/scale'] })] },
]; // prettier-ignore

const everything: Probe[] = [
  post(deployment('d1'), deployments), post(deployment('d2', { pick: 'me' }), deployments), post(autoscaler('v1'), autoscalers('v1')), post(autoscaler('v2'), autoscalers('v2')), post(configMap('c')),
  put({ apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'd1' }, spec: { replicas: 2 } } as JsonObject, deployments), { method: 'PUT', path: `${deployments}/d1/scale`, body: { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'd1' }, spec: { replicas: 2 } } }, mergePatch(`${deployments}/d1/status`, { status: { replicas: 1 } }), mergePatch(`${deployments}/d2`, { metadata: { labels: { pick: 'other' } } }),
  mergePatch(`${autoscalers('v2')}/hv1`, { spec: { maxReplicas: 4 } }), applyAs('m', { ...autoscaler('v1'), metadata: { name: 'new' } }, autoscalers('v1')), remove('d1', deployments), remove('hv2', autoscalers('v1')), { method: 'DELETE', path: `${deployments}?labelSelector=pick` }, { method: 'POST', path: '/api/v1/namespaces/$NS/serviceaccounts/default/token', body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} } },
]; // prettier-ignore

const matching: Scenario[] = matches.map((match, i) => ({
  name: `m${i}`,
  objects: [
    policy(`m${i}`, { validations: [{ expression: 'false', messageExpression: '"saw " + request.operation + " " + request.kind.version + "." + request.kind.kind + " as " + request.requestKind.version + "." + request.requestKind.kind + "/" + request.subResource + " " + (object == null ? oldObject.apiVersion : object.apiVersion)' }] }, match),
    binding(`m${i}`, { validationActions: ['Warn'] }),
  ],
  probes: everything,
})); // prettier-ignore

const conditions: Scenario[] = ([[{ name: 'a', expression: 'true' }], [{ name: 'a', expression: 'false' }], [{ name: 'a', expression: 'object.data.absent == "x"' }], [{ name: 'a', expression: 'object.data.absent == "x"' }, { name: 'b', expression: 'false' }], [{ name: 'a', expression: 'object.data.absent == "x"' }, { name: 'b', expression: '1/0 == 1' }], [{ name: 'a', expression: 'request.userInfo.username != "jane"' }], [{ name: 'a', expression: 'has(oldObject.data)' }]] as Json[]).flatMap(
  (matchConditions, i) => ['Fail', 'Ignore'].map((failurePolicy) => {
    const name = `c${i}${failurePolicy.toLowerCase()}`;
    return { name, objects: [policy(name, { failurePolicy, matchConditions, validations: [{ expression: 'false' }] }), binding(name)], probes: [post(configMap('a')), as('jane', post(configMap('a')))] };
  }),
); // prettier-ignore

const variables: Scenario[] = [
  { name: 'var0', objects: [policy('var0', { variables: [{ name: 'a', expression: 'object.data.a' }, { name: 'n', expression: 'int(variables.a)' }, { name: 'bad', expression: '1 / (variables.n - 1)' }, { name: 'list', expression: '[1, 2, 3].map(x, x * variables.n)' }], validations: [{ expression: 'variables.n > 1' }, { expression: 'variables.bad > 0' }, { expression: 'variables.list[2] == 6', messageExpression: '"list is " + string(variables.list[2])' }], auditAnnotations: [{ key: 'v', valueExpression: 'variables.a' }] }), binding('var0')], probes: [post(configMap('a', { data: { a: '1' } })), post(configMap('a', { data: { a: '2' } })), post(configMap('a', { data: { a: 'x' } })), post(configMap('a'))] },
  { name: 'cost0', objects: [policy('cost0', { validations: [{ expression: '[0,1,2,3,4,5,6,7,8,9].all(a, [0,1,2,3,4,5,6,7,8,9].all(b, [0,1,2,3,4,5,6,7,8,9].all(c, [0,1,2,3,4,5,6,7,8,9].all(d, [0,1,2,3,4,5,6,7,8,9].all(e, [0,1,2,3,4,5,6,7,8,9].all(f, [0,1,2,3,4,5,6,7,8,9].all(g, true)))))))' }, { expression: 'false' }] }), binding('cost0')], probes: [post(configMap('a'))] },
  { name: 'cost1', objects: [policy('cost1', { matchConditions: [{ name: 'deep', expression: '[0,1,2,3,4,5,6,7,8,9].all(a, [0,1,2,3,4,5,6,7,8,9].all(b, [0,1,2,3,4,5,6,7,8,9].all(c, [0,1,2,3,4,5,6,7,8,9].all(d, [0,1,2,3,4,5,6,7,8,9].all(e, [0,1,2,3,4,5,6,7,8,9].all(f, [0,1,2,3,4,5,6,7,8,9].all(g, true)))))))' }], validations: [{ expression: 'false' }] }), binding('cost1')], probes: [post(configMap('a'))] },
  { name: 'cost2', objects: [policy('cost2', { variables: [{ name: 'v', expression: '[0,1,2,3,4,5,6,7,8,9].all(a, [0,1,2,3,4,5,6,7,8,9].all(b, [0,1,2,3,4,5,6,7,8,9].all(c, [0,1,2,3,4,5,6,7,8,9].all(d, [0,1,2,3,4,5,6,7,8,9].all(e, [0,1,2,3,4,5,6,7,8,9].all(f, true))))))' }], validations: [{ expression: 'variables.v' }, { expression: 'variables.v && false' }, { expression: 'object.data.all(k, [0,1,2,3,4,5,6,7,8,9].all(b, [0,1,2,3,4,5,6,7,8,9].all(c, [0,1,2,3,4,5,6,7,8,9].all(d, [0,1,2,3,4,5,6,7,8,9].all(e, [0,1,2,3,4,5,6,7,8,9].all(f, true))))))' }] }), binding('cost2')], probes: [post(configMap('a', { data: Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`k${i}`, 'v'])) }))] },
]; // prettier-ignore

/** What a type checker finds in expressions over built-in kinds. */
const typed: Scenario[] = ([
  [{ expression: 'object.foo == 1' }], [{ expression: 'object.spec.replicas > "1"' }], [{ expression: 'object.spec.template.spec.containers.all(c, c.image == 1)' }, { expression: 'object.nope' }], [{ expression: 'object.spec.replicas > 1', messageExpression: 'object.metadata.nope' }], [{ expression: 'object.spec.template.metadata.labels["a"] == "b"' }], [{ expression: 'oldObject.spec.foo == 1' }], [{ expression: 'object.spec.strategy.rollingUpdate.maxSurge == 1' }], [{ expression: 'object.metadata.creationTimestamp < timestamp("2020-01-01T00:00:00Z")' }], [{ expression: 'has(object.spec.nope)' }], [{ expression: 'dyn(object).nope == 1' }],
] as Json[]).map((validations_, i) => ({
  name: `t${i}`,
  objects: [policy(`t${i}`, { validations: validations_ }, { resourceRules: [{ operations: ['*'], apiGroups: ['apps'], apiVersions: ['v1'], resources: i % 2 === 0 ? ['deployments'] : ['deployments', 'replicasets', 'statefulsets/status'] }] })],
  probes: [],
})); // prettier-ignore

const typedParams: Scenario[] = [
  { name: 'tp0', objects: [policy('tp0', { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' }, validations: [{ expression: 'params.nope == 1' }, { expression: 'params.data.x == 1' }] })], probes: [] },
  { name: 'tp1', objects: [policy('tp1', { variables: [{ name: 'r', expression: 'object.data' }, { name: 'bad', expression: 'object.nope' }], validations: [{ expression: 'variables.r.x == 1' }, { expression: 'variables.bad == 1' }] })], probes: [] },
  { name: 'tp2', objects: [policy('tp2', { matchConditions: [{ name: 'c', expression: 'object.nope == 1' }], validations: [{ expression: 'true' }], auditAnnotations: [{ key: 'k', valueExpression: 'object.nope' }] })], probes: [] },
  { name: 'tp3', objects: [policy('tp3', { validations: [{ expression: 'object.nope == 1' }] }, { resourceRules: [{ operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*'] }] })], probes: [] },
  { name: 'tp4', objects: [policy('tp4', { validations: [{ expression: 'object.nope == 1' }] }, { resourceRules: [{ operations: ['*'], apiGroups: ['', 'apps', 'none.example'], apiVersions: ['v1', 'v2'], resources: ['pods', 'deployments', 'nothings'] }] })], probes: [] },
]; // prettier-ignore

const mutations: readonly JsonObject[] = [
  { patchType: 'ApplyConfiguration', applyConfiguration: { expression: 'Object{metadata: Object.metadata{labels: {"added": "1"}}}' } }, { patchType: 'ApplyConfiguration', applyConfiguration: { expression: 'Object{data: {"b": object.data.a + "x"}}' } }, { patchType: 'ApplyConfiguration', applyConfiguration: { expression: 'Object{spec: Object.spec{x: 1}}' } }, { patchType: 'ApplyConfiguration', applyConfiguration: { expression: 'Object{metadata: Object.metadata{name: "other"}}' } }, { patchType: 'ApplyConfiguration', applyConfiguration: { expression: 'Object{data: {"b": 1}}' } }, { patchType: 'ApplyConfiguration', applyConfiguration: { expression: 'Object{metadata: Object.metadata{ownerReferences: []}}' } },
  { patchType: 'JSONPatch', jsonPatch: { expression: '[JSONPatch{op: "add", path: "/data/c", value: "z"}]' } }, { patchType: 'JSONPatch', jsonPatch: { expression: '[JSONPatch{op: "replace", path: "/data/absent", value: "z"}]' } }, { patchType: 'JSONPatch', jsonPatch: { expression: '[JSONPatch{op: "test", path: "/data/a", value: "9"}, JSONPatch{op: "remove", path: "/data/a"}]' } }, { patchType: 'JSONPatch', jsonPatch: { expression: '[JSONPatch{op: "remove", path: "/metadata/name"}]' } }, { patchType: 'JSONPatch', jsonPatch: { expression: '[JSONPatch{op: "add", path: "/data/" + jsonpatch.escapeKey("a/b~c"), value: "1"}]' } }, { patchType: 'JSONPatch', jsonPatch: { expression: '[JSONPatch{op: "nope", path: "/data"}]' } }, { patchType: 'JSONPatch', jsonPatch: { expression: '[JSONPatch{op: "add", path: "/metadata/labels", value: {"x": "y"}}, JSONPatch{op: "copy", from: "/data/a", path: "/data/d"}, JSONPatch{op: "move", from: "/data/a", path: "/data/e"}]' } }, { patchType: 'JSONPatch', jsonPatch: { expression: '[]' } }, { patchType: 'JSONPatch', jsonPatch: { expression: '[JSONPatch{op: "replace", path: "/data", value: "text"}]' } }, { patchType: 'JSONPatch', jsonPatch: { expression: 'object.data.absent == "x" ? [] : []' } },
]; // prettier-ignore

const mutatingScenarios: Scenario[] = mutations.flatMap((mutation, i) =>
  ['Fail', 'Ignore'].map((failurePolicy) => {
    const name = `mut${i}${failurePolicy.toLowerCase()}`;
    return { name, objects: mutating(name, { failurePolicy, mutations: [mutation] }), probes: [post(configMap('a', { data: { a: '1' } })), post(configMap('b')), mergePatch(`${maps}/a`, { data: { z: '1' } }), remove('a')] };
  }),
); // prettier-ignore

export const policyScenarios: readonly Scenario[] = [
  ...perExpression, ...perValidation, ...actions, ...parameters, ...badParams, ...matching, ...conditions, ...variables, ...typed, ...typedParams, ...mutatingScenarios,
]; // prettier-ignore
