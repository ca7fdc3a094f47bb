import { expect, test } from 'vitest';
import type { KubeObject } from '../apimachinery/meta/object.ts';
import { configMapsRef } from '../api/refs.gen.ts';
import { createInProcessTransport } from '../app/in-process-transport.ts';
import { configMap, startTestServer } from '../apiserver/testing/test-server.ts';
import { createClient } from '../client/client.ts';
import { TransportError } from '../client/transport.ts';
import type { Transport } from '../client/transport.ts';
import { systemClock } from './clock.ts';
import { createInformer, type UnsharedInformerOptions } from './informer.ts';
import { silentLogger } from './logger.ts';

const user = { username: 'test', groups: ['system:masters', 'system:authenticated'] };
const options = { clock: systemClock, log: silentLogger, random: () => 0 };

const start = async (
  wrap: (transport: Transport) => Transport = (transport) => transport,
  more: Pick<UnsharedInformerOptions, 'keep' | 'onRelist'> = {},
) => {
  const api = await startTestServer();
  const client = createClient(createInProcessTransport(api.server.handle, { user })).resource(configMapsRef);
  const watched = createClient(wrap(createInProcessTransport(api.server.handle, { user }))).resource(configMapsRef);
  const informer = createInformer(watched, { ...options, ...more });
  const events: string[] = [];
  informer.onEvent(({ type, object }) => events.push(`${type} ${object.metadata.name}`));
  const stop = new AbortController();
  const create = (name: string) => client.create({ ...configMap(name, { app: name }), metadata: { name, namespace: 'default' } });
  return { ...api, client, informer, events, create, stop, run: () => informer.run(stop.signal) };
};

test('the cache follows the server, and indexes with it', async () => {
  const { informer, events, client, create, stop, run } = await start();
  await create('before');
  informer.addIndex('app', ({ data }) => [String((data as Record<string, string>)['app'])]);
  const running = run();
  await informer.synced();
  expect(informer.list('default').map(({ metadata }) => metadata.name)).toEqual(['before']);
  await create('after');
  await client.patch('after', 'default', { data: { app: 'moved' } }, { type: 'merge' });
  await client.delete('before', 'default');
  await expect.poll(() => events).toEqual(['added before', 'added after', 'modified after', 'deleted before']);
  expect(informer.byIndex('app', 'moved')).toHaveLength(1);
  expect(informer.byIndex('app', 'after')).toEqual([]);
  expect(informer.get('after', 'default')?.metadata.managedFields).toBeUndefined();
  stop.abort();
  await running;
});

test('who waits for an informer that is stopped before its first list is told', async () => {
  const { informer, stop, run } = await start();
  stop.abort();
  await run();
  await expect(informer.synced()).rejects.toThrow('informer of configmaps: it was stopped before its first list');
});

/** A connection that breaks when told to; the next watch is refused as too old after `expire`. Bytes, as over a network. */
const breakable = () => {
  let cut: (() => void) | undefined;
  let isExpired = false;
  let requests = 0;
  const status = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' };
  const gone = async function* () {
    yield Buffer.from(`${JSON.stringify({ type: 'ERROR', object: status })}\n`);
  };
  const wrap = (transport: Transport): Transport => ({
    ...transport,
    passesObjects: false,
    request: (request) => {
      requests += 1;
      return transport.request(request);
    },
    stream: async (request) => {
      if (isExpired) {
        isExpired = false;
        return { status: 200, headers: {}, chunks: gone() };
      }
      const answer = await transport.stream(request);
      const broken = new Promise<never>((_, reject) => (cut = () => reject(new TransportError('cut'))));
      broken.catch(() => undefined);
      return { ...answer, chunks: until(answer.chunks, broken) };
    },
  });
  const breakNow = async (): Promise<void> => {
    await expect.poll(() => cut !== undefined).toBe(true);
    cut?.();
  };
  const expire = (): Promise<void> => {
    isExpired = true;
    return breakNow();
  };
  return { wrap, breakNow, expire, requests: () => requests };
};

test('a broken watch resumes where it was: nothing is lost, nothing comes twice', async () => {
  const { wrap, breakNow, requests } = breakable();
  const { events, informer, create, stop, run } = await start(wrap);
  const running = run();
  await informer.synced();
  await create('one');
  await expect.poll(() => events).toEqual(['added one']);
  await breakNow();
  await create('two');
  await expect.poll(() => events).toEqual(['added one', 'added two']);
  expect(requests()).toBe(1);
  stop.abort();
  await running;
});

test('a version that is gone makes it list again, and deletions in between are seen', async () => {
  const { wrap, expire } = breakable();
  const { events, informer, client, create, stop, run } = await start(wrap);
  await create('old');
  const running = run();
  await informer.synced();
  await expire();
  await client.delete('old', 'default');
  await create('new');
  await expect.poll(() => informer.list().map(({ metadata }) => metadata.name)).toEqual(['new']);
  expect(events).toContain('deleted old');
  stop.abort();
  await running;
});

test('objects that are not kept are told of when they go or stop being kept; a second list is told of', async () => {
  let relisted = 0;
  const { wrap, expire } = breakable();
  const keep = ({ metadata }: KubeObject): boolean => metadata.labels?.['keep'] === 'yes';
  const { events, informer, client, create, stop, run } = await start(wrap, { keep, onRelist: () => relisted++ });
  const label = (name: string, value: string) =>
    client.patch(name, 'default', { metadata: { labels: { keep: value } } }, { type: 'merge' });
  await create('before');
  const running = run();
  await informer.synced();
  await create('one');
  await create('two');
  await client.delete('one', 'default');
  await label('two', 'yes');
  await expect.poll(() => informer.list().map(({ metadata }) => metadata.name)).toEqual(['two']);
  await label('two', 'no');
  await expect.poll(() => events).toEqual(['deleted one', 'added two', 'modified two']);
  expect([informer.size, relisted]).toEqual([0, 0]);
  await expire();
  await expect.poll(() => relisted).toBe(1);
  stop.abort();
  await running;
});

async function* until(chunks: AsyncIterable<Uint8Array>, broken: Promise<never>): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), broken]);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    void iterator.return?.();
  }
}
