import { afterAll, beforeAll, expect, test } from 'vitest';
import { type SecuredServer, startSecuredServer } from '../../testing/secured-server.ts';

let server: SecuredServer;
beforeAll(async () => {
  server = await startSecuredServer();
  const labels = { 'resource.kubernetes.io/admin-access': 'true' };
  await server.call('POST', '/api/v1/namespaces', { body: { metadata: { name: 'admins', labels } } });
});
afterAll(() => server.close());

const request = (adminAccess: boolean) => ({ name: 'a', exactly: { deviceClassName: 'c', adminAccess } });
const claims = (namespace: string): string => `/apis/resource.k8s.io/v1/namespaces/${namespace}/resourceclaims`;
const refusal = 'admin access to devices requires the `resource.kubernetes.io/admin-access: true` label on the containing namespace';

test.each([
  ['resourceclaims', { devices: { requests: [{ ...request(false), name: 'b' }, request(true)] } }, 'spec.devices.requests[1].adminAccess'],
  ['resourceclaimtemplates', { spec: { devices: { requests: [request(true)] } } }, 'spec.devices.requests[0].adminAccess'],
])('%s that ask for admin access are for namespaces with the label', async (plural, spec, field) => {
  const create = (namespace: string) =>
    server.call('POST', `/apis/resource.k8s.io/v1/namespaces/${namespace}/${plural}`, { body: { metadata: { name: 'c' }, spec } });
  expect((await create('admins')).status).toBe(201);
  const { status, body } = await create('default');
  expect(status).toBe(422);
  expect(body['details']).toMatchObject({ causes: [{ reason: 'FieldValueForbidden', field, message: `Forbidden: ${refusal}` }] });
});

test('what else is wrong is told with it', async () => {
  const requests = [{ name: 'a', exactly: { deviceClassName: '', adminAccess: true } }];
  const { body } = await server.call('POST', claims('default'), { body: { metadata: { name: 'd' }, spec: { devices: { requests } } } });
  expect(body['details']).toMatchObject({ causes: [{ reason: 'FieldValueForbidden' }, { reason: 'FieldValueRequired' }] });
});

test('neither is it allocated there', async () => {
  const claim = { metadata: { name: 's' }, spec: { devices: { requests: [request(false)] } } };
  await server.call('POST', claims('default'), { body: claim });
  const results = [{ request: 'a', driver: 'd.example', pool: 'p', device: 'd', adminAccess: true }];
  const status = { allocation: { devices: { results } } };
  const { body } = await server.call('PUT', `${claims('default')}/s/status`, { body: { ...claim, status } });
  expect(body['details']).toMatchObject({ causes: [{ field: 'status.allocation.devices.results[0].adminAccess' }] });
});
