import type { Json, JsonObject } from '../../src/apimachinery/meta/object.ts';
import { binding, policy } from './admission-policies.ts';

const texts: readonly string[] = [
  '', ' ', '1', 'object', 'object.', 'nope', 'variables.nope', 'params.x == 1', 'object.x ==', '"a" + 1', 'true && 1', 'request.nope', 'request.userInfo.nope', 'namespaceObject.nope', 'authorizer.nope()', 'authorizer.group(1)', '[1, 2.5].flatten()', '[1,2.5].flatten() == []', '[1, "a"].sum() == 1', '[[1], 2].flatten(1) == []', '{1: 2, "a": 3}.size() == 2', '[1,2].exists(x, x)', 'object.all(x, y, true)', 'has(object)', 'has(object.x.y)', '{"a": 1}.a', 'b"x" == "x"', '1u == 1', "'\\q' == ''", '0x == 1', '1e400 == 1.0', '99999999999999999999 == 1', '"a".matches("[")', '"a".matches("(a+)+$")', '"a".find("x{1000000}") == ""', 'quantity("x") == quantity("y")', 'duration("x") == duration("y")', 'type(1)', 'int', 'Object{}', 'JSONPatch{}', 'message == 1', 'self == 1', 'oldSelf == 1', 'cel.bind(x, 1, x == 1)', 'optional.none() == 1', '[?optional.of(1)] == [1]', 'object.?a.b.c == 1', 'object[0]', '-true', '!1', '1 in 2', '1 ? 2 : 3', 'true ? 1 : "a"', 'x', 'a.b.c.d(1)', 'google.protobuf.Timestamp{seconds: 1} == null', 'null', 'null == 1', '"😀".size() == 1', '// comment', 'true // c', 'true\n&& true', '@', '"unterminated', "r'[' == ''", '[].isSorted()', 'ip("1") == ip("2")', 'semver("1.0.0") < 1', 'format.named("x") == 1', 'request == request', 'namespaceObject == null', 'object == oldObject', 'authorizer == authorizer', 'authorizer.requestResource', 'dyn(1) + dyn("a") == 1', '{}.all(k, v, true)', '[1].transformList(i, v, v) == [1]', 'math.greatest(1, "a") == 1', 'string(object)', 'object.metadata.name.nope()', '[object].map(o, o.x)[0]', 'true || nope', 'variables == 1', 'params == params', 'request.options.x == 1', 'request.userInfo.extra.x == 1', 'oldObject.x',
]; // prettier-ignore

const deep = (depth: number, open: string, close: string): string => `${open.repeat(depth)}true${close.repeat(depth)}`;

/** Expressions made to cost: parsing, checking or running. */
const hostile: readonly string[] = [
  deep(60, '(', ')'), deep(300, '(', ')'), deep(2000, '(', ')'), deep(20000, '(', ')'), deep(60, '!', ''), deep(5000, '!', ''), deep(300, '[', ']'), deep(5000, '[', ']'), deep(300, '{"a":', '}'), deep(100, '[1].all(x, ', ')'), deep(12, '[0,1,2,3,4,5,6,7,8,9].all(x, ', ')'), deep(1000, 'has(object.a) && (', ')'),
  Array.from({ length: 5000 }, () => 'true').join(' && '), Array.from({ length: 20000 }, () => '1').join(' + '), `object${'.a'.repeat(5000)}`, `object${'[0]'.repeat(2000)}`, `"${'a'.repeat(100_000)}" == ""`, `"a".matches("${'(a+)+'.repeat(2000)}")`, `"a".matches("${'a{1000}'.repeat(50)}")`, `"a".matches("a{1001}")`, `"a".matches("(((((a{30}){30}){30}){30}){30})")`, '"x".replace("", "y", 1000000) == ""', `[${'1,'.repeat(20000)}1].size() == 1`, `${'true ? '.repeat(500)}true${' : true'.repeat(500)}`, `cel.bind(a, "x", ${'cel.bind(a, a + a, '.repeat(40)}a${')'.repeat(40)}) == ""`,
  '[1, 2.5].flatten().size() == 2', '[[[[[1]]]]].flatten(-1) == []', '[[1]].flatten(9223372036854775807) == []', '"a".charAt(9223372036854775807) == ""', '"%1000000000d".format([1]) == ""', '"%.1000000000f".format([1.0]) == ""', 'lists.range(1000000000).size() == 1', '"abc".substring(-1) == ""', 'string(b"\\xff") == ""', '"a".split("", -9223372036854775808) == []', 'timestamp("9999-12-31T23:59:59Z") + duration("1000000h") == timestamp("2020-01-01T00:00:00Z")', '9223372036854775807 + 1 == 0', '-9223372036854775808 / -1 == 0', '1.0 / 0.0 == 1.0', '{"a": 1, "a": 2} == {}', '[1, 2, 3][-1] == 1', 'b"abc"[0] == 1', '"".join() == ""',
]; // prettier-ignore

const name = (kind: string, i: number): string => `${kind}${i}`;

const bad: readonly JsonObject[] = [
  {}, { validations: [] }, { validations: [{}] }, { validations: [{ expression: 'true', reason: 'Nope' }] }, { validations: [{ expression: 'true', message: '' }] }, { validations: [{ expression: 'true', message: 'a\nb' }] }, { validations: [{ expression: 'true', message: ' ' }] }, { validations: [{ expression: 'a\nb', message: 'x' }] }, { validations: [{ expression: 'true', messageExpression: '1' }] }, { validations: [{ expression: 'true', messageExpression: ' ' }] }, { failurePolicy: 'Nope', validations: [{ expression: 'true' }] },
  { auditAnnotations: [{ key: '', valueExpression: '"x"' }] }, { auditAnnotations: [{ key: 'a/b', valueExpression: '"x"' }] }, { auditAnnotations: [{ key: 'a', valueExpression: '1' }] }, { auditAnnotations: [{ key: 'a', valueExpression: '"x"' }, { key: 'a', valueExpression: '"y"' }] }, { auditAnnotations: [{ key: 'a', valueExpression: '' }] }, { auditAnnotations: [{ key: 'a', valueExpression: 'null' }] },
  { matchConditions: [{ name: '', expression: 'true' }], validations: [{ expression: 'true' }] }, { matchConditions: [{ name: 'a', expression: '1' }, { name: 'a', expression: 'true' }], validations: [{ expression: 'true' }] }, { matchConditions: [{ name: 'a b', expression: 'variables.x' }], validations: [{ expression: 'true' }] }, { matchConditions: Array.from({ length: 65 }, (_, i) => ({ name: `c${i}`, expression: 'true' })), validations: [{ expression: 'true' }] },
  { variables: [{ name: '', expression: '1' }], validations: [{ expression: 'true' }] }, { variables: [{ name: 'a-b', expression: '1' }], validations: [{ expression: 'true' }] }, { variables: [{ name: 'a', expression: 'variables.b' }, { name: 'b', expression: '1' }], validations: [{ expression: 'variables.b == "x"' }] }, { variables: [{ name: 'a', expression: '1' }, { name: 'a', expression: '2' }], validations: [{ expression: 'variables.a == "x"' }] }, { variables: [{ name: 'in', expression: '1' }], validations: [{ expression: 'true' }] }, { variables: [{ name: 'a', expression: '' }], validations: [{ expression: 'true' }] },
  { paramKind: {}, validations: [{ expression: 'true' }] }, { paramKind: { apiVersion: 'v1' }, validations: [{ expression: 'true' }] }, { paramKind: { apiVersion: 'a/b/c', kind: 'x y' }, validations: [{ expression: 'params.x == 1' }] },
]; // prettier-ignore

const matches: readonly JsonObject[] = [
  { resourceRules: [] }, { resourceRules: [{}] }, { resourceRules: [{ operations: ['CONNECT', 'NOPE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }] }, { resourceRules: [{ operations: ['*', 'CREATE'], apiGroups: ['*', ''], apiVersions: ['*', 'v1'], resources: ['*', 'pods', '*/*'] }] }, { resourceRules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods', 'pods'], scope: 'Nope' }] }, { matchPolicy: 'Nope' }, { objectSelector: { matchLabels: { 'a b': 'c' } } }, { namespaceSelector: { matchExpressions: [{ key: 'a', operator: 'Nope' }] } }, { resourceRules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], resourceNames: ['a/b', 'a', 'a'] }] }, { resourceRules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods/*', 'pods/status', '*/status'] }] }, { excludeResourceRules: [{}] },
]; // prettier-ignore

const bindings: readonly JsonObject[] = [
  { policyName: '' }, { policyName: 'A_B' }, { validationActions: [] }, { validationActions: ['Nope'] }, { validationActions: ['Deny', 'Warn'] }, { validationActions: ['Deny', 'Deny'] }, { paramRef: {} }, { paramRef: { name: 'a' } }, { paramRef: { name: 'a', selector: {}, parameterNotFoundAction: 'Deny' } }, { paramRef: { name: 'a', parameterNotFoundAction: 'Nope' } }, { paramRef: { name: 'A B', parameterNotFoundAction: 'Deny' } }, { matchResources: { resourceRules: [{}] } }, { matchResources: { namespaceSelector: {}, objectSelector: { matchExpressions: [{ key: '', operator: 'In' }] } } },
]; // prettier-ignore

const mutations: readonly Json[] = [
  [], [{}], [{ patchType: 'Nope' }], [{ patchType: 'JSONPatch' }], [{ patchType: 'ApplyConfiguration', jsonPatch: { expression: '[]' } }], [{ patchType: 'JSONPatch', jsonPatch: { expression: '' } }], [{ patchType: 'JSONPatch', jsonPatch: { expression: '1' } }], [{ patchType: 'JSONPatch', jsonPatch: { expression: '[1]' } }], [{ patchType: 'JSONPatch', jsonPatch: { expression: '[JSONPatch{nope: 1}]' } }], [{ patchType: 'JSONPatch', jsonPatch: { expression: '[JSONPatch{op: 1}]' } }], [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression: '{"a": 1}' } }], [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression: 'Object{nope: Nope{}}' } }], [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression: 'Object{a: Object.b{}}' } }], [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression: 'Object{apiVersion: "v2"}' } }], [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression: 'Object{spec: Object.spec{"x": 1}}' } }],
]; // prettier-ignore

const valid: JsonObject = { validations: [{ expression: 'true' }] };

/** Policies and bindings, most of which are refused, with the same causes on both servers. */
export const refusedObjects: readonly JsonObject[] = [
  ...[...texts, ...hostile].map((expression, i) => policy(name('x', i), { validations: [{ expression }] })),
  ...texts.map((expression, i) => policy(name('xc', i), { matchConditions: [{ name: 'c', expression }], ...valid })),
  ...texts.map((expression, i) => policy(name('xv', i), { variables: [{ name: 'v', expression }], ...valid })),
  ...texts.map((valueExpression, i) => policy(name('xa', i), { auditAnnotations: [{ key: 'k', valueExpression }] })),
  ...bad.map((spec, i) => policy(name('b', i), spec)),
  ...matches.map((match, i) => policy(name('m', i), valid, match)),
  ...bindings.map((spec, i) => binding(name('bb', i), spec)),
  ...mutations.map((list, i): JsonObject => ({ apiVersion: 'admissionregistration.k8s.io/v1beta1', kind: 'MutatingAdmissionPolicy', metadata: { name: name('mm', i) }, spec: { reinvocationPolicy: 'Never', matchConstraints: { resourceRules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }] }, mutations: list } })),
]; // prettier-ignore
