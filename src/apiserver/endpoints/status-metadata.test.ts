import { beforeEach, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../testing/test-server.ts';

const merge = { 'content-type': 'application/merge-patch+json' };
const template = { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
let api: TestServer;

beforeEach(async () => {
  api = await startTestServer();
});

test('the status of a DaemonSet says nothing of its template: the annotation that counts templates stays', async () => {
  const sets = '/apis/apps/v1/namespaces/default/daemonsets';
  const spec = { selector: { matchLabels: { app: 'a' } }, template };
  await api.call('POST', sets, { body: { metadata: { name: 'd' }, spec } });
  const { body } = await api.call('PUT', `${sets}/d/status`, { body: { metadata: { name: 'd' }, spec } });
  expect(body.metadata).toMatchObject({ annotations: { 'deprecated.daemonset.template.generation': '1' } });
});

test("a Job whose labels a status takes away has its template's", async () => {
  const jobs = '/apis/batch/v1/namespaces/default/jobs';
  const spec = { template: { spec: { ...template.spec, restartPolicy: 'Never' } } };
  const made = await api.call('POST', jobs, { body: { metadata: { name: 'j', labels: { own: 'x' } }, spec } });
  const uid = String(made.body.metadata['uid']);
  const { body } = await api.call('PUT', `${jobs}/j/status`, { body: { metadata: { name: 'j' }, spec } });
  expect(body.metadata['labels']).toEqual({
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': 'j',
    'controller-uid': uid,
    'job-name': 'j',
  });
});

test('a ReplicationController without labels has those of its template', async () => {
  const controllers = '/api/v1/namespaces/default/replicationcontrollers';
  await api.call('POST', controllers, { body: { metadata: { name: 'r', labels: { own: 'x' } }, spec: { template } } });
  const { body } = await api.call('PATCH', `${controllers}/r/status`, { body: { metadata: { labels: null } }, headers: merge });
  expect(body.metadata['labels']).toEqual({ app: 'a' });
});

test('a namespace is finalized with its metadata', async () => {
  await api.call('POST', '/api/v1/namespaces', {
    body: { metadata: { name: 'n', annotations: { a: '1' } }, spec: { finalizers: ['x/y'] } },
  });
  const body = { metadata: { name: 'n', labels: { b: '2' } }, spec: { finalizers: ['x/y', 'x/z'] } };
  const finalized = await api.call('PUT', '/api/v1/namespaces/n/finalize', { body });
  expect(finalized.body).toMatchObject({ metadata: { labels: { b: '2' } }, spec: { finalizers: ['x/y', 'x/z'] } });
  expect(finalized.body.metadata['annotations']).toBeUndefined();
});

test('a ServiceCIDR keeps its labels when its status is written, and whoever wrote them there owns the attempt', async () => {
  const ranges = '/apis/networking.k8s.io/v1/servicecidrs';
  await api.call('POST', `${ranges}?fieldManager=maker`, {
    body: { metadata: { name: 'c', labels: { a: '1' } }, spec: { cidrs: ['10.9.0.0/24'] } },
  });
  const { body } = await api.call('PATCH', `${ranges}/c/status?fieldManager=teller`, {
    body: { metadata: { labels: { b: '1' } } },
    headers: merge,
  });
  expect(body.metadata['labels']).toEqual({ a: '1' });
  expect(body.metadata['managedFields']).toMatchObject([
    { manager: 'maker' },
    { manager: 'teller', subresource: 'status', fieldsV1: { 'f:metadata': { 'f:labels': { 'f:b': {} } } } },
  ]);
});

test('what a client says of the life of a new object is nobody’s', async () => {
  const maps = '/api/v1/namespaces/default/configmaps';
  const metadata = { name: 'm', uid: 'x', deletionTimestamp: '2020-01-01T00:00:00Z', deletionGracePeriodSeconds: 5 };
  const { body } = await api.call('POST', maps, { body: { metadata } });
  for (const field of ['managedFields', 'deletionTimestamp', 'deletionGracePeriodSeconds']) expect(body.metadata[field]).toBeUndefined();
});
