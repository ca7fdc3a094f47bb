import { afterAll, beforeAll, expect, test } from 'vitest';
import { allocationExtension } from '../allocation/extension.ts';
import { type jane, type SecuredServer, startSecuredServer } from '../testing/secured-server.ts';
import { metricsExtension } from './extension.ts';
import { createMetricsRegistry } from './registry.ts';

const registry = createMetricsRegistry();
let server: SecuredServer;
beforeAll(async () => {
  server = await startSecuredServer({ metrics: registry, extra: [metricsExtension(registry), allocationExtension(registry)] });
});
afterAll(() => server.close());

/** The value of a series, by its text; undefined when there is none. */
const value = async (series: string): Promise<number | undefined> => {
  const line = (await registry.render('prometheus')).split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length));
};
const services = '/api/v1/namespaces/default/services';
const service = (name: string, spec: object): object => ({ metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } });

test('cluster IPs and node ports: what is taken, asked for and free', async () => {
  const ip = 'kube_apiserver_clusterip_allocator';
  const port = 'kube_apiserver_nodeport_allocator';
  const cidr = 'cidr="10.96.0.0/12"';
  const before = (await value(`${ip}_allocated_ips{${cidr}}`)) ?? 0; // the server's own
  const create = async (name: string, spec: object): Promise<number> =>
    (await server.call('POST', services, { body: service(name, spec) })).status;
  expect(await create('any', {})).toBe(201);
  expect(await create('given', { clusterIP: '10.96.3.4' })).toBe(201);
  expect(await create('taken', { clusterIP: '10.96.3.4' })).toBe(422);
  expect(await create('outside', { clusterIP: '10.1.3.4' })).toBe(422);
  expect(await create('port', { type: 'NodePort' })).toBe(201);
  expect(await create('given-port', { type: 'NodePort', ports: [{ port: 80, nodePort: 31000 }] })).toBe(201);
  expect(await create('taken-port', { type: 'NodePort', ports: [{ port: 80, nodePort: 31000 }] })).toBe(422);
  const dry = await server.call('POST', `${services}?dryRun=All`, { body: service('dry', { type: 'NodePort' }) });
  expect(dry.status).toBe(201);
  expect(await value(`${ip}_allocated_ips{${cidr}}`)).toBe(before + 4);
  expect(await value(`${ip}_available_ips{${cidr}}`)).toBe(2 ** 20 - 2 - before - 4);
  // Those of `port`, `given-port` and `taken-port` too, which gives its own back.
  expect(await value(`${ip}_allocation_total{${cidr},scope="dynamic"}`)).toBe(4);
  expect(await value(`${ip}_allocation_total{${cidr},scope="static"}`)).toBe(before + 1);
  expect(await value(`${ip}_allocation_errors_total{${cidr},scope="static"}`)).toBe(2);
  expect(await value(`${ip}_allocation_duration_seconds_count{${cidr}}`)).toBe(before + 7);
  expect(await value(`${port}_allocated_ports`)).toBe(2);
  expect(await value(`${port}_available_ports`)).toBe(2766);
  expect(await value(`${port}_allocation_total{scope="dynamic"}`)).toBe(1);
  expect(await value(`${port}_allocation_total{scope="static"}`)).toBe(1);
  expect(await value(`${port}_allocation_errors_total{scope="static"}`)).toBe(1);
  expect(await value('apiserver_nodeport_repair_reconcile_errors_total')).toBe(0);
});

test('evaluations of the Pod Security Standards, and namespaces that say them wrong', async () => {
  const levels = { 'pod-security.kubernetes.io/enforce': 'baseline', 'pod-security.kubernetes.io/audit-version': 'v1.99' };
  const labels = { ...levels, 'pod-security.kubernetes.io/audit': 'restricted', 'pod-security.kubernetes.io/warn': 'restricted' };
  await server.call('POST', '/api/v1/namespaces', { body: { metadata: { name: 'secured', labels } } });
  const post = async (spec: object): Promise<number> => {
    const account = await server.call('POST', '/api/v1/namespaces/secured/serviceaccounts', { body: { metadata: { name: 'default' } } });
    expect([201, 409]).toContain(account.status);
    const body = { metadata: { generateName: 'p' }, spec: { containers: [{ name: 'c', image: 'i' }], ...spec } };
    return (await server.call('POST', '/api/v1/namespaces/secured/pods', { body })).status;
  };
  expect(await post({})).toBe(201);
  expect(await post({ hostNetwork: true })).toBe(403);
  const of = (decision: string, mode: string, level: string, version: string): Promise<number | undefined> =>
    value(
      `pod_security_evaluations_total{decision="${decision}",mode="${mode}",policy_level="${level}",policy_version="${version}",request_operation="create",resource="pod",subresource=""}`,
    );
  expect(await of('allow', 'enforce', 'baseline', 'latest')).toBe(1);
  expect(await of('deny', 'enforce', 'baseline', 'latest')).toBe(1);
  expect(await of('deny', 'audit', 'restricted', 'future')).toBe(2);
  expect(await of('deny', 'warn', 'restricted', 'latest')).toBe(1);
});

test('tokens of service accounts by how they were made', async () => {
  const accounts = '/api/v1/namespaces/default/serviceaccounts';
  await server.call('POST', accounts, { body: { metadata: { name: 'robot' }, secrets: [{ name: 'auto' }] } });
  const bound = await server.call('POST', `${accounts}/robot/token`, { body: { spec: {} } });
  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
  const asked = (token: string): Promise<{ status: number }> =>
    server.call('GET', '/api/v1/namespaces/default/pods', { as: bearer(token) as unknown as typeof jane });
  expect((await asked((bound.body as unknown as { status: { token: string } }).status.token)).status).toBe(403);
  const secret = async (name: string): Promise<string> => {
    const body = {
      type: 'kubernetes.io/service-account-token',
      metadata: { name, annotations: { 'kubernetes.io/service-account.name': 'robot' } },
    };
    const made = await server.call('POST', '/api/v1/namespaces/default/secrets', { body });
    return Buffer.from((made.body as unknown as { data: { token: string } }).data.token, 'base64').toString();
  };
  const [manual, auto] = [await secret('manual'), await secret('auto')];
  expect((await asked(manual)).status).toBe(403);
  expect((await asked(auto)).status).toBe(403);
  const marked = { metadata: { labels: { 'kubernetes.io/legacy-token-invalid-since': '2026-01-01' } } };
  const patched = await server.call('PATCH', '/api/v1/namespaces/default/secrets/auto', {
    body: marked,
    as: { user: { username: 'root', groups: ['system:masters'] }, headers: { 'content-type': 'application/merge-patch+json' } } as never,
  });
  expect(patched.status).toBe(200);
  expect((await asked(auto)).status).toBe(401);
  expect(await value('serviceaccount_valid_tokens_total')).toBe(1);
  expect(await value('serviceaccount_legacy_tokens_total')).toBe(2);
  expect(await value('serviceaccount_legacy_manual_token_uses_total')).toBe(1);
  expect(await value('serviceaccount_legacy_auto_token_uses_total')).toBe(1);
  expect(await value('serviceaccount_invalid_legacy_auto_token_uses_total')).toBe(1);
});
