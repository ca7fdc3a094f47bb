import type { Json, JsonObject } from '../../src/apimachinery/meta/object.ts';
import { binding, mutating, policy } from './admission-policies.ts';
import { applyAs, as, mergePatch, post, put, remove, type Probe, type Scenario } from './admission-scenario.ts';
import { answerWith, configuration, patched, webhook } from './admission-webhooks.ts';

const groupOf = (name: string): string => `${name}-$RUN.example`;
const widgetsOf = (name: string, version = 'v1'): string => `/apis/${groupOf(name)}/${version}/namespaces/$NS/widgets`;

const spec: JsonObject = {
  type: 'object',
  properties: {
    replicas: { type: 'integer' }, size: { 'x-kubernetes-int-or-string': true }, ratio: { type: 'number' }, name: { type: 'string', maxLength: 20 }, when: { type: 'string', format: 'date-time' }, wait: { type: 'string', format: 'duration' }, bytes: { type: 'string', format: 'byte' }, day: { type: 'string', format: 'date' },
    flags: { type: 'object', additionalProperties: { type: 'string' } }, counts: { type: 'object', additionalProperties: { type: 'integer' } }, set: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' }, ports: { type: 'array', items: { type: 'object', required: ['name'], properties: { name: { type: 'string' }, port: { type: 'integer', default: 80 } } }, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] }, list: { type: 'array', items: { type: 'integer' } },
    nested: { type: 'object', properties: { on: { type: 'boolean', default: true }, deep: { type: 'object', properties: { x: { type: 'integer' } } } } }, free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }, embedded: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true }, maybe: { type: 'string', nullable: true }, in: { type: 'string' }, 'a-b': { type: 'string' }, 'a.b': { type: 'string' }, __x: { type: 'string' }, kind: { type: 'string' }, def: { type: 'integer', default: 5 },
  },
}; // prettier-ignore
const definition = (name: string): JsonObject => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `widgets.${groupOf(name)}` },
  spec: {
    group: groupOf(name),
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
    versions: ['v1', 'v2'].map((version) => ({ name: version, served: true, storage: version === 'v1', subresources: { status: {}, scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' } }, schema: { openAPIV3Schema: { type: 'object', properties: { spec, status: { type: 'object', properties: { replicas: { type: 'integer' } } } } } } })),
  },
}); // prettier-ignore

const widget = (name: string, object: string, more: JsonObject = {}, version = 'v1'): JsonObject => ({
  apiVersion: `${groupOf(name)}/${version}`,
  kind: 'Widget',
  metadata: { name: object },
  spec: { replicas: 2, size: '10%', ratio: 2, name: 'n', when: '2020-01-01T00:00:00Z', wait: '1h', bytes: 'aGk=', day: '2020-01-01', flags: { a: '1' }, counts: { a: 1 }, set: ['x', 'y'], ports: [{ name: 'p', port: 1 }, { name: 'q' }], list: [3, 1], nested: { deep: {} }, free: { any: [1, 'a', null] }, embedded: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'e' } }, maybe: null, in: 'i', 'a-b': 'ab', 'a.b': 'a.b', __x: 'u', kind: 'k', ...more },
}); // prettier-ignore
const rule = (name: string, fields: JsonObject = {}): JsonObject => ({ operations: ['*'], apiGroups: [groupOf(name)], apiVersions: ['v1'], resources: ['widgets'], ...fields }); // prettier-ignore

/** Read out of a custom resource, as texts. */
const readings: readonly string[] = [
  'string(object.spec.replicas + 1)', 'string(type(object.spec.size) == string)', 'string(object.spec.ratio)', 'string(type(object.spec.ratio) == int)', 'string(object.spec.ratio / 2)', 'string(object.spec.ratio * 1.5)', 'object.spec.when', 'string(timestamp(object.spec.when).getFullYear())', 'object.spec.wait', 'object.spec.bytes', 'object.spec.flags.a', 'string(object.spec.counts["a"])', 'object.spec.set[0]', 'string(object.spec.set == ["y", "x"])', 'string(object.spec.ports[1].port)', 'object.spec.ports.filter(p, p.name == "q")[0].name', 'string(object.spec.list.sum())', 'string(object.spec.nested.on)', 'string(has(object.spec.nested.deep.x))', 'string(object.spec.free.any.size())', 'object.spec.free.any[1]', 'string(object.spec.free.any[2] == null)', 'object.spec.embedded.metadata.name', 'string(has(object.spec.maybe))', 'string(object.spec.maybe == null)',
  'object.spec.__in__', 'object.spec["in"]', 'object.spec.a__dash__b', 'object.spec["a-b"]', 'object.spec["a.b"]', 'object.spec.a__dot__b', 'object.spec.__x', 'object.spec.__underscores__x', 'object.spec.kind', 'string(object.spec.def)', 'object.apiVersion', 'object.kind', 'string(has(object.status))', 'string(has(object.metadata.managedFields))', 'string(has(object.metadata.uid))', 'string(object.metadata.generation)', 'string(has(object.metadata.creationTimestamp))', 'object.metadata.?labels.?x.orValue("none")', 'string(object == oldObject)', 'string(object.spec.ports == [{"name": "p", "port": 1}, {"name": "q", "port": 80}])', 'string(object.spec.exists(k, k == "def"))', 'string(object.spec.size())', 'string(quantity(string(object.spec.replicas)).asInteger())', 'string(dyn(object.spec.replicas) == 2.0)', 'string(object.spec.replicas == 2u)', 'string(object.spec.list.map(x, x * 2))', '"%s".format([object.spec.flags])', '"%s %d %s".format([object.spec.list, object.spec.replicas, object.spec.maybe])',
]; // prettier-ignore

const read: Scenario = {
  name: 'crread',
  isUnordered: true,
  before: [definition('crread')],
  objects: [
    policy('crread', { validations: readings.map((messageExpression) => ({ expression: 'false', messageExpression, message: `failed: ${messageExpression}` })) }, { resourceRules: [rule('crread', { operations: ['CREATE', 'UPDATE'], resources: ['widgets', 'widgets/status'] })] }),
    binding('crread', { validationActions: ['Warn', 'Audit'] }),
  ],
  probes: [post(widget('crread', 'a'), widgetsOf('crread')), post(widget('crread', 'b', {}, 'v2'), widgetsOf('crread', 'v2')), put(widget('crread', 'a', { replicas: 3 }), widgetsOf('crread')), mergePatch(`${widgetsOf('crread')}/a/status`, { status: { replicas: 1 } }), mergePatch(`${widgetsOf('crread')}/a`, { spec: { ratio: 2.5, size: 3 } }), applyAs('m', widget('crread', 'c'), widgetsOf('crread'))],
}; // prettier-ignore

/** Wrong in types: told in the status, never refused. */
const typed: Scenario[] = (
  [
    ['object.spec.replicas == "a"'], ['object.spec.nope == 1'], ['object.spec.size == 1', 'object.spec.size == "1"', 'object.spec.size.x == 1'], ['object.spec.ratio == 1'], ['object.spec.when == "x"', 'object.spec.when > timestamp("2020-01-01T00:00:00Z")'], ['object.spec.wait == "x"', 'object.spec.wait > duration("1h")'], ['object.spec.bytes == "x"', 'object.spec.bytes == b"x"'], ['object.spec.day == "x"'], ['object.spec.flags.a == 1', 'object.spec.flags["a"] == 1'], ['object.spec.counts.a == "1"'], ['object.spec.set == "x"', 'object.spec.set[0] == 1'], ['object.spec.ports[0].port == "x"', 'object.spec.ports[0].nope == 1'], ['object.spec.nested.deep.y == 1', 'object.spec.nested.on == 1'], ['object.spec.free.any == 1', 'object.spec.free == 1'], ['object.spec.embedded.metadata.name == 1', 'object.spec.embedded.spec.x == 1'], ['object.spec.maybe == 1', 'object.spec.maybe == null'], ['object.spec.__in__ == 1', 'object.spec.in == 1'], ['object.spec.a__dash__b == 1', 'object.spec.a__dot__b == 1', 'object.spec.__x == 1', 'object.spec.__underscores__x == 1'], ['object.status.replicas == "x"', 'object.metadata.name == 1', 'object.metadata.nope == 1', 'object.kind == 1'], ['oldObject.spec.replicas == "a"', 'object.spec == oldObject.spec && object.spec == 1'], ['object.spec.list.all(x, x == "a")', 'object.spec.ports.exists(p, p.port == "x")'],
  ] as string[][]
).map((expressions, i) => {
  const name = `crtype${i}`;
  const resources = i % 3 === 0 ? ['widgets'] : i % 3 === 1 ? ['widgets', 'widgets/status'] : ['*'];
  return { name, before: [definition(name)], objects: [policy(name, { validations: expressions.map((expression) => ({ expression })) }, { resourceRules: [rule(name, { resources, apiVersions: i % 2 === 0 ? ['v1'] : ['v1', 'v2'] })] })], probes: [] };
}); // prettier-ignore

const life = (name: string): Probe[] => {
  const [v1, v2] = [widgetsOf(name), widgetsOf(name, 'v2')];
  return [
    post(widget(name, 'a'), v1), post(widget(name, 'b', {}, 'v2'), v2), post({ ...widget(name, 'x'), metadata: { generateName: 'gen-' } }, v1, '?dryRun=All'), put(widget(name, 'a', { replicas: 4 }), v1), put(widget(name, 'b', { replicas: 4 }, 'v2'), v2), mergePatch(`${v2}/a`, { spec: { replicas: 5 } }), mergePatch(`${v1}/a`, { metadata: { labels: { pick: 'me' } } }), { method: 'PATCH', path: `${v1}/a`, type: 'application/json-patch+json', body: [{ op: 'add', path: '/spec/nope', value: 1 }, { op: 'replace', path: '/spec/name', value: 'o' }] }, applyAs('ap', widget(name, 'c', {}, 'v2'), v2), applyAs('ap', widget(name, 'c', { replicas: 9 }), v1),
    mergePatch(`${v1}/a/status`, { status: { replicas: 1 } }), { method: 'PUT', path: `${v2}/b/status`, body: { ...widget(name, 'b', {}, 'v2'), status: { replicas: 3 } } as JsonObject }, { method: 'PUT', path: `${v1}/a/scale`, body: { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'a' }, spec: { replicas: 7 } } }, mergePatch(`${v2}/b/scale`, { spec: { replicas: 8 } }), mergePatch(`${v1}/none`, { spec: {} }), post(widget(name, 'a'), v1), post(widget(name, 'bad', { replicas: 'x' }), v1), remove('a', v2), remove('none', v1), { method: 'DELETE', path: v1, body: { dryRun: ['All'] } }, { method: 'DELETE', path: `${v2}?labelSelector=none` }, as('jane', { method: 'DELETE', path: v2 }),
  ];
}; // prettier-ignore

const matches: readonly ((name: string) => JsonObject)[] = [
  (name) => ({ resourceRules: [rule(name)] }), (name) => ({ matchPolicy: 'Exact', resourceRules: [rule(name)] }), (name) => ({ resourceRules: [rule(name, { apiVersions: ['v2'] })] }), (name) => ({ resourceRules: [rule(name, { apiVersions: ['*'], resources: ['widgets/*', 'widgets'] })] }), (name) => ({ resourceRules: [rule(name, { resources: ['widgets/status'] })] }), (name) => ({ resourceRules: [rule(name, { resources: ['widgets/scale'], operations: ['UPDATE'] })] }), (name) => ({ resourceRules: [rule(name, { apiVersions: ['v2'], resourceNames: ['a'] })] }), (name) => ({ resourceRules: [rule(name, { apiGroups: ['*'], apiVersions: ['*'], resources: ['*'] })], excludeResourceRules: [rule(name, { apiVersions: ['v2'] })] }), (name) => ({ resourceRules: [rule(name, { apiVersions: ['v3'] })] }), (name) => ({ resourceRules: [rule(name)], objectSelector: { matchLabels: { pick: 'me' } } }), (name) => ({ resourceRules: [rule(name, { operations: ['DELETE'] })] }),
]; // prettier-ignore
const saw =
  '"saw " + request.operation + " " + request.kind.version + "." + request.kind.kind + " as " + request.requestKind.version + "." + request.requestKind.kind + "/" + request.subResource + " of " + (has(request.name) ? request.name : "") + " " + (object == null ? "old " + oldObject.apiVersion : object.apiVersion)';

const matching: Scenario[] = matches.map((match, i) => {
  const name = `crmatch${i}`;
  return { name, isUnordered: true, before: [definition(name)], objects: [policy(name, { validations: [{ expression: 'false', messageExpression: saw }] }, match(name)), binding(name, { validationActions: ['Warn'] })], probes: life(name) };
}); // prettier-ignore

const asked: Scenario[] = matches.slice(0, 8).map((match, i) => {
  const name = `crhook${i}`;
  const { resourceRules, excludeResourceRules: _, ...rest } = match(name) as { resourceRules: JsonObject[]; excludeResourceRules?: Json };
  const rules = resourceRules.map(({ resourceNames: _names, ...fields }) => fields);
  return { name, before: [definition(name)], objects: [configuration('Mutating', name, [webhook(name, 'm1', { ...rest, rules })]), configuration('Validating', name, [webhook(name, 'v1', { ...rest, rules })])], probes: life(name) };
}); // prettier-ignore

const patches: readonly Json[] = [
  [{ op: 'add', path: '/spec/nope', value: 1 }], [{ op: 'add', path: '/spec/replicas', value: 'x' }], [{ op: 'remove', path: '/spec/nested' }, { op: 'remove', path: '/spec/def' }], [{ op: 'add', path: '/spec/ports/-', value: { name: 'new' } }], [{ op: 'add', path: '/spec/ports/-', value: { name: 'p' } }], [{ op: 'replace', path: '/apiVersion', value: 'v1' }], [{ op: 'replace', path: '/kind', value: 'Other' }], [{ op: 'replace', path: '/apiVersion', value: '$GROUP/v2' }], [{ op: 'add', path: '/status', value: { replicas: 9 } }], [{ op: 'add', path: '/metadata/nope', value: 'x' }, { op: 'add', path: '/nope', value: 'x' }], [{ op: 'replace', path: '/metadata/name', value: 'other' }], [{ op: 'remove', path: '/metadata' }], [{ op: 'replace', path: '', value: {} }], [{ op: 'add', path: '/metadata/labels', value: { 'bad key!': 'x' } }], [{ op: 'add', path: '/metadata/labels', value: 'text' }], [{ op: 'replace', path: '/spec', value: null }], [{ op: 'replace', path: '/spec', value: [] }], [{ op: 'add', path: '/spec/maybe', value: 'set' }, { op: 'add', path: '/spec/name', value: null }], [{ op: 'remove', path: '/metadata/managedFields' }], [{ op: 'add', path: '/metadata/finalizers', value: ['example.com/f'] }], [{ op: 'add', path: '/spec/embedded/metadata', value: { nope: 1 } }],
]; // prettier-ignore
const patching: Scenario[] = patches.map((operations, i) => {
  const name = `crpatch${i}`;
  const given = patched(JSON.parse(JSON.stringify(operations)) as Json);
  const rules = [rule(name, { apiVersions: ['v1', 'v2'], operations: ['CREATE', 'UPDATE'] })];
  const reply = (review: Parameters<typeof given>[0]) => patched(JSON.parse(JSON.stringify(operations).replaceAll('$GROUP', String((review.request['kind'] as JsonObject)['group']))) as Json)(review);
  return { name, before: [definition(name)], objects: [configuration('Mutating', name, [webhook(name, 'm1', { rules }), webhook(name, 'm2', { rules })])], replies: { m1: reply, m2: answerWith({}) }, probes: [post(widget(name, 'a'), widgetsOf(name)), post(widget(name, 'b', {}, 'v2'), widgetsOf(name, 'v2')), mergePatch(`${widgetsOf(name)}/a`, { spec: { replicas: 6 } }), mergePatch(`${widgetsOf(name)}/a`, { spec: { replicas: 6 } }), { method: 'GET', path: `${widgetsOf(name)}/a` }] };
}); // prettier-ignore

const mutations: readonly JsonObject[] = [
  { applyConfiguration: { expression: 'Object{spec: Object.spec{ports: [Object.spec.ports{name: "q", port: 8}, Object.spec.ports{name: "r"}]}}' } }, { applyConfiguration: { expression: 'Object{spec: Object.spec{set: ["z", "x"], flags: {"b": "2"}, counts: {"b": 2}}}' } }, { applyConfiguration: { expression: 'Object{spec: Object.spec{list: [1]}}' } }, { applyConfiguration: { expression: 'Object{spec: Object.spec{nope: 1}}' } }, { applyConfiguration: { expression: 'Object{spec: Object.spec{replicas: "x"}}' } }, { applyConfiguration: { expression: 'Object{spec: Object.spec{size: 5, ratio: 1.5, maybe: "m", nested: Object.spec.nested{on: false}}}' } }, { applyConfiguration: { expression: 'Object{spec: Object.spec{free: {"x": [1, {"y": "z"}]}}}' } }, { applyConfiguration: { expression: 'Object{spec: Object.spec{maybe: null}}' } }, { applyConfiguration: { expression: 'Object{spec: Object.spec{`a-b`: "q", __in__: "r"}}' } }, { applyConfiguration: { expression: 'Object{spec: Object.spec{replicas: object.spec.replicas + 1}, status: Object.status{replicas: 4}}' } }, { applyConfiguration: { expression: 'object.spec.replicas > 2 ? Object{spec: Object.spec{name: "big"}} : Object{}' } }, { applyConfiguration: { expression: 'Object{spec: Object.spec{?name: object.spec.?nope.optMap(x, "y")}}' } },
  { jsonPatch: { expression: '[JSONPatch{op: "add", path: "/spec/ports/-", value: Object.spec.ports{name: "j", port: 3}}]' } }, { jsonPatch: { expression: '[JSONPatch{op: "add", path: "/spec/nope", value: 1}]' } }, { jsonPatch: { expression: '[JSONPatch{op: "replace", path: "/spec/replicas", value: "x"}]' } }, { jsonPatch: { expression: '[JSONPatch{op: "test", path: "/spec/replicas", value: 2}, JSONPatch{op: "replace", path: "/spec/size", value: 5}]' } }, { jsonPatch: { expression: '[JSONPatch{op: "add", path: "/spec/free", value: {"a": object.spec.list, "b": null, "c": 1.5, "d": duration("1h")}}]' } }, { jsonPatch: { expression: 'object.spec.ports.map(p, JSONPatch{op: "add", path: "/spec/flags/" + p.name, value: p.name})' } },
]; // prettier-ignore
const mutated: Scenario[] = mutations.map((mutation, i) => {
  const name = `crmut${i}`;
  const patchType = 'jsonPatch' in mutation ? 'JSONPatch' : 'ApplyConfiguration';
  return { name, before: [definition(name)], objects: [...mutating(name, { failurePolicy: 'Fail', mutations: [{ patchType, ...mutation }] }, { resourceRules: [rule(name, { operations: ['CREATE', 'UPDATE'] })] })], probes: [post(widget(name, 'a'), widgetsOf(name)), post(widget(name, 'b', {}, 'v2'), widgetsOf(name, 'v2')), mergePatch(`${widgetsOf(name)}/a`, { spec: { replicas: 6 } }), applyAs('ap', widget(name, 'a', { replicas: 7, name: 'z' }), `${widgetsOf(name)}`), { method: 'PUT', path: `${widgetsOf(name)}/a/scale`, body: { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'a' }, spec: { replicas: 9 } } }] };
}); // prettier-ignore

/** Parameters of a custom kind that comes, and goes. */
const parameters: Scenario[] = [{ name: 'p' }, { selector: {} }, { selector: { matchLabels: { set: 's' } } }].flatMap((ref, i) =>
  ['Deny', 'Allow'].map((parameterNotFoundAction) => {
    const name = `crpar${i}${parameterNotFoundAction.toLowerCase()}`;
    const comes = i === 0 && parameterNotFoundAction === 'Deny';
    const maps = '/api/v1/namespaces/$NS/configmaps';
    const map = (object: string): Probe => post({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: object } }, maps, '?dryRun=All');
    const param = { ...widget(name, 'p', { replicas: 3 }), metadata: { name: 'p', labels: { set: 's' } } };
    return {
      name,
      isUnordered: true,
      before: comes ? [] : [definition(name)],
      objects: [policy(name, { paramKind: { apiVersion: `${groupOf(name)}/v1`, kind: 'Widget' }, validations: [{ expression: 'params == null || params.spec.replicas < 3', messageExpression: '"params " + params.metadata.name + " " + string(params.spec.replicas) + " " + string(params.spec.def)' }] }), binding(name, { paramRef: { ...ref, parameterNotFoundAction } })],
      probes: [map('a'), ...(comes ? [{ ...post(definition(name), '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'), changes: true }] : []), map('b'), { ...post(param, widgetsOf(name)), changes: true }, map('c'), { ...mergePatch(`${widgetsOf(name, 'v2')}/p`, { spec: { replicas: 1 } }), changes: true }, map('d'), { ...remove('p', widgetsOf(name)), changes: true }, map('e')],
    };
  }),
); // prettier-ignore

/** Custom resources as subjects of policies and webhooks, and as parameters. */
export const customScenarios: readonly Scenario[] = [read, ...typed, ...matching, ...asked, ...patching, ...mutated, ...parameters];
