import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { configMapsRef } from '../../src/api/refs.gen.ts';
import { type ClusterServer, startClusterServer } from '../../src/app/cluster-server.ts';
import type { Client } from '../../src/client/contract.ts';
import { SlowWatcherError } from '../../src/storage/errors.ts';
import { openEtcdStore } from '../../src/storage/etcd/etcd-store.ts';
import { type EtcdCluster, etcdctl, etcdctlProgram, sayWithoutEtcd, startEtcd } from '../../src/storage/etcd/testing/etcd-process.ts';

sayWithoutEtcd('compaction of etcd below a hub');

const ignore = (): void => {};
const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const path = '/api/v1/namespaces/default/configmaps';

interface Page {
  readonly code?: number;
  readonly reason?: string;
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items?: readonly { readonly metadata: { readonly name: string } }[];
}

describe.skipIf(etcdctlProgram === undefined)('when somebody compacts the etcd of a hub', () => {
  const directory = mkdtempSync(join(tmpdir(), 'causeway-compaction-'));
  const user = { username: 'test', groups: ['system:masters', 'system:authenticated'] };
  let etcd: EtcdCluster;
  let server: ClusterServer;
  let client: Client;

  const get = async (query: string): Promise<Page> => {
    const { body } = await server.transport(user).request({ method: 'GET', path: `${path}?${query}` });
    return JSON.parse(Buffer.from(body).toString()) as Page;
  };
  const create = (name: string) =>
    client.resource(configMapsRef).create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' } });
  const compact = async (): Promise<void> => {
    const { metadata } = await create(`before-compaction-${Math.random().toString(36).slice(2)}`);
    etcdctl(etcd, ['compact', metadata.resourceVersion!]);
  };

  beforeAll(async () => {
    etcd = await startEtcd();
    const store = `etcd:${etcd.endpoints.join(',')}/compacted`;
    server = await startClusterServer({ name: 'hub', directory, store, port: 0, log });
    client = server.client(user, 'test');
    for (let index = 10; index < 30; index++) await create(`c-${index}`);
  });
  afterAll(async () => {
    await server?.close();
    await etcd?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  test('a list in pages is told that it has expired, and how to go on', async () => {
    const first = await get('limit=8');
    await create('c-0-new');
    const second = await get(`limit=8&continue=${first.metadata.continue}`);
    expect(second.items?.map(({ metadata }) => metadata.name)).toEqual(Array.from({ length: 8 }, (_, index) => `c-${18 + index}`));
    await compact();
    const expired = await get(`limit=8&continue=${second.metadata.continue}`);
    expect(expired).toMatchObject({ code: 410, reason: 'Expired' });
    const rest = await get(`continue=${expired.metadata.continue}`);
    expect(rest.items?.map(({ metadata }) => metadata.name)).toEqual(expect.arrayContaining(['c-26', 'c-29']));
    expect(rest.items?.map(({ metadata }) => metadata.name)).not.toContain('c-25');
  });

  test('an exact version and a watch from long ago have expired, newer ones have not', async () => {
    const { metadata } = await get('limit=1');
    await compact();
    expect(await get(`resourceVersion=${metadata.resourceVersion}&resourceVersionMatch=Exact`)).toMatchObject({ code: 410 });
    const old = client.resource(configMapsRef).watch({ namespace: 'default', resourceVersion: '2' })[Symbol.asyncIterator]();
    await expect(old.next()).rejects.toMatchObject({ reason: 'Expired' });
    const last = await get('limit=1');
    const stop = new AbortController();
    const options = { namespace: 'default', resourceVersion: last.metadata.resourceVersion!, signal: stop.signal };
    const watching = client.resource(configMapsRef).watch(options)[Symbol.asyncIterator]();
    const next = watching.next();
    await create('after');
    expect((await next).value).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'after' } } });
    stop.abort();
  });

  test('a watch that was there before goes on', async () => {
    const { metadata } = await get('limit=1');
    const stop = new AbortController();
    const names: string[] = [];
    const watching = (async () => {
      const options = { namespace: 'default', resourceVersion: metadata.resourceVersion!, signal: stop.signal };
      for await (const { object } of client.resource(configMapsRef).watch(options)) names.push(object.metadata.name);
    })().catch(ignore);
    await create('one');
    await compact();
    await create('two');
    await expect.poll(() => names.filter((name) => !name.startsWith('before'))).toEqual(['one', 'two']);
    stop.abort();
    await watching;
  });

  test('whoever reads so slowly that compaction passes what was to come is told so, and sees no change without what was there before', async () => {
    const store = await openEtcdStore({ endpoints: etcd.endpoints, prefix: '/slow', autoCompact: false });
    try {
      const reading = store.watch('/', { after: await store.revision() })[Symbol.asyncIterator]();
      const first = reading.next();
      await store.create('/first', Buffer.from('1'));
      await first;
      const megabyte = Buffer.alloc(1_000_000);
      let last = await store.create('/large', megabyte);
      for (let index = 0; index < 20; index++) {
        if (last.applied) last = await store.update('/large', megabyte, { expected: last.revision });
      }
      await store.compact(await store.revision());
      let changes = 0;
      const read = async (): Promise<void> => {
        for (let next = await reading.next(); !next.done; next = await reading.next()) {
          for (const { previous } of next.value.events.slice(changes === 0 ? 1 : 0)) expect(previous?.value.length).toBe(megabyte.length);
          changes += next.value.events.length;
        }
      };
      await expect(read()).rejects.toThrow(SlowWatcherError);
    } finally {
      await store.close();
    }
  });
});
