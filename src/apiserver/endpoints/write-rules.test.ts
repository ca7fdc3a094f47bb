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
