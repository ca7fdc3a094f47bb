import type { Json, JsonObject } from '../../src/apimachinery/meta/object.ts';
import { binding, policy } from './admission-policies.ts';
import { as, configMap, maps, post, put, remove, type Scenario } from './admission-scenario.ts';

const ten = '[0,1,2,3,4,5,6,7,8,9]';
/** Costs some hundred thousands and is true. */
const dear = `${ten}.all(a, ${ten}.all(b, ${ten}.all(c, ${ten}.all(d, a + b + c + d >= 0))))`;
const many = <T>(count: number, of: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => of(i));
const probes = [post(configMap('a', { data: { a: '1' } }), maps, '?dryRun=All')];

/** Policies whose expressions together, not one by one, cost more than they may. */
const budgets: Scenario[] = (
  [
    { validations: [{ expression: 'object.data.a == "2"', message: 'first' }, ...many(100, () => ({ expression: dear }))] },
    { validations: [...many(100, () => ({ expression: dear })), { expression: 'false', message: 'last' }] },
    { variables: many(100, (i) => ({ name: `v${i}`, expression: dear })), validations: [{ expression: many(100, (i) => `variables.v${i}`).join(' && ') }] },
    { variables: [{ name: 'v', expression: dear }], validations: [...many(100, () => ({ expression: 'variables.v' })), { expression: 'false', message: 'cheap' }] },
    { validations: many(100, (i) => ({ expression: 'false', message: `fixed ${i}`, messageExpression: `${dear} ? "computed ${i}" : ""` })) },
    { validations: many(100, (i) => ({ expression: i === 99 ? 'false' : 'true', message: `fixed ${i}`, messageExpression: `${dear} ? "computed ${i}" : ""` })) },
    { matchConditions: many(12, (i) => ({ name: `c${i}`, expression: dear })), validations: [{ expression: 'false', message: 'matched' }] },
    { matchConditions: many(30, (i) => ({ name: `c${i}`, expression: i === 0 ? 'object.data.none == "x"' : dear })), validations: [{ expression: 'false', message: 'matched' }] },
    { matchConditions: many(30, (i) => ({ name: `c${i}`, expression: i === 29 ? 'false' : dear })), validations: [{ expression: 'false', message: 'matched' }] },
    { variables: many(12, (i) => ({ name: `v${i}`, expression: dear })), matchConditions: [{ name: 'c', expression: many(12, (i) => `variables.v${i}`).join(' && ') }], validations: [{ expression: 'false', message: 'matched' }] },
    { validations: [{ expression: 'object.data.a == "1"' }], auditAnnotations: many(20, (i) => ({ key: `k${i}`, valueExpression: `${dear} ? "x" : "y"` })) },
    { validations: [{ expression: 'object.data.a == "2"', message: 'denied' }], auditAnnotations: [{ key: 'one', valueExpression: '"1"' }, ...many(19, (i) => ({ key: `k${i}`, valueExpression: many(4, () => dear).join(' && ') + ' ? "x" : "y"' }))] },
  ] as JsonObject[]
).flatMap((spec, i) =>
  ['Fail', 'Ignore'].map((failurePolicy) => {
    const name = `bud${i}${failurePolicy.toLowerCase()}`;
    return { name, objects: [policy(name, { failurePolicy, ...spec }), binding(name)], probes };
  }),
); // prettier-ignore

/** Values that cannot go into the audit log. */
const annotations: Scenario[] = (
  [
    [{ key: 'k', valueExpression: 'string(object.data.none)' }], [{ key: 'k', valueExpression: 'string(object.data)' }], [{ key: 'k', valueExpression: 'string(object.data.none)' }, { key: 'l', valueExpression: '"fine"' }], [{ key: 'l', valueExpression: '"fine"' }, { key: 'k', valueExpression: '1 / 0 == 1 ? "a" : "b"' }, { key: 'n', valueExpression: 'string(object.nope)' }], [{ key: 'k', valueExpression: 'null' }, { key: 'l', valueExpression: '""' }, { key: 'm', valueExpression: '" spaces "' }], [{ key: 'k', valueExpression: 'authorizer.requestResource.check("get").allowed() ? "a" : "b"' }],
    [{ key: 'long', valueExpression: '["0123456789"].map(x, x+x+x+x+x+x+x+x+x+x).map(x, x+x+x+x+x+x+x+x+x+x).map(x, x+x+x+x+x+x+x+x+x+x+x)[0]' }], [{ key: 'wide', valueExpression: '["012345678é"].map(x, x+x+x+x+x+x+x+x+x+x).map(x, x+x+x+x+x+x+x+x+x+x).map(x, x+x+x+x+x+x+x+x+x+x+x)[0]' }], [{ key: 'lines', valueExpression: '"a\\nb"' }],
  ] as Json[]
).flatMap((auditAnnotations, i) =>
  [['Fail', ['Deny']], ['Ignore', ['Deny']], ['Fail', ['Warn']], ['Fail', ['Audit', 'Warn']]].map(([failurePolicy, validationActions], j) => {
    const name = `ann${i}x${j}`;
    return { name, objects: [policy(name, { failurePolicy: failurePolicy ?? '', auditAnnotations, ...(i % 3 === 0 ? { validations: [{ expression: 'object.data.a != "bad"', message: 'bad a' }] } : {}) }), binding(name, { validationActions: validationActions ?? [] })], probes: [post(configMap('a', { data: { a: 'good' } })), post(configMap('b', { data: { a: 'bad' } })), put(configMap('a', { data: { a: 'good', b: '1' } })), remove('a')] };
  }),
); // prettier-ignore

/** What match conditions, messages and annotations may read. */
const readings: Scenario[] = (
  [
    { matchConditions: [{ name: 'c', expression: 'namespaceObject.metadata.name == "x"' }], validations: [{ expression: 'false' }] }, { matchConditions: [{ name: 'c', expression: 'namespaceObject == null' }], validations: [{ expression: 'false' }] }, { matchConditions: [{ name: 'c', expression: 'has(namespaceObject.metadata)' }], validations: [{ expression: 'false' }] }, { matchConditions: [{ name: 'c', expression: 'authorizer.group("").resource("configmaps").check("get").allowed()' }], validations: [{ expression: 'false' }] },
    { variables: [{ name: 'ns', expression: 'namespaceObject.metadata.name' }], matchConditions: [{ name: 'c', expression: 'variables.ns != ""' }], validations: [{ expression: 'false', messageExpression: 'variables.ns.substring(0, 3)' }] }, { variables: [{ name: 'may', expression: 'authorizer.group("").resource("configmaps").check("get").allowed()' }], validations: [{ expression: 'false', messageExpression: 'variables.may ? "may" : "may not"' }] }, { variables: [{ name: 'may', expression: 'authorizer.requestResource.check("create").allowed()' }], validations: [{ expression: '!variables.may', messageExpression: 'string(variables.may)' }], auditAnnotations: [{ key: 'may', valueExpression: 'string(variables.may)' }] },
    { validations: [{ expression: 'false', messageExpression: 'authorizer.requestResource.check("create").allowed() ? "a" : "b"', message: 'fixed' }] }, { validations: [{ expression: 'true' }], auditAnnotations: [{ key: 'k', valueExpression: 'authorizer.requestResource.check("create").allowed() ? "a" : "b"' }] }, { validations: [{ expression: 'false', messageExpression: 'namespaceObject.metadata.name.substring(0, 3)' }], auditAnnotations: [{ key: 'k', valueExpression: 'namespaceObject.metadata.name.substring(0, 3)' }] },
    { validations: [{ expression: 'false', messageExpression: 'string(object.data.none)', message: ' fixed ' }, { expression: 'false', messageExpression: 'object.data.a + "\\n"' }, { expression: 'false', messageExpression: '" " + object.data.a + " "' }, { expression: 'false', messageExpression: '"a\\tb\\u0007"' }, { expression: 'false', messageExpression: '"é😀"' }, { expression: 'object.data.a == "1" && false', message: 'x' }] },
    { variables: [{ name: 'a', expression: 'object.data.none' }, { name: 'b', expression: 'variables.a + "x"' }, { name: 'c', expression: '1 / int(object.data.a == "1" ? "0" : "1")' }], validations: [{ expression: 'true || variables.b == "x"' }, { expression: 'variables.b == "x"' }, { expression: 'variables.c == 1 || true' }, { expression: 'has(variables.b)' }, { expression: 'variables.c == 1 && false' }], auditAnnotations: [{ key: 'b', valueExpression: 'variables.b' }] },
    { variables: [{ name: 'm', expression: '{"a": 1, "b": object.data.a}' }, { name: 'l', expression: '[object, oldObject]' }, { name: 'q', expression: 'quantity("1Gi")' }, { name: 't', expression: 'type(object)' }, { name: 'n', expression: 'null' }, { name: 'o', expression: 'optional.ofNonZeroValue(object.data.a)' }], validations: [{ expression: 'variables.m.b == "2"', messageExpression: '"m is " + variables.m.b' }, { expression: 'variables.l[0].data.a == "2"' }, { expression: 'variables.q.isGreaterThan(quantity("2Gi"))' }, { expression: 'variables.t == string' }, { expression: 'variables.n != null' }, { expression: 'variables.o.orValue("z") == "z"' }, { expression: 'variables.m.c == 1' }] },
  ] as JsonObject[]
).flatMap((spec, i) =>
  ['Fail', 'Ignore'].map((failurePolicy) => {
    const name = `read${i}${failurePolicy.toLowerCase()}`;
    return { name, objects: [policy(name, { failurePolicy, ...spec }), binding(name, { validationActions: ['Warn', 'Audit'] })], probes: [post(configMap('a', { data: { a: '1' } })), as('jane', put(configMap('a', { data: { a: '2' } })), 'nobodies'), as('jane', post(configMap('b', {}))), remove('a')] };
  }),
); // prettier-ignore

export const budgetScenarios: readonly Scenario[] = [...budgets, ...annotations, ...readings];
