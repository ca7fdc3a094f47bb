import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deploymentsRef, leasesRef, namespacesRef, podsRef, secretsRef } from '../../src/api/refs.gen.ts';
import { createBootstrapToken, publicKeyHash } from '../../src/app/bootstrap-token.ts';
import { loadAgentCredentials } from '../../src/app/agent-credentials.ts';
import { startHub } from '../../src/app/hub.ts';
import type { Hub } from '../../src/app/hub.ts';
import { renderKubeconfig } from '../../src/app/kubeconfig.ts';
import { startMember } from '../../src/app/member.ts';
import type { Member } from '../../src/app/member.ts';
import type { UnstructuredObject } from '../../src/apimachinery/meta/object.ts';
import { createClient } from '../../src/client/client.ts';
import type { Client } from '../../src/client/contract.ts';
import { createHttpTransport } from '../../src/client/http/http-transport.ts';
import { clustersRef } from '../../src/features/fleet/api/cluster.ts';
import type { Cluster } from '../../src/features/fleet/api/cluster.ts';
import { worksRef } from '../../src/features/placement/api/work.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const ignore = (): void => {};
const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const patient = { timeout: 30_000, interval: 100 };

interface Run {
  readonly child: ChildProcess;
  readonly ready: Promise<boolean>;
  readonly exit: Promise<number | null>;
  readonly errors: () => string;
}

describe('a cluster that joins by pull', () => {
  const directory = mkdtempSync(join(tmpdir(), 'causeway-agent-'));
  const kubeconfig = join(directory, 'member.kubeconfig');
  const running = new Set<ChildProcess>();
  let hub: Hub;
  let member: Member;
  let far: Client;
  let client: Client;

  const openHub = async (preferredPort?: number): Promise<Hub> =>
    startHub({
      directory: join(directory, 'hub'),
      store: `lmdb:${join(directory, 'hub', 'store')}`,
      port: 0,
      ...(preferredPort === undefined ? {} : { preferredPort }),
      log,
      // Without failover, or the one cluster there is would be evicted from while it is away.
      fleet: { leaseGraceSeconds: 4, failover: false },
    });
  const agent = (name: string, flags: readonly string[], data = name): Run => {
    const hash = publicKeyHash(hub.server.identity.certificateAuthority.certificate);
    const defaults = { '--hub': hub.server.url, '--hub-ca-hash': hash, '--kubeconfig': kubeconfig, '--data-dir': join(directory, data) };
    const words = Object.entries(defaults).flatMap(([flag, value]) => (flags.includes(flag) ? [] : [flag, value]));
    const quick = ['--lease-interval', '1', '--status-interval', '1', '--output', 'json', '--log-level', 'warn'];
    const command = ['--import', 'tsx', join(root, 'src/cli/bin.ts'), 'agent', '--cluster-name', name, ...words, ...quick, ...flags];
    const child = spawn(process.execPath, command, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const exit = new Promise<number | null>((resolve) => child.once('exit', resolve)).finally(() => running.delete(child));
    const ready = new Promise<boolean>((resolve) => {
      child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().includes('"ready":true')));
      void exit.then(() => resolve(false));
    });
    return { child, ready, exit, errors: () => errors };
  };
  const readyCondition = async (name: string) =>
    (await client.resource<Cluster>(clustersRef).find(name, undefined))?.status?.conditions?.find(({ type }) => type === 'Ready');
  const shop = async (where: Client): Promise<UnstructuredObject | undefined> => where.resource(deploymentsRef).find('shop', 'store');
  const readyReplicas = async (where: Client): Promise<unknown> =>
    ((await shop(where))?.['status'] as { readyReplicas?: number } | undefined)?.readyReplicas;

  beforeAll(async () => {
    hub = await openHub();
    member = await startMember({ name: 'far', directory: join(directory, 'far'), nodes: 2, preferredPort: undefined, log });
    far = createClient(member.transport);
    writeFileSync(kubeconfig, renderKubeconfig([member.kubeconfig]), { mode: 0o600 });
    client = hub.server.client({ username: 'test', groups: ['system:masters', 'system:authenticated'] }, 'test');
  });
  afterAll(async () => {
    for (const child of running) child.kill('SIGKILL');
    await hub.stop();
    await member.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  let current: Run;

  test('exchanges the token for a certificate, reports itself, and is ready', async () => {
    const { token } = await createBootstrapToken(client, { ttlSeconds: 600 });
    current = agent('far', ['--token', token, '--region', 'eu', '--zone', 'eu-1']);
    expect(await current.ready, current.errors()).toBe(true);
    await expect.poll(async () => (await readyCondition('far'))?.status, patient).toBe('True');
    const cluster = await client.resource<Cluster>(clustersRef).get('far', undefined);
    expect(cluster.spec).toMatchObject({ syncMode: 'Pull', region: 'eu', zone: 'eu-1' });
    expect(cluster.status?.kubernetesVersion).toMatch(/^v1\.35/);
    await expect
      .poll(async () => (await client.resource<Cluster>(clustersRef).get('far', undefined)).status?.nodeSummary?.readyNum, patient)
      .toBe(2);
    expect(statSync(join(directory, 'far', 'hub-client.pem')).mode & 0o777).toBe(0o600);
  });

  test('runs what a policy sends there, and its status comes back', async () => {
    await client.resource(namespacesRef).create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'store' } });
    const policies = {
      group: 'policy.karmada.io',
      version: 'v1alpha1',
      resource: 'propagationpolicies',
      kind: 'PropagationPolicy',
      namespaced: true,
    };
    await client.resource(policies).create({
      apiVersion: 'policy.karmada.io/v1alpha1',
      kind: 'PropagationPolicy',
      metadata: { name: 'shop', namespace: 'store' },
      spec: {
        resourceSelectors: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop' }],
        placement: { clusterAffinity: { clusterNames: ['far'] } },
      },
    });
    const labels = { app: 'shop' };
    await client.resource(deploymentsRef).create({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'shop', namespace: 'store' },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'shop', image: 'shop:1' }] } },
      },
    });
    await expect.poll(() => readyReplicas(far), patient).toBe(2);
    await expect.poll(() => readyReplicas(client), patient).toBe(2);
  });

  test("may do nothing beyond its own cluster's business", async () => {
    const credentials = loadAgentCredentials(join(directory, 'far'), 'far');
    const authority = hub.server.identity.certificateAuthority.certificate;
    const own = createClient(createHttpTransport({ server: hub.server.url, certificateAuthority: authority, credentials }));
    await client.resource<Cluster>(clustersRef).create({
      apiVersion: 'cluster.karmada.io/v1alpha1',
      kind: 'Cluster',
      metadata: { name: 'other' },
      spec: { syncMode: 'Pull' },
    });
    await expect.poll(() => client.resource(leasesRef).find('other', 'karmada-cluster'), patient).toBeDefined();
    await own.resource(clustersRef).get('far', undefined);
    await own.resource(worksRef).list({ namespace: 'karmada-es-far' });
    const merge = { type: 'merge' } as const;
    const forbidden: readonly [string, () => Promise<unknown>][] = [
      ['read another cluster', () => own.resource(clustersRef).get('other', undefined)],
      ['list clusters', () => own.resource(clustersRef).list()],
      [
        'report for another',
        () => own.resource(clustersRef).patch('other', undefined, { status: {} }, { ...merge, subresource: 'status' }),
      ],
      ['change its own spec', () => own.resource(clustersRef).patch('far', undefined, { spec: { taints: [] } }, merge)],
      ["read another's Works", () => own.resource(worksRef).list({ namespace: 'karmada-es-other' })],
      ["renew another's Lease", () => own.resource(leasesRef).patch('other', 'karmada-cluster', { spec: {} }, merge)],
      ['read secrets', () => own.resource(secretsRef).list({ namespace: 'karmada-cluster' })],
      ['make Works', () => own.resource(worksRef).deleteCollection({ namespace: 'karmada-es-far' })],
    ];
    for (const [what, attempt] of forbidden) await expect(attempt(), what).rejects.toMatchObject({ reason: 'Forbidden' });
    await own.close();
    await client.resource(clustersRef).delete('other', undefined);
  });

  test('killed, it becomes Unknown; started again without a token it goes on, and nothing is there twice', async () => {
    const before = await shop(far);
    current.child.kill('SIGKILL');
    await expect.poll(() => readyCondition('far'), patient).toMatchObject({ status: 'Unknown', reason: 'ClusterStatusUnknown' });
    await expect
      .poll(async () => (await client.resource<Cluster>(clustersRef).get('far', undefined)).spec.taints?.[0]?.key, patient)
      .toBe('cluster.karmada.io/unreachable');
    current = agent('far', []);
    expect(await current.ready, current.errors()).toBe(true);
    await expect.poll(async () => (await readyCondition('far'))?.status, patient).toBe('True');
    await expect.poll(() => readyReplicas(far), patient).toBe(2);
    expect((await shop(far))?.metadata.uid).toBe(before?.metadata.uid);
    expect((await far.resource(podsRef).list({ namespace: 'store' })).items).toHaveLength(2);
  });

  test('a hub that restarts finds the agent again', async () => {
    const port = Number(new URL(hub.server.url).port);
    await hub.stop();
    hub = await openHub(port);
    client = hub.server.client({ username: 'test', groups: ['system:masters', 'system:authenticated'] }, 'test');
    await client.resource(deploymentsRef).patch('shop', 'store', { spec: { replicas: 3 } }, { type: 'merge' });
    await expect.poll(() => readyReplicas(far), patient).toBe(3);
    await expect.poll(() => readyReplicas(client), patient).toBe(3);
    expect(await readyCondition('far')).toMatchObject({ status: 'True' });
  });

  test.each([
    ['a token that nobody made', async () => 'abcdef.0123456789abcdef', /does not take this bootstrap token.*causeway cluster token/s],
    [
      'an expired token',
      async () => {
        const { token } = await createBootstrapToken(client, { ttlSeconds: -1 });
        return token;
      },
      /does not take this bootstrap token \(wrong, expired/,
    ],
    [
      'a token made for another cluster',
      async () => (await createBootstrapToken(client, { ttlSeconds: 600, clusterName: 'elsewhere' })).token,
      /made for another cluster than new/,
    ],
  ])('%s is refused with the remedy', async (_, make, message) => {
    const run = agent('new', ['--token', await make()], 'refused');
    expect(await run.exit).toBe(1);
    expect(run.errors()).toMatch(message);
    expect(await client.resource(clustersRef).find('new', undefined)).toBeUndefined();
  });

  test("nobody takes a joined cluster's name without a token made for it", async () => {
    const { token } = await createBootstrapToken(client, { ttlSeconds: 600 });
    const run = agent('far', ['--token', token], 'impostor');
    expect(await run.exit).toBe(1);
    expect(run.errors()).toMatch(/cluster far has joined already/);
  });

  test('a hub that is not the one that was meant is not spoken to', async () => {
    const run = agent('new', ['--token', 'abcdef.0123456789abcdef', '--hub-ca-hash', `sha256:${'0'.repeat(64)}`], 'wrong-hub');
    expect(await run.exit).toBe(1);
    expect(run.errors()).toMatch(/presents no certificate authority with the hash/);
  });

  test('SIGTERM ends it properly', async () => {
    current.child.kill('SIGTERM');
    expect(await current.exit).toBe(0);
  });
});
