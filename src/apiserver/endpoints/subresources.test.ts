import { beforeEach, expect, test } from 'vitest';
import { createMetricsRegistry } from '../metrics/registry.ts';
import { allocationExtension } from '../allocation/extension.ts';
import { startTestServer, type TestServer } from '../testing/test-server.ts';

const namespace = '/api/v1/namespaces/default';
const deployments = '/apis/apps/v1/namespaces/default/deployments';
let api: TestServer;

const merge = { 'content-type': 'application/merge-patch+json' };
const pod = (name: string, labels: Record<string, string> = {}) => ({
  metadata: { name, labels },
  spec: { containers: [{ name: 'c', image: 'nginx' }] },
});
const deployment = (name: string) => ({
  metadata: { name },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } },
  },
});
const service = (name: string, spec: object) => ({ metadata: { name }, spec: { ports: [{ port: 80 }], selector: { app: name }, ...spec } });

beforeEach(async () => {
  api = await startTestServer({ extensions: [allocationExtension(createMetricsRegistry())] });
});

test('status and specification are written apart; only the specification makes a generation', async () => {
  await api.call('POST', deployments, { body: deployment('d') });
  const status = await api.call('PATCH', `${deployments}/d/status`, {
    body: { spec: { replicas: 9 }, status: { replicas: 2, observedGeneration: 1 } },
    headers: merge,
  });
  expect(status.body).toMatchObject({ spec: { replicas: 2 }, status: { replicas: 2 }, metadata: { generation: 1 } });
  const spec = await api.call('PATCH', `${deployments}/d`, { body: { spec: { replicas: 3 }, status: { replicas: 9 } }, headers: merge });
  expect(spec.body).toMatchObject({ spec: { replicas: 3 }, status: { replicas: 2 }, metadata: { generation: 2 } });
});

test('scale reads and writes replicas', async () => {
  await api.call('POST', deployments, { body: deployment('d') });
  const scale = await api.call('GET', `${deployments}/d/scale`);
  expect(scale.body).toMatchObject({ kind: 'Scale', spec: { replicas: 2 }, status: { replicas: 0, selector: 'app=d' } });
  const put = await api.call('PUT', `${deployments}/d/scale`, { body: { ...scale.body, spec: { replicas: 5 } } });
  expect(put.body).toMatchObject({ kind: 'Scale', spec: { replicas: 5 } });
  const stale = await api.call('PUT', `${deployments}/d/scale`, { body: { ...scale.body, spec: { replicas: 6 } } });
  expect(stale.body).toMatchObject({ reason: 'Conflict' });
  const patched = await api.call('PATCH', `${deployments}/d/scale`, { body: { spec: { replicas: 7 } }, headers: merge });
  expect(patched.body['spec']).toEqual({ replicas: 7 });
  expect((await api.call('GET', `${deployments}/d`)).body).toMatchObject({ spec: { replicas: 7 }, metadata: { generation: 3 } });
  const negative = await api.call('PATCH', `${deployments}/d/scale`, { body: { spec: { replicas: -1 } }, headers: merge });
  expect(negative.body).toMatchObject({ code: 422, details: { causes: [{ field: 'spec.replicas' }] } });
});

test('a pod is bound once', async () => {
  await api.call('POST', `${namespace}/pods`, { body: pod('p') });
  const body = { kind: 'Binding', apiVersion: 'v1', metadata: { name: 'p' }, target: { kind: 'Node', name: 'n1' } };
  expect((await api.call('POST', `${namespace}/pods/p/binding`, { body })).status).toBe(201);
  const bound = await api.call('GET', `${namespace}/pods/p`);
  expect(bound.body).toMatchObject({
    metadata: { generation: 1 },
    spec: { nodeName: 'n1' },
    status: { conditions: [{ type: 'PodScheduled', status: 'True' }] },
  });
  const again = await api.call('POST', `${namespace}/pods/p/binding`, { body });
  expect(again.body).toMatchObject({ reason: 'Conflict' });
  expect(again.body['message']).toContain('pod p is already assigned to node "n1"');
});

test('eviction takes a disruption from the budget, and waits when there is none', async () => {
  const budgets = '/apis/policy/v1/namespaces/default/poddisruptionbudgets';
  for (const name of ['a', 'b']) {
    await api.call('POST', `${namespace}/pods`, { body: pod(name, { app: 'x' }) });
    const status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
    await api.call('PATCH', `${namespace}/pods/${name}/status`, { body: { status }, headers: merge });
  }
  await api.call('POST', budgets, {
    body: { metadata: { name: 'pdb' }, spec: { minAvailable: 1, selector: { matchLabels: { app: 'x' } } } },
  });
  const status = { disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1, expectedPods: 2, observedGeneration: 1 };
  await api.call('PATCH', `${budgets}/pdb/status`, { body: { status }, headers: merge });
  const evict = (name: string) => api.call('POST', `${namespace}/pods/${name}/eviction`, { body: { metadata: { name } } });
  expect((await evict('a')).status).toBe(201);
  expect((await api.call('GET', `${namespace}/pods/a`)).status).toBe(404);
  expect((await evict('b')).body).toMatchObject({ code: 429, details: { causes: [{ reason: 'DisruptionBudget' }] } });
});

test('a namespace terminates until its finalizers are taken away', async () => {
  await api.call('POST', '/api/v1/namespaces', { body: { metadata: { name: 'n' }, spec: { finalizers: ['kubernetes'] } } });
  const held = await api.call('DELETE', '/api/v1/namespaces/n');
  expect(held.body).toMatchObject({ kind: 'Namespace', status: { phase: 'Terminating' } });
  await api.call('PUT', '/api/v1/namespaces/n/finalize', { body: { ...held.body, spec: {} } });
  expect((await api.call('GET', '/api/v1/namespaces/n')).status).toBe(404);
});

test('a running pod has its grace period, and goes when the kubelet says so', async () => {
  await api.call('POST', `${namespace}/pods`, { body: { ...pod('p'), spec: { ...pod('p').spec, nodeName: 'n1' } } });
  const held = await api.call('DELETE', `${namespace}/pods/p`);
  expect(held.body.metadata).toMatchObject({ deletionGracePeriodSeconds: 30 });
  await api.call('DELETE', `${namespace}/pods/p?gracePeriodSeconds=0`);
  expect((await api.call('GET', `${namespace}/pods/p`)).status).toBe(404);
});

test('cluster IPs: given, taken, out of range, given back', async () => {
  const services = `${namespace}/services`;
  const any = await api.call('POST', services, { body: service('any', {}) });
  expect((any.body['spec'] as { clusterIP: string }).clusterIP).toMatch(/^10\.96\.0\.\d+$/);
  const own = await api.call('POST', services, { body: service('own', { clusterIP: '10.96.0.10' }) });
  expect(own.body['spec']).toMatchObject({ clusterIPs: ['10.96.0.10'], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' });
  const taken = await api.call('POST', services, { body: service('taken', { clusterIP: '10.96.0.10' }) });
  expect(taken.body).toMatchObject({ code: 422, reason: 'Invalid' });
  expect(taken.body['message']).toContain('provided IP is already allocated');
  expect((await api.call('POST', services, { body: service('far', { clusterIP: '10.97.0.1' }) })).status).toBe(422);
  expect((await api.call('GET', '/apis/networking.k8s.io/v1/ipaddresses/10.96.0.10')).status).toBe(200);
  await api.call('DELETE', `${services}/own`);
  expect((await api.call('GET', '/apis/networking.k8s.io/v1/ipaddresses/10.96.0.10')).status).toBe(404);
});

test('an update that says nothing keeps addresses and ports; another type gives ports back', async () => {
  const services = `${namespace}/services`;
  const created = await api.call('POST', services, { body: service('s', { type: 'NodePort' }) });
  const spec = created.body['spec'] as { clusterIP: string; ports: { nodePort: number }[] };
  const same = await api.call('PUT', `${services}/s`, { body: service('s', { type: 'NodePort' }) });
  expect(same.body['spec']).toMatchObject({ clusterIP: spec.clusterIP, ports: [{ nodePort: spec.ports[0]?.nodePort }] });
  const inner = await api.call('PUT', `${services}/s`, {
    body: { ...same.body, spec: { ...(same.body['spec'] as object), type: 'ClusterIP' } },
  });
  expect((inner.body['spec'] as typeof spec).ports[0]).not.toHaveProperty('nodePort');
  const again = await api.call('POST', services, {
    body: service('t', { type: 'NodePort', ports: [{ port: 80, nodePort: spec.ports[0]?.nodePort }] }),
  });
  expect(again.status).toBe(201);
});

test('a client that changes clusterIP alone is told that it may not, also for headless services', async () => {
  for (const [name, clusterIP] of [
    ['headless', 'None'],
    ['addressed', '10.96.0.77'],
  ] as const) {
    await api.call('POST', `${namespace}/services`, { body: service(name, { clusterIP, ports: [{ port: 80 }] }) });
    const changed = await api.call('PATCH', `${namespace}/services/${name}`, {
      body: { spec: { clusterIP: '10.96.0.78' } },
      headers: merge,
    });
    expect(changed.body).toMatchObject({ code: 422 });
    expect(changed.body['message']).toContain('spec.clusterIPs[0]: Invalid value: ["10.96.0.78"]: may not change once set');
  }
});

test('node ports run out with an error, not a crash', async () => {
  for (let i = 0; i < 10; i += 1) {
    expect((await api.call('POST', `${namespace}/services`, { body: service(`s${i}`, { type: 'NodePort' }) })).status).toBe(201);
  }
  const full = await api.call('POST', `${namespace}/services`, { body: service('full', { type: 'NodePort' }) });
  expect(full.body).toMatchObject({ code: 500, message: 'Internal error occurred: failed to allocate a nodePort: range is full' });
  expect((await api.call('GET', `${namespace}/services/full`)).status).toBe(404);
});

test('a pod that waits for its scheduling gates gets no node', async () => {
  const spec = { containers: [{ name: 'c', image: 'i' }], schedulingGates: [{ name: 'example.com/wait' }] };
  await api.call('POST', `${namespace}/pods`, { body: { metadata: { name: 'gated' }, spec } });
  const body = { metadata: { name: 'gated' }, target: { kind: 'Node', name: 'n' } };
  const { status, body: answer } = await api.call('POST', `${namespace}/pods/gated/binding`, { body });
  expect([status, answer['message']]).toEqual([
    409,
    'Operation cannot be fulfilled on pods/binding "gated": pod gated has non-empty .spec.schedulingGates',
  ]);
});

test('the older bindings collection binds too', async () => {
  await api.call('POST', `${namespace}/pods`, { body: pod('p') });
  const body = { kind: 'Binding', apiVersion: 'v1', metadata: { name: 'p' }, target: { kind: 'Node', name: 'n1' } };
  expect((await api.call('POST', `${namespace}/bindings`, { body })).status).toBe(201);
  expect((await api.call('GET', `${namespace}/pods/p`)).body).toMatchObject({ spec: { nodeName: 'n1' } });
});

test('a service that ends with its last finalizer gives its address back', async () => {
  const services = `${namespace}/services`;
  const held = { ...service('s', { clusterIP: '10.96.0.10' }), metadata: { name: 's', finalizers: ['example.com/hold'] } };
  await api.call('POST', services, { body: held });
  await api.call('DELETE', `${services}/s`);
  await api.call('PATCH', `${services}/s`, { body: { metadata: { finalizers: null } }, headers: merge });
  expect((await api.call('POST', services, { body: service('t', { clusterIP: '10.96.0.10' }) })).status).toBe(201);
});

test('an evicted pod says so in its conditions, unless it is a dry run', async () => {
  const body = { metadata: { name: 'held', finalizers: ['example.com/x'] }, spec: { containers: [{ name: 'c', image: 'i' }] } };
  const created = await api.call('POST', `${namespace}/pods`, { body });
  const evict = (deleteOptions: unknown) =>
    api.call('POST', `${namespace}/pods/held/eviction`, { body: { metadata: { name: 'held' }, deleteOptions } });
  const conditions = async () =>
    ((await api.call('GET', `${namespace}/pods/held`)).body['status'] as { conditions?: { type: string; reason: string }[] }).conditions ??
    [];
  expect((await evict({ dryRun: ['All'] })).status).toBe(201);
  expect(await conditions()).toEqual([]);
  expect((await evict({ preconditions: { resourceVersion: '1' } })).status).toBe(409);
  const resourceVersion = created.body.metadata['resourceVersion'];
  expect((await evict({ preconditions: { resourceVersion } })).status).toBe(201);
  expect(await conditions()).toMatchObject([{ type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' }]);
  expect((await evict(undefined)).status).toBe(201);
});

test('an Eviction names its pod, and may be of the older version', async () => {
  const path = `${namespace}/pods/old/eviction`;
  await api.call('POST', `${namespace}/pods`, { body: { metadata: { name: 'old' }, spec: { containers: [{ name: 'c', image: 'i' }] } } });
  expect((await api.call('POST', path, { body: {} })).body['message']).toBe('name in URL does not match name in Eviction object');
  const body = { apiVersion: 'policy/v1beta1', kind: 'Eviction', metadata: { name: 'old' } };
  expect((await api.call('POST', path, { body })).status).toBe(201);
});

test('a Binding and a Scale are for the object that they name by its UID', async () => {
  await api.call('POST', `${namespace}/pods`, { body: { metadata: { name: 'bound' }, spec: { containers: [{ name: 'c', image: 'i' }] } } });
  const binding = { metadata: { name: 'bound', uid: 'x' }, target: { kind: 'Node', name: 'n' } };
  const refused = await api.call('POST', `${namespace}/pods/bound/binding`, { body: binding });
  expect(refused.body).toMatchObject({ code: 409, message: expect.stringContaining('UID in precondition: x') });
  await api.call('POST', `${namespace}/pods/bound/binding`, { body: { ...binding, metadata: { name: 'bound' } } });
  const { managedFields } = (await api.call('GET', `${namespace}/pods/bound`)).body.metadata as {
    managedFields?: { subresource?: string }[];
  };
  expect(managedFields?.some(({ subresource }) => subresource === 'binding')).toBe(false);
});

test('who writes the status of a scale does not come to own its replicas', async () => {
  const managersOf = (body: object) =>
    (body as { metadata: { managedFields: { manager: string }[] } }).metadata.managedFields.map((m) => m.manager);
  await api.call('POST', `${deployments}?fieldManager=creator`, { body: deployment('d') });
  const scale = `${deployments}/d/scale?fieldManager=scaler`;
  await api.call('PATCH', scale, { body: { status: { replicas: 42 } }, headers: merge });
  expect(managersOf((await api.call('GET', `${deployments}/d`)).body)).toEqual(['creator']);
  await api.call('PATCH', scale, { body: { spec: { replicas: 5 } }, headers: merge });
  expect(managersOf((await api.call('GET', `${deployments}/d`)).body)).toEqual(['creator', 'scaler']);
});

test("the status of a pod says nothing of the pod's end", async () => {
  await api.call('POST', `${namespace}/pods`, { body: pod('p') });
  const body = { metadata: { deletionTimestamp: '2020-01-01T00:00:00Z' }, status: { phase: 'Running' } };
  const answer = await api.call('PATCH', `${namespace}/pods/p/status`, { body, headers: merge });
  expect(answer.body).toMatchObject({ status: { phase: 'Running' } });
  expect(answer.body).not.toHaveProperty('metadata.deletionTimestamp');
});

test("a service's address may have zeros that say nothing", async () => {
  const services = `${namespace}/services`;
  const { status, body } = await api.call('POST', services, { body: service('zeros', { clusterIP: '10.96.0.077' }) });
  expect([status, (body['spec'] as { clusterIP: string }).clusterIP]).toEqual([201, '10.96.0.077']);
  const taken = await api.call('POST', services, { body: service('other', { clusterIP: '10.96.0.77' }) });
  expect(taken.body['message']).toContain('provided IP is already allocated');
  await api.call('DELETE', `${services}/zeros`);
  expect((await api.call('POST', services, { body: service('other', { clusterIP: '10.96.0.77' }) })).status).toBe(201);
});

test('of an unknown field it is not said besides that it is there twice', async () => {
  const text = '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"c"},"odd":{"a":1,"a":2},"odd":3}';
  const answer = await api.call('POST', `${namespace}/configmaps?fieldValidation=Strict`, { body: text });
  expect(answer.body['message']).toMatch(/strict decoding error: unknown field "odd"$/);
});

test('only a Scale is applied to a scale', async () => {
  const headers = { 'content-type': 'application/apply-patch+yaml' };
  await api.call('POST', deployments, { body: deployment('d') });
  const body = { apiVersion: 'apps/v1', kind: 'Scale', metadata: { name: 'd' }, spec: { replicas: 3 } };
  const other = await api.call('PATCH', `${deployments}/d/scale?fieldManager=x`, { body, headers });
  expect([other.status, other.body['message']]).toEqual([400, 'invalid object type: apps/v1, Kind=Scale']);
});

test('a service whose last finalizer an update takes away keeps what the update leaves out until it is gone, and gives it back', async () => {
  const services = `${namespace}/services`;
  const made = await api.call('POST', services, { body: service('s', { type: 'NodePort' }) });
  await api.call('PATCH', `${services}/s`, { body: { metadata: { finalizers: ['x.example/a'] } }, headers: merge });
  await api.call('DELETE', `${services}/s`);
  const gone = await api.call('PUT', `${services}/s`, { body: service('s', {}) });
  expect([gone.status, gone.body['message']]).toEqual([200, undefined]);
  expect((await api.call('GET', `${services}/s`)).status).toBe(404);
  const { clusterIP, ports } = made.body['spec'] as { clusterIP: string; ports: { port: number; nodePort: number }[] };
  const again = await api.call('POST', services, { body: service('t', { type: 'NodePort', clusterIP, ports }) });
  expect([again.status, again.body['message']]).toEqual([201, undefined]);
});
