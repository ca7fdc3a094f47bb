import type { JsonObject } from '../../src/apimachinery/meta/object.ts';
import { documentCases } from './document-cases.ts';
import { flowCases } from './flow-cases.ts';
import { kindCases } from './kind-cases.ts';
import { discoveryCases, tableCases } from './read-cases.ts';
import { optionCases } from './option-cases.ts';
import { pathCases } from './path-cases.ts';
import { selectorCases } from './selector-cases.ts';
import { numberCases } from './number-cases.ts';
import type { Step } from './requests.ts';
import { bodyCases, patchCases, subresourceCases } from './write-cases.ts';

const get = (path: string, accept?: string): Step => ({ method: 'GET', path, ...(accept === undefined ? {} : { accept }) });
const post = (path: string, body: JsonObject, more: Partial<Step> = {}): Step => ({ method: 'POST', path, body, ...more });
const put = (path: string, body: JsonObject, more: Partial<Step> = {}): Step => ({ method: 'PUT', path, body, ...more });
const del = (path: string, body?: JsonObject): Step => ({ method: 'DELETE', path, ...(body ? { body } : {}) });

const maps = '/api/v1/namespaces/diff/configmaps';
const map = (name: string, more: JsonObject = {}): JsonObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, ...more });

/** What every theme starts with, in its own namespace. */
export const setup: Step[] = [
  post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'diff' } }, { differs: 'controllers run on one' }),
  post(
    '/api/v1/namespaces/diff/serviceaccounts',
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } },
    { differs: 'controllers run on one' },
  ),
  ...['a', 'b', 'c', 'd', 'e'].map((name, index) =>
    post(maps, map(name, { metadata: { name, labels: { n: String(index), ...(index % 2 ? { odd: '' } : {}) } }, data: { k: 'v' } })),
  ),
];

const listQueries = [
  'limit=2', 'limit=-1', 'limit=x', 'limit=', 'continue=abc', 'limit=2&continue=eyJ2Ijoi', 'resourceVersion=0', 'resourceVersion=x',
  'resourceVersion=-1', 'resourceVersion=0&limit=2', 'resourceVersionMatch=Exact', 'resourceVersionMatch=NotOlderThan&resourceVersion=0',
  'resourceVersionMatch=Exact&resourceVersion=0', 'resourceVersionMatch=Foo&resourceVersion=1', 'resourceVersionMatch=Foo',
  'resourceVersion=1&resourceVersionMatch=Exact', 'resourceVersion=999999999', 'resourceVersion=$RV&resourceVersionMatch=Exact',
  'resourceVersion=$RV&resourceVersionMatch=NotOlderThan', 'continue=x&resourceVersion=5', 'continue=x&resourceVersionMatch=Exact&resourceVersion=5',
  'sendInitialEvents=true', 'sendInitialEvents=false', 'allowWatchBookmarks=true', 'timeoutSeconds=x', 'timeoutSeconds=5', 'pretty=true', 'pretty=false',
  'labelSelector=odd', 'labelSelector=!odd', 'labelSelector=n=1', 'labelSelector=n%20in%20(1,2)', 'labelSelector=n%20notin%20(1,2)', 'labelSelector=n!=1',
  'labelSelector=n%3E1', 'labelSelector=n==1,odd', 'labelSelector=,', 'labelSelector==x', 'labelSelector=a%20b', 'labelSelector=n%20in%20()', 'labelSelector=n%20in%201',
  'labelSelector=-x-', 'labelSelector=a/b/c', 'labelSelector=n=!', 'labelSelector=n%3Ex', 'labelSelector=(', 'labelSelector=n=1,,odd', 'labelSelector=!n=1',
  'fieldSelector=metadata.name=a', 'fieldSelector=metadata.name!=a', 'fieldSelector=metadata.namespace=diff', 'fieldSelector=metadata.namespace=other',
  'fieldSelector=metadata.name=a,metadata.name=b', 'fieldSelector=data.k=v', 'fieldSelector=foo', 'fieldSelector=metadata.name', 'fieldSelector=metadata.name==a',
  'fieldSelector=metadata.name%20in%20(a)', 'fieldSelector=metadata.name=a%5C%2Cb', 'foo=bar', 'watch=false', 'watch=0',
]; // prettier-ignore

const watchQueries = [
  'watch=true&timeoutSeconds=1', 'watch=1&timeoutSeconds=1&resourceVersion=0', 'watch=true&timeoutSeconds=1&resourceVersion=x',
  'watch=true&timeoutSeconds=1&sendInitialEvents=true', 'watch=true&timeoutSeconds=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan',
  'watch=true&timeoutSeconds=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true',
  'watch=true&timeoutSeconds=1&sendInitialEvents=true&resourceVersionMatch=Exact&allowWatchBookmarks=true',
  'watch=true&timeoutSeconds=1&sendInitialEvents=false&resourceVersionMatch=NotOlderThan', 'watch=true&timeoutSeconds=1&sendInitialEvents=false',
  'watch=true&timeoutSeconds=1&resourceVersionMatch=NotOlderThan', 'watch=true&timeoutSeconds=1&resourceVersion=1', 'watch=true&timeoutSeconds=1&resourceVersion=$RV',
  'watch=true&timeoutSeconds=1&limit=2', 'watch=true&timeoutSeconds=1&labelSelector=odd', 'watch=true&timeoutSeconds=1&labelSelector=(',
  'watch=true&timeoutSeconds=1&fieldSelector=metadata.name=a', 'watch=true&timeoutSeconds=1&fieldSelector=x=y', 'watch=true&timeoutSeconds=1&continue=abc',
  'watch=x&timeoutSeconds=1',
]; // prettier-ignore

const versions = { differs: 'an old revision is not compacted at the same time' };
const lists: Step[] = [
  ...listQueries.map((query) => get(`${maps}?${query}`)),
  ...watchQueries.map((query) => (query.endsWith('resourceVersion=1') ? { ...get(`${maps}?${query}`), ...versions } : get(`${maps}?${query}`))),
  get(`/api/v1/watch/namespaces/diff/configmaps?timeoutSeconds=1`), get(`/api/v1/watch/namespaces/diff/configmaps/a?timeoutSeconds=1`),
  get(`${maps}/a?watch=true&timeoutSeconds=1`, undefined), get(`${maps}?watch=true&timeoutSeconds=1`, 'application/json;stream=watch'),
  get(`${maps}?watch=true&timeoutSeconds=1`, 'application/vnd.kubernetes.protobuf;stream=watch'),
  get(`${maps}?watch=true&timeoutSeconds=1`, 'application/yaml'), get(`${maps}?watch=true&timeoutSeconds=1`, 'application/json;as=Table;v=v1;g=meta.k8s.io'),
  get(`${maps}?watch=true&timeoutSeconds=1`, 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io'),
  get(`${maps}?watch=true&timeoutSeconds=1`, 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io'),
  get('/api/v1/pods?fieldSelector=spec.nodeName=x'), get('/api/v1/pods?fieldSelector=status.phase=Running'), get('/api/v1/pods?fieldSelector=spec.foo=x'),
  get('/api/v1/secrets?fieldSelector=type=x'), get('/api/v1/nodes?fieldSelector=spec.unschedulable=true'), get('/apis/apps/v1/deployments?fieldSelector=spec.replicas=1'),
  get('/apis/batch/v1/jobs?fieldSelector=status.successful=1'), get('/api/v1/events?fieldSelector=reason=x,involvedObject.kind=Pod'), get('/api/v1/namespaces/absent/configmaps'),
  get('/api/v1/namespaces/diff/nodes'), get('/api/v1/replicationcontrollers?fieldSelector=status.replicas=1'), get('/api/v1/services?fieldSelector=spec.type=ClusterIP'),
]; // prettier-ignore

const objects: Step[] = [
  get(`${maps}/a`), get(`${maps}/absent`), get(`${maps}/a?resourceVersion=0`), get(`${maps}/a?resourceVersion=x`), get(`${maps}/a?resourceVersion=999999999`),
  get(`${maps}/a?pretty=true`), get(`${maps}/a?export=true`), get(`${maps}/A_B`), get('/api/v1/foos'), get('/api/v1/namespaces/diff/foos/x'), get('/api/v2/pods'), get('/apis/foo/v1/bars'),
  get('/apis/apps/v9/deployments'), get('/apis/apps/v1/foos'), get('/foo'), get('/api/v1/configmaps/a'), get('/api/v1/nodes/x/y'), get(`${maps}/a/status`), get('/api/v1/namespaces/absent'),
  get(`${maps}/a/b/c`), get('/api/v1/pods/x'), get('/apis/apps/v1/deployments/x'), get('/api/v1//pods'), get('/api/v1/namespaces/diff/'), get('/api/v1/namespaces/diff/configmaps/'),
  post(maps, map('a')), post(maps, map('')), post(maps, { apiVersion: 'v1', kind: 'ConfigMap' }), post(maps, { kind: 'ConfigMap', metadata: { name: 'z1' } }),
  post(maps, { apiVersion: 'v1', metadata: { name: 'z2' } }), post(maps, { metadata: { name: 'z3' } }), post(maps, { apiVersion: 'v2', kind: 'ConfigMap', metadata: { name: 'z4' } }),
  post(maps, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'z5' } }), post(maps, { apiVersion: 'v1', kind: 'Foo', metadata: { name: 'z5' } }),
  post(maps, { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'z5' } }), post(maps, { apiVersion: 'foo/v1', kind: 'Bar', metadata: { name: 'z5' } }),
  post(maps, map('Bad_Name')), post(maps, map('x'.repeat(254))), post(maps, map('ns', { metadata: { name: 'ns', namespace: 'other' } })),
  post('/api/v1/configmaps', map('nons')), post('/api/v1/namespaces/absent/configmaps', map('x')), post(maps, { ...map('q'), metadata: { generateName: 'gen-' } }),
  post(maps, { ...map('q'), metadata: { generateName: 'Gen_' } }), post(maps, { ...map('q'), metadata: { name: 'rv', resourceVersion: '5' } }),
  post(maps, { ...map('q'), metadata: { name: 'uid1', uid: 'abc' } }), post(maps, { ...map('q'), metadata: { name: 'ts', creationTimestamp: 'x' } }),
  post(maps, { ...map('q'), metadata: { name: 'ts2', deletionTimestamp: '2020-01-01T00:00:00Z', generation: 7, selfLink: '/x' } }),
  post(maps, { ...map('q'), metadata: { name: 'l', labels: { 'a/b/c': 'x', ok: '!', '-': '' } } }), post(maps, { ...map('q'), metadata: { name: 'l', annotations: { 'a b': 'x' } } }),
  post(maps, { ...map('q'), metadata: { name: 'f', finalizers: ['x', 'kubernetes'] } }), post(maps, { ...map('q'), metadata: { name: 'f2', finalizers: ['example.com/x', 'example.com/x'] } }),
  post(maps, { ...map('q'), metadata: { name: 'o', ownerReferences: [{ name: 'x', uid: '', kind: 'Pod', apiVersion: 'v1' }, {}] } }),
  post(maps, { ...map('q'), metadata: { name: 'o2', ownerReferences: [{ name: 'x', uid: '1', kind: 'Event', apiVersion: 'v1', controller: true }, { name: 'y', uid: '2', kind: 'Pod', apiVersion: 'a/b/c', controller: true }] } }),
  post(maps, { ...map('q'), metadata: { name: 'm', managedFields: [{ manager: 'x', operation: 'Foo', fieldsType: 'X' }] } }),
  post(maps, { ...map('q'), metadata: { name: 'm2', managedFields: [{ manager: 'x', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:data': { 'f:zz': {} } } }] } }),
  ...['dryRun=All', 'dryRun=x', 'dryRun=', 'fieldManager=me', `fieldManager=${'m'.repeat(129)}`, 'fieldManager=a%0Ab', 'fieldValidation=x', 'pretty=true', 'foo=1', 'timeout=1s', 'timeout=x'].map((query, index) => post(`${maps}?${query}`, map(`cq${index}`))),
  put(`${maps}/a`, map('a', { data: { k: 'w' } })), put(`${maps}/a`, map('b')), put(`${maps}/absent`, map('absent')), put(`${maps}/a`, { ...map('a'), metadata: { name: 'a', resourceVersion: '1' } }),
  put(`${maps}/a`, { ...map('a'), metadata: { name: 'a', resourceVersion: 'x' } }), put(`${maps}/a`, { ...map('a'), metadata: { name: 'a', uid: 'x' } }), put(`${maps}/a`, { ...map('a'), metadata: { name: 'a', resourceVersion: '0' } }),
  put(`${maps}/a`, { ...map('a'), metadata: { name: 'a', namespace: 'other' } }), put(`${maps}/a`, { ...map('a'), metadata: {} }), put(`${maps}/a`, { kind: 'ConfigMap', apiVersion: 'v1' }),
  put(`${maps}/a`, { ...map('a'), metadata: { name: 'a', managedFields: [] } }), put(`${maps}/a`, { ...map('a'), metadata: { name: 'a', managedFields: [{}] } }),
  put(`${maps}/a`, { ...map('a'), immutable: true, data: { k: '1' } }), put(`${maps}/a`, { ...map('a'), immutable: true, data: { k: '2' } }), put(`${maps}/a`, { ...map('a'), data: { k: '1' } }),
  put('/apis/coordination.k8s.io/v1/namespaces/diff/leases/l1', { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'l1' } }),
  put('/api/v1/namespaces/diff/services/absent', { apiVersion: 'v1', kind: 'Service', metadata: { name: 'absent' } }), put(maps, map('a')), { method: 'PATCH', path: maps, body: {}, type: 'application/merge-patch+json' },
  { method: 'POST', path: `${maps}/a`, body: map('a') }, { method: 'HEAD', path: `${maps}/a` }, { method: 'OPTIONS', path: `${maps}/a` }, { method: 'HEAD', path: maps }, { method: 'OPTIONS', path: maps },
  { method: 'POST', path: '/version' }, { method: 'POST', path: '/api/v1' }, { method: 'POST', path: '/apis' }, { method: 'DELETE', path: '/healthz' }, { method: 'POST', path: '/api/v1/bindings', body: {} }, get('/api/v1/bindings'),
  get('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'), get('/apis/authentication.k8s.io/v1/tokenreviews/x'), del('/api/v1/componentstatuses/x'),
]; // prettier-ignore

const deletes: Step[] = [
  ...['d1', 'd2', 'd3', 'd4', 'd5', 'd6', 'd7', 'd8', 'd9', 'd10', 'd11', 'd12', 'd13', 'd14'].map((name) => post(maps, map(name))),
  del(`${maps}/absent`), del(`${maps}/d1`), del(`${maps}/d1`), del(`${maps}/d2?gracePeriodSeconds=0`), del(`${maps}/d3?gracePeriodSeconds=x`), del(`${maps}/d3?gracePeriodSeconds=-1`),
  del(`${maps}/d4?propagationPolicy=Foo`), del(`${maps}/d4?propagationPolicy=Orphan`), del(`${maps}/d4?propagationPolicy=Foreground`), del(`${maps}/d5?propagationPolicy=Foreground`), get(`${maps}/d5`), del(`${maps}/d5`),
  del(`${maps}/d6?orphanDependents=true&propagationPolicy=Orphan`), del(`${maps}/d6?orphanDependents=true`), del(`${maps}/d7?dryRun=All`), del(`${maps}/d7?dryRun=x`), get(`${maps}/d7`),
  del(`${maps}/d7`, { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { uid: 'x' } }), del(`${maps}/d7`, { kind: 'DeleteOptions', apiVersion: 'v1', preconditions: { resourceVersion: '1' } }),
  del(`${maps}/d7`, { kind: 'DeleteOptions', apiVersion: 'meta.k8s.io/v1', dryRun: ['All'] }), del(`${maps}/d7`, { kind: 'Foo', apiVersion: 'v1' }), del(`${maps}/d7`, { kind: 'ConfigMap', apiVersion: 'v1' }), del(`${maps}/d7`, { foo: 1 }),
  del(`${maps}/d7`, { kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds: 'x' }), del(`${maps}/d7`, { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Foo' }),
  del(`${maps}/d8`, { kind: 'DeleteOptions', apiVersion: 'v1', unknown: 1 }), del(`${maps}/d9?fieldValidation=Strict`, { kind: 'DeleteOptions', apiVersion: 'v1', unknown: 1 }), del(`${maps}/d9`, { gracePeriodSeconds: 0 }), del(`${maps}/d10`, {}),
  { method: 'DELETE', path: `${maps}/d11`, text: 'nope' }, { method: 'DELETE', path: `${maps}/d11`, text: '{}', type: 'text/plain' }, { method: 'DELETE', path: `${maps}/d11`, body: { kind: 'DeleteOptions', apiVersion: 'v1' }, protobuf: true },
  del(`${maps}/d12?ignoreStoreReadErrorWithClusterBreakingPotential=true`), del(`${maps}?labelSelector=none`), del(`${maps}?fieldSelector=metadata.name=d13`), del(`${maps}?dryRun=All&limit=1`), del(`${maps}?labelSelector=(`),
  post(maps, { ...map('fin'), metadata: { name: 'fin', finalizers: ['example.com/x'] } }), del(`${maps}/fin`), put(`${maps}/fin`, { ...map('fin'), metadata: { name: 'fin', finalizers: ['example.com/x', 'example.com/y'] } }),
  put(`${maps}/fin`, map('fin')), get(`${maps}/fin`), del('/api/v1/namespaces/default'), del('/api/v1/namespaces/kube-system'), del('/api/v1/configmaps/x'), del('/api/v1/namespaces'),
]; // prettier-ignore

/** What is asked, by theme; a theme's steps build on each other. */
export const cases: Readonly<Record<string, readonly Step[]>> = {
  lists,
  selectors: selectorCases,
  options: optionCases,
  objects,
  deletes,
  discovery: discoveryCases,
  tables: tableCases,
  bodies: bodyCases,
  patches: patchCases,
  subresources: subresourceCases,
  numbers: numberCases,
  paths: pathCases,
  documents: documentCases,
  kinds: kindCases,
  flows: flowCases,
};
