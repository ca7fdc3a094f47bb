import { afterAll, beforeAll, expect, test } from 'vitest';
import { jane, type SecuredServer, startSecuredServer } from '../testing/secured-server.ts';

const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/default';

/** Roles are seen a moment after they are written. */
const patient = { timeout: 4000 };

let server: SecuredServer;
beforeAll(async () => {
  server = await startSecuredServer();
});
afterAll(() => server.close());

/** Lets jane do this, and waits until she may. */
const allow = async (verb: string, resource: string): Promise<void> => {
  const name = `jane-${verb}-${resource.replace('/', '-')}`;
  const rules = [{ apiGroups: ['', 'coordination.k8s.io'], resources: [resource], verbs: [verb] }];
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name };
  const subjects = [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'jane' }];
  const kinds = [
    ['roles', { kind: 'Role', rules }],
    ['rolebindings', { kind: 'RoleBinding', roleRef, subjects }],
  ] as const;
  for (const [plural, object] of kinds) {
    const body = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name }, ...object };
    expect((await server.call('POST', `${rbac}/${plural}`, { body })).status).toBe(201);
  }
};

const apply = (body: object, path: string) =>
  server.call('PATCH', `${path}?fieldManager=jane`, {
    body,
    as: { headers: { ...jane.headers, 'content-type': 'application/apply-patch+yaml' } },
  });

test('server-side apply creates for those who may create', async () => {
  const path = '/api/v1/namespaces/default/configmaps/a';
  const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { a: 'b' } };
  const denied = (verb: string): string =>
    `configmaps "a" is forbidden: User "jane" cannot ${verb} resource "configmaps" in API group "" in the namespace "default"`;
  expect((await apply(body, path)).body.message).toBe(denied('patch'));
  await allow('patch', 'configmaps');
  await expect.poll(async () => (await apply(body, path)).body.message, patient).toBe(denied('create'));
  expect((await server.call('GET', path)).status).toBe(404);
  await allow('create', 'configmaps');
  await expect.poll(async () => (await apply(body, path)).status, patient).toBe(201);
});

test('a PUT creates for those who may create', async () => {
  const path = '/apis/coordination.k8s.io/v1/namespaces/default/leases/a';
  const body = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'a', namespace: 'default' }, spec: {} };
  await allow('update', 'leases');
  const put = () => server.call('PUT', path, { body, as: jane });
  await expect.poll(async () => (await put()).body.message, patient).toMatch(/cannot create resource "leases"/);
  await allow('create', 'leases');
  await expect.poll(async () => (await put()).status, patient).toBe(201);
});

test.each(['exec', 'attach', 'portforward'])('%s by GET takes more than get', async (subresource) => {
  const get = async () => (await server.call('GET', `/api/v1/namespaces/default/pods/a/${subresource}`, { as: jane })).body.message;
  await allow('get', `pods/${subresource}`);
  await expect
    .poll(get)
    .toBe(`pods "a" is forbidden: User "jane" cannot create resource "pods/${subresource}" in API group "" in the namespace "default"`);
});
