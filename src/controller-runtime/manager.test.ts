import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { configMapsRef } from '../api/refs.gen.ts';
import { startClusterServer } from '../app/cluster-server.ts';
import type { ClusterServer } from '../app/cluster-server.ts';
import { createInProcessTransport } from '../app/in-process-transport.ts';
import { configMap, startTestServer } from '../apiserver/testing/test-server.ts';
import { createClient } from '../client/client.ts';
import { createHttpTransport } from '../client/http/http-transport.ts';
import { fixedCredentials } from '../client/http/options.ts';
import { TransportError } from '../client/transport.ts';
import type { Transport } from '../client/transport.ts';
import { silentLogger } from './logger.ts';
import { createManager } from './manager.ts';
import { createFakeClock } from './testing/fake-clock.ts';
import { watch } from './watch.ts';

const user = { username: 'test', groups: ['system:masters', 'system:authenticated'] };
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});
const object = (name: string) => ({ ...configMap(name, {}), metadata: { name, namespace: 'default' } });

test('what still runs when the lease is lost can no longer write', async () => {
  const { server } = await startTestServer();
  const direct = createInProcessTransport(server.handle, { user });
  let cut = false;
  const flaky: Transport = {
    ...direct,
    request: (request) => (cut && request.path.includes('/leases') ? Promise.reject(new TransportError('cut')) : direct.request(request)),
  };
  const clock = createFakeClock();
  const master: number[] = [];
  const manager = createManager({
    client: createClient(flaky),
    clock,
    log: silentLogger,
    leaderElection: { name: 'test', namespace: 'default', identity: 'me' },
    metrics: {
      add: () => {},
      observe: () => {},
      set: (name, labels, value) => {
        if (name === 'leader_election_master_status' && labels['name'] === 'test') master.push(value);
      },
    },
  });
  const configMaps = manager.client.resource(configMapsRef);
  let ended = false;
  let late: Promise<unknown> | undefined;
  manager.addRunnable('stubborn', async (signal) => {
    await configMaps.create(object('while-leading'));
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    late = configMaps.create(object('too-late')).catch((error: unknown) => error);
    await late;
    ended = true;
  });
  await expect(configMaps.create(object('before'))).rejects.toThrow('write refused: this process does not lead');
  await manager.start();
  closers.push(() => manager.stop());
  await expect.poll(() => clock.advance(500).then(() => configMaps.find('while-leading', 'default'))).toBeDefined();
  expect(master).toEqual([0, 1]);
  cut = true;
  await expect.poll(() => clock.advance(1000).then(() => ended)).toBe(true);
  expect(String(await late)).toContain('write refused: this process does not lead');
  expect(master).toEqual([0, 1, 0]);
  expect(await configMaps.find('too-late', 'default')).toBeUndefined();
});

test('a controller misses nothing while the server restarts', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'causeway-restart-'));
  closers.push(async () => rmSync(directory, { recursive: true, force: true }));
  const start = (preferredPort?: number): Promise<ClusterServer> =>
    startClusterServer({
      name: 'test',
      directory,
      store: `lmdb:${join(directory, 'store')}`,
      port: 0,
      log: silentLogger,
      ...(preferredPort === undefined ? {} : { preferredPort }),
    });
  let server = await start();
  closers.push(() => server.close());
  const { certificateAuthority, client: identity } = server.kubeconfig;
  const transport = createHttpTransport({
    server: server.url,
    certificateAuthority,
    credentials: fixedCredentials({ certificate: identity.certificate, key: identity.key }),
  });
  closers.push(() => transport.close());
  const manager = createManager({ client: createClient(transport), log: silentLogger });
  const informer = manager.informer(configMapsRef, { namespace: 'default', labelSelector: 'seen' });
  const reconciled = new Map<string, boolean>();
  manager.addController({
    name: 'restart',
    watches: [watch(informer)],
    reconcile: async (key) => void reconciled.set(key, informer.byKey(key) !== undefined),
  });
  const labelled = (name: string) => ({ ...object(name), metadata: { ...object(name).metadata, labels: { seen: 'yes' } } });
  const direct = () => server.client(user, 'test').resource(configMapsRef);
  await expect
    .poll(
      () =>
        direct()
          .create(labelled('first'))
          .then(
            () => true,
            () => false,
          ),
      { timeout: 15_000 },
    )
    .toBe(true);
  await direct().create(labelled('doomed'));
  await manager.start();
  closers.push(() => manager.stop());
  await expect.poll(() => reconciled.size).toBe(2);

  await server.close();
  server = await start(Number(new URL(server.url).port));
  // Before the informer is back: it must see what happened without it.
  await direct().create(labelled('second'));
  await direct().delete('doomed', 'default');
  await expect
    .poll(() => Object.fromEntries(reconciled))
    .toEqual({
      'default/first': true,
      'default/doomed': false,
      'default/second': true,
    });
}, 30_000);

test('queues and reconciles are measured by the names of Kubernetes', async () => {
  const { server } = await startTestServer();
  const client = createClient(createInProcessTransport(server.handle, { user }));
  const counts = new Map<string, number>();
  const count = (name: string, labels: Readonly<Record<string, string>>, by = 1): void => {
    const key = `${name} ${Object.values(labels).join(' ')}`;
    counts.set(key, (counts.get(key) ?? 0) + by);
  };
  const manager = createManager({
    client,
    log: silentLogger,
    metrics: { add: count, set: () => {}, observe: (name, labels) => count(name, labels) },
  });
  const informer = manager.informer(configMapsRef, { namespace: 'default' });
  let failures = 1;
  manager.addController({
    name: 'measured',
    watches: [watch(informer)],
    reconcile: async (key) => {
      if (key === 'default/once' && failures-- > 0) throw new Error('not yet');
    },
  });
  await client.resource(configMapsRef).create(object('once'));
  await manager.start();
  closers.push(() => manager.stop());
  await expect.poll(() => counts.get('controller_runtime_reconcile_total measured success')).toBeGreaterThan(0);
  expect(counts.get('controller_runtime_reconcile_total measured error')).toBe(1);
  expect(counts.get('workqueue_retries_total measured')).toBe(1);
  expect(counts.get('workqueue_adds_total measured')).toBe(counts.get('workqueue_work_duration_seconds measured'));
});
