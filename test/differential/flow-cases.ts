import type { Json, JsonObject } from '../../src/apimachinery/meta/object.ts';
import type { Step } from './requests.ts';
import { del, get, patch, post, put } from './step.ts';

const core = '/api/v1/namespaces/diff';
const maps = `${core}/configmaps`;
const pods = `${core}/pods`;
const deployments = '/apis/apps/v1/namespaces/diff/deployments';
const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const things = '/apis/flows.diff.example.com/v1/namespaces/diff/things';
const oldThings = '/apis/flows.diff.example.com/v1beta1/namespaces/diff/things';

const map = (name: string, more: JsonObject = {}): JsonObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, ...more });
const apply = (path: string, body: Json, query = 'fieldManager=one'): Step => patch(`${path}?${query}`, body, 'apply-patch+yaml');

/** Pages of a collection that changes between them. */
const pagination: Step[] = [
  get(`${maps}?limit=2`), post(maps, map('aa')), del(`${maps}/d`), get(`${maps}?limit=2&continue=$CONT`), get(`${maps}?limit=2&continue=$CONT`),
  get(`${maps}?limit=1`), del(`${maps}/a`), get(`${maps}?limit=1&continue=$CONT`), get(`${maps}?limit=1&continue=$CONT&labelSelector=n`), get(`${maps}?continue=$CONT`), get(`${maps}?limit=500&continue=$CONT&resourceVersionMatch=NotOlderThan`),
  get(`${maps}?limit=2`, 'application/json;as=Table;v=v1;g=meta.k8s.io'), get(`${maps}?limit=2&continue=$CONT`, 'application/json;as=Table;v=v1;g=meta.k8s.io'), get(`${maps}?limit=1`, 'application/vnd.kubernetes.protobuf'), get(`${maps}?limit=1`, 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io'),
  del(`${maps}?limit=1`), get(maps), del(`${maps}?limit=1&continue=$CONT`), get(maps), del(`${maps}?resourceVersion=0&resourceVersionMatch=Exact`), del(`${maps}?resourceVersionMatch=NotOlderThan`), del(`${maps}?watch=true`), del(`${maps}?sendInitialEvents=true`), del(`${maps}?timeoutSeconds=5`), get(maps),
  ...['a', 'b', 'c', 'd', 'e'].map((name) => post(maps, map(name, { metadata: { name, labels: { n: name } } }))),
]; // prettier-ignore

const pod = (name: string, spec: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { automountServiceAccountToken: false, containers: [{ name: 'c', image: 'i', resources: { requests: { cpu: '1', memory: '1Mi' } } }], ...spec },
}); // prettier-ignore
const eviction = (more: JsonObject = {}): JsonObject => ({ apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'e1' }, ...more });
const binding = (more: JsonObject = {}): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Binding',
  metadata: { name: 'p1' },
  target: { kind: 'Node', name: 'n' },
  ...more,
});
const ephemeral = { spec: { ephemeralContainers: [{ name: 'debug', image: 'x', targetContainerName: 'c' }] } };
const resized = { spec: { containers: [{ name: 'c', resources: { requests: { cpu: '2' } } }] } };

/** What becomes of a pod. */
const podFlow: Step[] = [
  post(pods, pod('p1')), post(pods, { ...pod('x'), metadata: { generateName: 'gen-' } }), post(`${pods}?dryRun=All`, { ...pod('x'), metadata: { generateName: 'gen-' } }), get(`${pods}/p1`),
  patch(`${pods}/p1/ephemeralcontainers`, ephemeral, 'strategic-merge-patch+json'), patch(`${pods}/p1/ephemeralcontainers`, { spec: { ephemeralContainers: [] } }), patch(`${pods}/p1`, ephemeral, 'strategic-merge-patch+json'), put(`${pods}/p1/ephemeralcontainers`, pod('p1')), patch(`${pods}/p1/ephemeralcontainers`, [{ op: 'add', path: '/spec/ephemeralContainers/-', value: { name: 'debug', image: 'y' } }], 'json-patch+json'), apply(`${pods}/p1/ephemeralcontainers`, { ...pod('p1'), spec: { ephemeralContainers: [{ name: 'applied', image: 'x' }] } }),
  patch(`${pods}/p1/resize`, resized, 'strategic-merge-patch+json'), patch(`${pods}/p1/resize`, { spec: { containers: [{ name: 'c', image: 'z' }] } }, 'strategic-merge-patch+json'), patch(`${pods}/p1/resize`, { spec: { containers: [{ name: 'c', resources: { requests: { cpu: '-1' } } }] } }, 'strategic-merge-patch+json'), patch(`${pods}/p1`, resized, 'strategic-merge-patch+json'), get(`${pods}/p1/resize`), get(`${pods}/p1/ephemeralcontainers`),
  post(`${pods}/p1/binding`, binding({ foo: 1 })), post(`${pods}/p1/binding?fieldValidation=Strict`, binding({ foo: 1 })), post(`${pods}/p1/binding`, { kind: 'Pod', apiVersion: 'v1' }), post(`${pods}/p1/binding`, binding({ metadata: { name: 'other' } })), post(`${pods}/p1/binding`, binding({ metadata: { name: 'p1', uid: 'x' } })), post(`${pods}/p1/binding?dryRun=All`, binding()), post(`${pods}/p1/binding`, binding({ metadata: { name: 'p1', annotations: { a: 'b' }, labels: { c: 'd' } } })), post(`${pods}/p1/binding`, binding()), post(`${pods}/absent/binding`, binding({ metadata: { name: 'absent' } })), post(`${core}/bindings`, binding()), post(`${core}/bindings`, binding({ metadata: {} })), get(`${pods}/p1`),
  patch(`${pods}/p1/status`, { status: { phase: 'Running', podIP: '1.2.3.4', conditions: [{ type: 'Ready', status: 'True' }] } }, 'strategic-merge-patch+json'), patch(`${pods}/p1/status`, { spec: { nodeName: 'other' }, metadata: { labels: { x: 'y' } } }), patch(`${pods}/p1/status`, { status: { phase: 'Nonsense' } }), get(`${pods}?fieldSelector=spec.nodeName%3Dn,status.phase%3DRunning`), get(`${pods}?fieldSelector=status.podIP%3D1.2.3.4`), get(`${pods}?fieldSelector=spec.restartPolicy!%3DAlways`), get(`${pods}?fieldSelector=spec.schedulerName%3Ddefault-scheduler,spec.serviceAccountName%3Ddefault,spec.hostNetwork%3Dfalse,status.nominatedNodeName%3D`),
  del(`${pods}/p1?gracePeriodSeconds=-5`), get(`${pods}/p1`), del(`${pods}/p1?gracePeriodSeconds=100`), del(`${pods}/p1?dryRun=All&gracePeriodSeconds=0`), del(`${pods}/p1`, { gracePeriodSeconds: 1 }), patch(`${pods}/p1`, { metadata: { finalizers: ['example.com/x'] } }), post(`${pods}/p1/eviction`, eviction({ metadata: { name: 'p1' } })), del(`${pods}/p1?gracePeriodSeconds=0`), get(`${pods}/p1`),
  post(pods, pod('e1', { nodeName: 'n' })), post(pods, pod('e2')), post(`${pods}/e1/eviction`, eviction({ foo: 1 })), post(`${pods}/e1/eviction?fieldValidation=Strict`, eviction({ foo: 1 })), post(`${pods}/e1/eviction`, eviction({ kind: 'Pod' })), post(`${pods}/e1/eviction`, eviction({ apiVersion: 'policy/v1beta1' })), post(`${pods}/e1/eviction`, eviction({ metadata: { name: 'other' } })), post(`${pods}/e1/eviction?dryRun=All`, eviction()), post(`${pods}/e1/eviction`, eviction({ deleteOptions: { dryRun: ['All'] } })), post(`${pods}/e1/eviction`, eviction({ deleteOptions: { preconditions: { uid: 'x' } } })), post(`${pods}/e1/eviction`, eviction({ deleteOptions: { gracePeriodSeconds: 'x' } })), post(`${pods}/absent/eviction`, eviction({ metadata: { name: 'absent' } })), post(`${pods}/e1/eviction`, eviction({ deleteOptions: { gracePeriodSeconds: 0 } })), post(`${pods}/e2/eviction`, {}), get(`${pods}/e1`), get(`${pods}/e2`),
  ...['log', 'log?container=x', 'log?tailLines=-1', 'log?sinceSeconds=0', 'log?limitBytes=0', 'log?follow=x', 'exec', 'exec?command=x', 'attach', 'portforward', 'proxy', 'proxy/x'].flatMap((rest) => [get(`${pods}/absent/${rest}`), post(`${pods}/absent/${rest}`, {})]), post(pods, pod('idle')), ...['log', 'log?container=x', 'log?container=c', 'log?tailLines=-1', 'log?sinceSeconds=0', 'log?limitBytes=0', 'log?follow=x', 'log?sinceSeconds=1&sinceTime=2020-01-01T00:00:00Z', 'proxy', 'proxy/', 'proxy/x?y=z', 'exec?command=x', 'attach', 'portforward?ports=80'].map((rest) => get(`${pods}/idle/${rest}`)),
]; // prettier-ignore

const service = (name: string, more: JsonObject = {}): JsonObject => ({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: { a: 'b' }, ports: [{ name: 'http', port: 80 }, { name: 'other', port: 81 }], ...more } }); // prettier-ignore
const proxies: Step[] = [
  post(`${core}/services`, service('web')), ...['web', 'web:http', 'web:80', 'https:web:http', 'web:nope', 'web:82', 'absent', 'http:web:', 'ftp:web:80', 'a:b:c:d'].flatMap((name) => ['proxy', 'proxy/', 'proxy/x/y'].map((rest) => get(`${core}/services/${name}/${rest}`))), post(`${core}/services/web/proxy/x`, {}), put(`${core}/services/web/proxy/x`, {}), del(`${core}/services/web/proxy/x`), patch(`${core}/services/web/proxy/x`, {}),
  ...['absent', 'absent:10250', 'https:absent:10250', 'http:absent:'].flatMap((name) => [get(`/api/v1/nodes/${name}/proxy/`), get(`/api/v1/nodes/${name}/proxy/stats`)]), get(`${core}/services/web/status`), get(`${core}/services/web/foo`),
]; // prettier-ignore

const deployment = (name: string, spec: JsonObject = {}): JsonObject => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec: { replicas: 1, selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } }, ...spec } }); // prettier-ignore
const owned = (replicas: number, image: string): JsonObject =>
  deployment('ssa', { replicas, template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image }] } } });
const scale = (more: JsonObject): JsonObject => ({ apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'ssa' }, ...more });

/** Several managers of one object. */
const managers: Step[] = [
  apply(`${deployments}/ssa`, owned(1, 'i')), apply(`${deployments}/ssa`, owned(2, 'j'), 'fieldManager=two'), apply(`${deployments}/ssa`, owned(2, 'j'), 'fieldManager=two&dryRun=All&force=true'), apply(`${deployments}/ssa`, owned(1, 'j'), 'fieldManager=two&force=true'), apply(`${deployments}/ssa`, owned(1, 'i')), apply(`${deployments}/ssa`, deployment('ssa', { template: { spec: { containers: [{ name: 'side', image: 's' }] } } }), 'fieldManager=three'), patch(`${deployments}/ssa`, { spec: { replicas: 5 } }), apply(`${deployments}/ssa`, owned(1, 'j'), 'fieldManager=two'),
  patch(`${deployments}/ssa/scale`, { spec: { replicas: 7 } }), apply(`${deployments}/ssa/scale`, scale({ spec: { replicas: 8 } }), 'fieldManager=four'), apply(`${deployments}/ssa/scale`, scale({ spec: { replicas: 8 } }), 'fieldManager=four&force=true'), put(`${deployments}/ssa/scale`, scale({ spec: { replicas: 9 } })), put(`${deployments}/ssa/scale`, scale({ spec: { replicas: -1 } })), put(`${deployments}/ssa/scale`, scale({ spec: { replicas: 'x' } })), put(`${deployments}/ssa/scale`, scale({ metadata: { name: 'ssa', resourceVersion: '1' }, spec: { replicas: 2 } })), put(`${deployments}/ssa/scale`, scale({ metadata: { name: 'ssa', uid: 'x' }, spec: { replicas: 2 } })), put(`${deployments}/ssa/scale?dryRun=All`, scale({ spec: { replicas: 3 } })), put(`${deployments}/ssa/scale?fieldValidation=Strict`, scale({ spec: { replicas: 3, foo: 1 } })), patch(`${deployments}/ssa/scale?fieldValidation=Strict`, { spec: { foo: 3 } }), patch(`${deployments}/ssa/scale`, [{ op: 'test', path: '/spec/replicas', value: 100 }], 'json-patch+json'), patch(`${deployments}/ssa/scale`, { spec: { replicas: null } }), get(`${deployments}/ssa/scale`), get(`${deployments}/ssa/scale`, 'application/json;as=Table;v=v1;g=meta.k8s.io'), get(`${deployments}/ssa/scale`, 'application/vnd.kubernetes.protobuf'), get(`${deployments}/absent/scale`), put(`${deployments}/absent/scale`, scale({ metadata: { name: 'absent' }, spec: { replicas: 1 } })),
  get(`${deployments}/ssa`), patch(`${deployments}/ssa`, { metadata: { managedFields: [{}] } }), get(`${deployments}/ssa`), patch(`${deployments}/ssa`, { metadata: { managedFields: null } }), apply(`${deployments}/ssa`, { ...owned(1, 'i'), metadata: { name: 'ssa', managedFields: [] } }), apply(`${deployments}/ssa`, { ...owned(1, 'i'), metadata: { name: 'ssa', managedFields: [{ manager: 'x' }] } }), apply(`${deployments}/ssa`, { ...owned(1, 'i'), metadata: { name: 'ssa', resourceVersion: '1' } }), apply(`${deployments}/ssa`, { ...owned(1, 'i'), metadata: { name: 'ssa', uid: 'x' } }), apply(`${deployments}/ssa`, { ...owned(1, 'i'), metadata: { name: 'other' } }), apply(`${deployments}/ssa`, { ...owned(1, 'i'), metadata: {} }), apply(`${deployments}/ssa`, { ...owned(1, 'i'), apiVersion: 'apps/v1beta1' }), apply(`${deployments}/ssa`, { kind: 'Deployment' }), apply(`${deployments}/ssa`, []), apply(`${deployments}/ssa`, 'x'), apply(`${deployments}/ssa`, null),
]; // prettier-ignore

const schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        text: { type: 'string' },
        level: { type: 'string', default: 'low', enum: ['low', 'high'] },
        list: {
          type: 'array',
          items: { type: 'object', required: ['name'], properties: { name: { type: 'string' }, port: { type: 'integer', default: 80 } } },
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
        },
        nested: { type: 'object', properties: { deep: { type: 'array', items: { type: 'object', properties: { a: { type: 'string' } } } } } },
        open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        tags: { type: 'object', additionalProperties: { type: 'string', maxLength: 3 } },
        maybe: { type: 'string', nullable: true },
      },
      'x-kubernetes-validations': [{ rule: "!has(self.text) || self.text != 'bad'", message: 'no bad text', fieldPath: '.text', reason: 'FieldValueForbidden' }],
    },
    status: { type: 'object', properties: { done: { type: 'boolean' } } },
  },
}; // prettier-ignore
const version = (name: string, storage: boolean): JsonObject => ({ name, served: true, storage, schema: { openAPIV3Schema: schema }, subresources: { status: {} }, additionalPrinterColumns: [{ name: 'Level', type: 'string', jsonPath: '.spec.level' }, { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' }], selectableFields: [{ jsonPath: '.spec.level' }], ...(storage ? {} : { deprecated: true, deprecationWarning: 'use v1' }) }); // prettier-ignore
const definition: JsonObject = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'things.flows.diff.example.com' }, spec: { group: 'flows.diff.example.com', scope: 'Namespaced', names: { plural: 'things', singular: 'thing', kind: 'Thing', listKind: 'ThingList', shortNames: ['tg'], categories: ['all'] }, versions: [version('v1', true), version('v1beta1', false)] } }; // prettier-ignore
const thing = (name: string, spec: JsonObject = {}, more: JsonObject = {}): JsonObject => ({
  apiVersion: 'flows.diff.example.com/v1',
  kind: 'Thing',
  metadata: { name },
  spec,
  ...more,
});
const oddSpec: JsonObject = {
  text: 't',
  foo: 1,
  list: [
    { name: 'a', bar: 2 },
    { name: 'b', port: 1 },
  ],
  nested: { deep: [{ a: 'x', b: 'y' }, { c: 1 }] },
  open: { any: { thing: 1 } },
  tags: { a: 'b' },
};
const oddText =
  '{"apiVersion":"flows.diff.example.com/v1","kind":"Thing","metadata":{"name":"odd","name":"odd","foo":1},"spec":{"text":"a","text":"b","list":[{"name":"a","name":"a","x":1}],"nested":{"deep":[{"a":"1","a":"2","q":1}]}},"bar":1}';
const oddYaml =
  'apiVersion: flows.diff.example.com/v1\nkind: Thing\nmetadata: {name: odd, foo: 1}\nspec:\n  text: a\n  text: b\n  nested: {deep: [{a: "1", z: 1}]}\n  unknown: {x: 1}\n';
const validations = ['', 'fieldValidation=Strict', 'fieldValidation=Warn', 'fieldValidation=Ignore', 'fieldValidation=x'];
const raw = (method: string, path: string, text: string, type: string): Step => ({ method, path, text, type: `application/${type}` });

/** A custom kind in two versions. */
const custom: Step[] = [
  { ...post(crds, definition) }, { ...get(`${things}?settle`), differs: 'the definition may take a moment to be served' }, { ...get(`${oldThings}?settle`), differs: 'the definition may take a moment to be served' }, post(things, thing('t1', { text: 'x' })), post(things, thing('t2', oddSpec)), get(`${things}/t2`), get(`${oldThings}/t2`), get(oldThings), get(things, 'application/json;as=Table;v=v1;g=meta.k8s.io'), get(`${things}/t1`, 'application/vnd.kubernetes.protobuf'), get(`${things}/t1`, 'application/vnd.kubernetes.protobuf,application/json'), get(`${things}/t1`, 'application/yaml'), get(`${things}/t1`, 'application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;v=v1;g=meta.k8s.io'), get(`${things}?fieldSelector=spec.level%3Dlow`), get(`${things}?fieldSelector=spec.level%3Dhigh`), get(`${things}?fieldSelector=spec.text%3Dx`), get(`${things}?watch=true&timeoutSeconds=1&fieldSelector=spec.level%3Dlow`), get(`${oldThings}?watch=true&timeoutSeconds=1`), get(`${things}?watch=true&timeoutSeconds=1`, 'application/json;as=Table;v=v1;g=meta.k8s.io'), get(`${things}?limit=1`), get(`${things}?limit=1&continue=$CONT`),
  ...validations.flatMap((query) => [raw('POST', `${things}?dryRun=All&${query}`, oddText, 'json'), raw('POST', `${things}?dryRun=All&${query}`, oddYaml, 'yaml'), raw('PUT', `${things}/t1?dryRun=All&${query}`, oddText.replaceAll('"odd"', '"t1"'), 'json'), patch(`${things}/t1?dryRun=All&${query}`, { spec: oddSpec }), patch(`${things}/t1?dryRun=All&${query}`, [{ op: 'add', path: '/spec/foo', value: 1 }, { op: 'add', path: '/spec/nested', value: { deep: [{ z: 1 }] } }], 'json-patch+json'), patch(`${things}/t1?dryRun=All&${query}`, { spec: oddSpec }, 'strategic-merge-patch+json'), apply(`${things}/t1`, thing('t1', { nested: { deep: [{ a: 'x' }] } }), `fieldManager=m&dryRun=All&${query}`), apply(`${things}/t1`, thing('t1', { unknown: 1 }), `fieldManager=m&dryRun=All&${query}`), patch(`${things}/t1/status?dryRun=All&${query}`, { status: { done: true, foo: 1 }, spec: { text: 'ignored' } })]),
  post(things, thing('bad', { text: 'bad', level: 'none', tags: { a: 'long text' }, list: [{ name: 'a' }, { name: 'a' }, {}] })), post(things, thing('bad', { text: 1, maybe: null, list: 'x' })), post(things, thing('nulls', { text: null, maybe: null, level: null })), post(things, thing('bad', { text: 'bad' })), put(`${things}/t1`, thing('t1', { text: 'y' })), put(`${things}/t1`, thing('t1', { text: 'y' }, { metadata: { name: 't1', resourceVersion: '1' } })), put(`${things}/absent`, thing('absent', {}, { metadata: { name: 'absent', resourceVersion: '1' } })), put(`${things}/absent`, thing('absent')), patch(`${things}/absent`, {}), apply(`${things}/fresh`, thing('fresh', { text: 'f', list: [{ name: 'a' }] })), apply(`${things}/fresh`, thing('fresh', { text: 'g', list: [{ name: 'a', port: 81 }] }), 'fieldManager=two'), apply(`${oldThings}/fresh`, { ...thing('fresh', { list: [{ name: 'b' }] }), apiVersion: 'flows.diff.example.com/v1beta1' }, 'fieldManager=old'), apply(`${things}/fresh`, { ...thing('fresh', { text: 'h' }), apiVersion: 'flows.diff.example.com/v1beta1' }), apply(`${things}/fresh/status`, thing('fresh', { text: 'ignored' }, { status: { done: true } }), 'fieldManager=status'), get(`${things}/fresh`), get(`${things}/fresh/scale`), get(`${things}/fresh/status`), post(`${things}/fresh/status`, {}), post(things, { ...thing('x'), metadata: { generateName: 'gen-' } }), post(things, thing('Bad_Name')), post(things, { ...thing('x'), kind: 'Other' }), post(things, { ...thing('x'), apiVersion: 'flows.diff.example.com/v2' }),
  del(`${things}/t1?dryRun=All`), del(`${things}/t1`, { preconditions: { uid: 'x' } }), del(`${things}/t1?propagationPolicy=Foo`), del(`${things}/t1`), del(`${things}?labelSelector=none`), del(things), get(things), patch(`${crds}/things.flows.diff.example.com`, { spec: { scope: 'Cluster' } }), patch(`${crds}/things.flows.diff.example.com`, { spec: { versions: [] } }), patch(`${crds}/things.flows.diff.example.com`, [{ op: 'replace', path: '/spec/versions/0/storage', value: false }], 'json-patch+json'), patch(`${crds}/things.flows.diff.example.com`, [{ op: 'remove', path: '/spec/versions/0/schema' }], 'json-patch+json'), { ...get(`${crds}/things.flows.diff.example.com`), differs: 'conditions take a moment' }, get(`${crds}/things.flows.diff.example.com/scale`), { ...del(`${crds}/things.flows.diff.example.com`), differs: 'finalizers' },
]; // prettier-ignore

/** What follows from one request to the next. */
export const flowCases: Step[] = [...pagination, ...podFlow, ...proxies, ...managers, ...custom];
