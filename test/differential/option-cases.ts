import { del, get, patch, post, put } from './step.ts';
import type { Step } from './requests.ts';

const maps = '/api/v1/namespaces/diff/configmaps';
const map = (name: string, more: Record<string, unknown> = {}) =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, ...more }) as never;

const combine = (...parts: readonly (readonly string[])[]): string[] =>
  parts.reduce<string[]>(
    (all, next) => all.flatMap((head) => next.map((tail) => (tail === '' ? head : head === '' ? tail : `${head}&${tail}`))),
    [''],
  );

const versions = [
  '',
  'resourceVersion=',
  'resourceVersion=0',
  'resourceVersion=$RV',
  'resourceVersion=99999999',
  'resourceVersion=-1',
  'resourceVersion=1.5',
];
const matches = ['', 'resourceVersionMatch=Exact', 'resourceVersionMatch=NotOlderThan', 'resourceVersionMatch=exact'];
const token = (fields: object): string => Buffer.from(JSON.stringify(fields)).toString('base64url');
const tokens = [
  'continue=$CONT', 'continue=x', 'continue=eyJ9', `continue=${token({})}`, `continue=${token({ v: 'meta.k8s.io/v1' })}`, `continue=${token({ v: 'meta.k8s.io/v2', rv: 1, start: 'a\u0000' })}`,
  `continue=${token({ v: 'meta.k8s.io/v1', rv: 0, start: 'a\u0000' })}`, `continue=${token({ v: 'meta.k8s.io/v1', rv: -2, start: 'a\u0000' })}`, `continue=${token({ v: 'meta.k8s.io/v1', rv: 'x', start: 'a\u0000' })}`, `continue=${token({ v: 'meta.k8s.io/v1', rv: 99999999, start: 'a\u0000' })}`,
  `continue=${token({ v: 'meta.k8s.io/v1', rv: -1, start: '../x' })}`, `continue=${token({ v: 'meta.k8s.io/v1', rv: -1, start: '' })}`, `continue=${token({ v: 'meta.k8s.io/v1', rv: -1, start: '/a' })}`, `continue=${token([])}`, 'continue=', 'continue=%3D%3D', 'continue=e30=',
]; // prettier-ignore

const watches = combine(
  ['watch=true&timeoutSeconds=1&labelSelector=n%3D1'],
  ['', 'resourceVersion=0', 'resourceVersion=$RV', 'resourceVersion=x', 'resourceVersion=-1'],
  ['', 'resourceVersionMatch=Exact', 'resourceVersionMatch=NotOlderThan', 'resourceVersionMatch=foo'],
  ['', 'sendInitialEvents=true', 'sendInitialEvents=false'],
  ['', 'allowWatchBookmarks=true'],
);

const deletions = [
  '', 'propagationPolicy=Background', 'propagationPolicy=Orphan', 'propagationPolicy=background', 'orphanDependents=true', 'orphanDependents=false', 'orphanDependents=x', 'orphanDependents=', 'orphanDependents=false&propagationPolicy=Background', 'gracePeriodSeconds=0',
  'gracePeriodSeconds=5', 'gracePeriodSeconds=-5', 'gracePeriodSeconds=1.5', 'gracePeriodSeconds=99999999999999999999', 'dryRun=All', 'dryRun=all', 'dryRun=All&dryRun=x', 'preconditions=x', 'uid=x', 'resourceVersion=1', 'fieldValidation=Foo', 'fieldManager=x', 'ignoreStoreReadErrorWithClusterBreakingPotential=false', 'pretty=true',
]; // prettier-ignore

const options = (more: Record<string, unknown>) => ({ kind: 'DeleteOptions', apiVersion: 'v1', ...more }) as never;
const bodies: readonly Record<string, unknown>[] = [
  {}, { apiVersion: 'apps/v1' }, { apiVersion: 'v2' }, { apiVersion: '' }, { apiVersion: 'meta.k8s.io/v1' }, { kind: 'deleteoptions' }, { gracePeriodSeconds: 0 }, { gracePeriodSeconds: -1 }, { gracePeriodSeconds: 1.5 }, { gracePeriodSeconds: '1' }, { gracePeriodSeconds: null },
  { preconditions: {} }, { preconditions: null }, { preconditions: 'x' }, { preconditions: { uid: 'x' } }, { preconditions: { uid: '' } }, { preconditions: { resourceVersion: '' } }, { preconditions: { resourceVersion: 'x' } }, { preconditions: { resourceVersion: 5 } }, { preconditions: { foo: 1 } },
  { propagationPolicy: '' }, { propagationPolicy: 'Orphan', orphanDependents: true }, { orphanDependents: 'x' }, { orphanDependents: null }, { dryRun: 'All' }, { dryRun: [] }, { dryRun: ['x'] }, { dryRun: ['All', 'All'] }, { dryRun: [''] }, { unknown: 1 }, { ignoreStoreReadErrorWithClusterBreakingPotential: true }, { ignoreStoreReadErrorWithClusterBreakingPotential: false },
]; // prettier-ignore

const validations = [
  '',
  'fieldValidation=Strict',
  'fieldValidation=Warn',
  'fieldValidation=Ignore',
  'fieldValidation=strict',
  'fieldValidation=',
];
const managers = ['', 'fieldManager=', 'fieldManager=m', `fieldManager=${'%C3%A4'.repeat(70)}`, 'fieldManager=a%00b', 'fieldManager=a%20b'];
const text = (method: string, path: string, raw: string, type: string): Step => ({ method, path, text: raw, type: `application/${type}` });

const odd =
  '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"v","name":"v","labels":{"a":"1","a":"2"},"foo":1},"data":{"k":"1","k":"2"},"bar":{"x":1},"zoo":null}';
const oddYaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: v, foo: 1}\ndata: {k: "1"}\nbar: 1\nbar: 2\n';
const validated: Step[] = validations.flatMap((query) => [
  text('POST', `${maps}?${query}&dryRun=All`, odd.replaceAll('"v"', '"v-new"'), 'json'), text('POST', `${maps}?${query}&dryRun=All`, oddYaml.replace('name: v', 'name: v-new'), 'yaml'), text('PUT', `${maps}/v?${query}`, odd, 'json'), text('PUT', `${maps}/v?${query}`, oddYaml, 'yaml'),
  text('PATCH', `${maps}/v?${query}`, odd, 'merge-patch+json'), text('PATCH', `${maps}/v?${query}`, odd, 'strategic-merge-patch+json'), text('PATCH', `${maps}/v?${query}&fieldManager=m&force=true`, odd, 'apply-patch+yaml'), text('PATCH', `${maps}/v?${query}&fieldManager=m&force=true`, oddYaml, 'apply-patch+yaml'),
  text('PATCH', `${maps}/v?${query}`, '[{"op":"add","path":"/foo","value":1},{"op":"add","path":"/data/a","value":"1","value":"2"}]', 'json-patch+json'), text('PATCH', `${maps}/v?${query}`, '[{"op":"add","path":"/data/b","value":"1","foo":1}]', 'json-patch+json'),
]); // prettier-ignore

/** Options of every verb in combination. */
export const optionCases: Step[] = [
  ...combine(versions, matches, ['', 'limit=2', 'limit=0']).map((query) => get(`${maps}?${query}`)),
  ...tokens.flatMap((each) => [get(`${maps}?limit=2`), get(`${maps}?limit=2&${each}`), get(`${maps}?limit=2`), get(`${maps}?${each}`)]),
  get(`${maps}?limit=2`), get(`/api/v1/namespaces/diff/secrets?limit=2&continue=$CONT`), get(`${maps}?limit=2`), get(`/api/v1/configmaps?limit=2&continue=$CONT`), get(`${maps}?limit=2`), get(`${maps}?limit=2&continue=$CONT&resourceVersion=0`), get(`${maps}?limit=2`), get(`${maps}?limit=2&continue=$CONT&resourceVersion=$RV`), get(`${maps}?limit=2&labelSelector=n`), get(`${maps}?limit=2&labelSelector=n&continue=$CONT`), get(`${maps}?limit=1&fieldSelector=metadata.name%3Da`),
  ...watches.map((query) => get(`${maps}?${query}`)),
  ...deletions.map((query) => del(`${maps}/absent?${query}`)), ...deletions.map((query) => del(`${maps}?labelSelector=none&${query}`)),
  ...bodies.map((body) => del(`${maps}/absent`, options(body))), ...bodies.map((body) => del(`${maps}?labelSelector=none`, options(body))),
  post(maps, map('pre')), ...bodies.slice(11, 20).map((body) => del(`${maps}/pre`, options({ dryRun: ['All'], ...body }))), ...deletions.map((query) => del(`${maps}/pre?dryRun=All&${query}`)),
  post(maps, map('v')), ...validated,
  ...managers.flatMap((query) => [post(`${maps}?dryRun=All&${query}`, map('fm')), put(`${maps}/v?dryRun=All&${query}`, map('v', { data: { z: '1' } })), patch(`${maps}/v?dryRun=All&${query}`, { data: { y: '1' } }), patch(`${maps}/v?dryRun=All&${query}`, map('v', { data: { x: '1' } }), 'apply-patch+yaml')]),
]; // prettier-ignore
