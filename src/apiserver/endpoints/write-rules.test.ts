import { beforeEach, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../testing/test-server.ts';

/** Rules of single kinds that clients see in answers to writes. */
let api: TestServer;

beforeEach(async () => {
  api = await startTestServer();
});

const template = { metadata: { labels: { a: 'b' } }, spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } };

test.each<[string, string, unknown, boolean]>([
  ['DELETE', '/absent', undefined, true],
  ['DELETE', '?labelSelector=none', undefined, true],
  ['DELETE', '/absent?propagationPolicy=Background', undefined, false],
  ['DELETE', '/absent', { propagationPolicy: 'Orphan' }, false],
])('%s jobs%s %j: told what becomes of pods', async (method, rest, body, warned) => {
  const { headers } = await api.call(method, `/apis/batch/v1/namespaces/default/jobs${rest}`, body === undefined ? {} : { body });
  expect(String(headers['warning'] ?? '').includes('child pods are preserved by default')).toBe(warned);
});

test('an APIService is not updated without its version', async () => {
  const path = '/apis/apiregistration.k8s.io/v1/apiservices';
  const service = {
    metadata: { name: 'v1.x.example' },
    spec: { group: 'x.example', version: 'v1', groupPriorityMinimum: 1, versionPriority: 1, service: { name: 's', namespace: 'n' } },
  };
  await api.call('POST', path, { body: service });
  const { status, body } = await api.call('PUT', `${path}/v1.x.example`, { body: service });
  expect(status).toBe(422);
  expect(body['message']).toContain('metadata.resourceVersion: Invalid value: 0: must be specified for an update');
});

test('whoever creates a DaemonSet owns the generation of its template', async () => {
  const { body } = await api.call('POST', '/apis/apps/v1/namespaces/default/daemonsets', {
    body: {
      metadata: { name: 'd' },
      spec: { selector: { matchLabels: { a: 'b' } }, template: { ...template, spec: { containers: template.spec.containers } } },
    },
  });
  const annotation = 'deprecated.daemonset.template.generation';
  expect(body.metadata['annotations']).toEqual({ [annotation]: '1' });
  expect(JSON.stringify(body.metadata['managedFields'])).toContain(`f:${annotation}`);
});

test('a namespace says by what its precondition failed', async () => {
  await api.call('POST', '/api/v1/namespaces', { body: { metadata: { name: 'n' } } });
  const { body } = await api.call('DELETE', '/api/v1/namespaces/n', { body: { preconditions: { uid: 'x' } } });
  expect(body).toMatchObject({
    code: 409,
    details: { kind: 'namespaces' },
    message: expect.stringContaining('namespaces "n": Precondition failed: UID in precondition: x, UID in object meta: '),
  });
});

const maps = '/api/v1/namespaces/default/configmaps';
const merge = (url: string, body: unknown) => api.call('PATCH', url, { body, headers: { 'content-type': 'application/merge-patch+json' } });

test('when an object was created is not up to a client, when it is deleted neither', async () => {
  const made = await api.call('POST', maps, { body: { metadata: { name: 'm' } } });
  const { creationTimestamp } = made.body.metadata;
  const patched = await merge(`${maps}/m`, { metadata: { creationTimestamp: '2020-01-01T00:00:00Z', finalizers: ['x.example/a'] } });
  expect([patched.status, patched.body.metadata['creationTimestamp']]).toEqual([200, creationTimestamp]);
  const early = await merge(`${maps}/m`, { metadata: { deletionTimestamp: '2020-01-01T00:00:00Z' } });
  expect(early.body['message']).toContain('metadata.deletionTimestamp: Invalid value: "2020-01-01T00:00:00Z": field is immutable');
  await api.call('DELETE', `${maps}/m`);
  const late = await merge(`${maps}/m`, { metadata: { deletionTimestamp: '2020-01-01T00:00:00Z' } });
  expect(late.body.metadata['deletionTimestamp']).not.toBe('2020-01-01T00:00:00Z');
  const taken = await api.call('POST', maps, { body: { metadata: { name: 'm' } } });
  expect(taken.body['message']).toBe('object is being deleted: configmaps "m" already exists');
});

test('what a deletion answers has the version that it made', async () => {
  const services = '/api/v1/namespaces/default/services';
  const made = await api.call('POST', services, { body: { metadata: { name: 's' }, spec: { ports: [{ port: 80 }] } } });
  const gone = await api.call('DELETE', `${services}/s`);
  expect(Number(gone.body.metadata['resourceVersion'])).toBeGreaterThan(Number(made.body.metadata['resourceVersion']));
});

test('an update that creates has no version to compare with', async () => {
  const leases = '/apis/coordination.k8s.io/v1/namespaces/default/leases';
  const { status } = await api.call('PUT', `${leases}/l`, { body: { metadata: { name: 'l', resourceVersion: '7' }, spec: {} } });
  expect(status).toBe(201);
});

test('managers that are no such thing leave those that are known', async () => {
  await api.call('POST', `${maps}?fieldManager=one`, { body: { metadata: { name: 'm' }, data: { a: '1' } } });
  const entry = { manager: 'x', operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: true };
  const { body } = await merge(`${maps}/m?fieldManager=one`, { metadata: { managedFields: [entry] } });
  expect(body.metadata['managedFields']).toMatchObject([{ manager: 'one', operation: 'Update' }]);
});

test('what nobody fills in and every Event says is nobody’s', async () => {
  const body = { metadata: { name: 'e', namespace: 'default' }, involvedObject: { namespace: 'default' }, reason: 'R' };
  const { body: made } = await api.call('POST', '/api/v1/namespaces/default/events', { body });
  expect(made['reportingComponent']).toBe('');
  expect(JSON.stringify(made.metadata['managedFields'])).not.toContain('reporting');
});

test.each(['x', '-1'])('a new object of the version %j: created by POST, refused by apply and by PUT', async (resourceVersion) => {
  const leases = '/apis/coordination.k8s.io/v1/namespaces/default/leases';
  const lease = (name: string) => ({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, resourceVersion }, spec: {} });
  expect((await api.call('POST', leases, { body: lease('a') })).status).toBe(201);
  const put = await api.call('PUT', `${leases}/b`, { body: lease('b') });
  const headers = { 'content-type': 'application/apply-patch+yaml' };
  const applied = await api.call('PATCH', `${leases}/c?fieldManager=m`, { body: lease('c'), headers });
  for (const { status, body } of [put, applied]) {
    expect(status).toBe(500);
    expect(body['message']).toBe(`strconv.ParseUint: parsing "${resourceVersion}": invalid syntax`);
  }
});

test('a PUT that would create an object of a uid is a conflict', async () => {
  const metadata = { name: 'a', uid: 'x' };
  const { status, body } = await api.call('PUT', '/apis/coordination.k8s.io/v1/namespaces/default/leases/a', {
    body: { metadata, spec: {} },
  });
  expect(status).toBe(409);
  expect(body['message']).toContain('Precondition failed: UID in precondition: x, UID in object meta: ');
});

test('the status of what is not there is not found, whatever is applied', async () => {
  const headers = { 'content-type': 'application/apply-patch+yaml' };
  const { status } = await api.call('PATCH', '/api/v1/persistentvolumes/none/status?fieldManager=m', { body: { kind: 'Other' }, headers });
  expect(status).toBe(404);
});

test('a strategic merge patch is told of unknown fields without the keys of maps, null and directives in what replaces included', async () => {
  const slices = '/apis/resource.k8s.io/v1/resourceslices';
  const spec = { driver: 'd.example', nodeName: 'n', pool: { name: 'p', generation: 1, resourceSliceCount: 1 }, devices: [{ name: 'd' }] };
  expect((await api.call('POST', slices, { body: { metadata: { name: 's' }, spec } })).status).toBe(201);
  const { status, headers } = await api.call('PATCH', `${slices}/s`, {
    body: { spec: { devices: [{ name: 'd', attributes: { a: { string: 'x', extra: 1, none: null } }, $patch: 'x' }] } },
    headers: { 'content-type': 'application/strategic-merge-patch+json' },
  });
  expect([status, headers['warning']]).toEqual([
    200,
    ['$patch', 'attributes.extra', 'attributes.none'].map((field) => `299 - "unknown field \\"spec.devices[0].${field}\\""`),
  ]);
});
