import { expect, test } from 'vitest';
import { configMapsRef } from '../api/refs.gen.ts';
import { createInProcessTransport } from '../app/in-process-transport.ts';
import { configMap, startTestServer } from '../apiserver/testing/test-server.ts';
import { createClient } from '../client/client.ts';
import { TransportError } from '../client/transport.ts';
import type { Transport } from '../client/transport.ts';
import { systemClock } from './clock.ts';
import { createInformer } from './informer.ts';
import { silentLogger } from './logger.ts';

const user = { username: 'test', groups: ['system:masters', 'system:authenticated'] };
const options = { clock: systemClock, log: silentLogger, random: () => 0 };

const start = async (wrap: (transport: Transport) => Transport = (transport) => transport) => {
  const api = await startTestServer();
  const client = createClient(createInProcessTransport(api.server.handle, { user })).resource(configMapsRef);
  const watched = createClient(wrap(createInProcessTransport(api.server.handle, { user }))).resource(configMapsRef);
  const informer = createInformer(watched, options);
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

test('a broken watch resumes where it was: nothing is lost, nothing comes twice', async () => {
  let breakNow: (() => void) | undefined;
  let lists = 0;
  const { events, informer, create, stop, run } = await start((transport) => ({
    ...transport,
    request: (request) => {
      lists += 1;
      return transport.request(request);
    },
    stream: async (request) => {
      const answer = await transport.stream(request);
      const broken = new Promise<never>((_, reject) => (breakNow = () => reject(new TransportError('cut'))));
      broken.catch(() => undefined);
      return { ...answer, chunks: until(answer.chunks, broken) };
    },
  }));
  const running = run();
  await informer.synced();
  await create('one');
  await expect.poll(() => events).toEqual(['added one']);
  breakNow?.();
  await create('two');
  await expect.poll(() => events).toEqual(['added one', 'added two']);
  expect(lists).toBe(1);
  stop.abort();
  await running;
});

test('a version that is gone makes it list again, and deletions in between are seen', async () => {
  let expire = false;
  const body = Buffer.from(
    `${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' } })}\n`,
  );
  let breakNow: (() => void) | undefined;
  const { events, informer, client, create, stop, run } = await start((transport) => ({
    ...transport,
    stream: async (request) => {
      if (expire) {
        expire = false;
        return {
          status: 200,
          headers: {},
          chunks: (async function* () {
            yield body;
          })(),
        };
      }
      const answer = await transport.stream(request);
      const broken = new Promise<never>((_, reject) => (breakNow = () => reject(new TransportError('cut'))));
      broken.catch(() => undefined);
      return { ...answer, chunks: until(answer.chunks, broken) };
    },
  }));
  await create('old');
  const running = run();
  await informer.synced();
  await expect.poll(() => breakNow !== undefined).toBe(true);
  expire = true;
  breakNow?.();
  await client.delete('old', 'default');
  await create('new');
  await expect.poll(() => informer.list().map(({ metadata }) => metadata.name)).toEqual(['new']);
  expect(events).toContain('deleted old');
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
