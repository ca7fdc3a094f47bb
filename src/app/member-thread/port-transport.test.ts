import { MessageChannel } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { configMapsRef } from '../../api/refs.gen.ts';
import { startTestServer } from '../../apiserver/testing/test-server.ts';
import { createClient } from '../../client/client.ts';
import type { Client } from '../../client/contract.ts';
import { TransportError } from '../../client/transport.ts';
import type { Transport } from '../../client/transport.ts';
import { createInProcessTransport } from '../in-process-transport.ts';
import { createPortTransport } from './port-transport.ts';
import { servePort } from './serve-port.ts';

const user = { username: 'test', groups: ['system:masters', 'system:authenticated'] };
let direct: Transport;
let transport: Transport;
let client: Client;

/** A transport over two ends of a channel, as between threads. */
const through = (served: Transport): Transport => {
  const { port1, port2 } = new MessageChannel();
  servePort(port2, served);
  return createPortTransport(port1);
};

beforeAll(async () => {
  const { server } = await startTestServer();
  direct = createInProcessTransport(server.handle, { user });
  transport = through(direct);
  client = createClient(transport);
});
afterAll(() => client.close());

const configMap = (name: string, size = 1) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data: { text: 'é'.repeat(size) },
});

test('requests are answered as without the threads', async () => {
  const configMaps = client.resource(configMapsRef);
  const created = await configMaps.create(configMap('one'));
  await configMaps.patch('one', 'default', { data: { b: '2' } }, { type: 'merge' });
  expect(await configMaps.get('one', 'default')).toMatchObject({ data: { text: 'é', b: '2' } });
  await expect(configMaps.update({ ...created })).rejects.toMatchObject({ reason: 'Conflict', code: 409 });
  await expect(configMaps.get('none', 'default')).rejects.toMatchObject({ reason: 'NotFound', code: 404 });
});

test('a watch brings what happens, large objects too, and ends when its signal aborts', async () => {
  const configMaps = client.resource(configMapsRef);
  const stop = new AbortController();
  const seen: string[] = [];
  const watching = (async () => {
    for await (const { type, object } of configMaps.watch({ namespace: 'default', resourceVersion: '0', signal: stop.signal })) {
      seen.push(`${type} ${object.metadata.name}`);
      if (type === 'DELETED') stop.abort();
    }
  })();
  // More than may be on its way unread.
  const names = Array.from({ length: 6 }, (_, index) => `large-${index}`);
  for (const name of names) await configMaps.create(configMap(name, 200_000));
  await expect.poll(() => seen).toEqual(expect.arrayContaining(names.map((name) => `ADDED ${name}`)));
  await configMaps.delete('large-0', 'default');
  await watching;
  expect(seen.at(-1)).toBe('DELETED large-0');
});

test('a stream whose reader leaves is ended on the other side', async () => {
  let ended: () => void = () => {};
  const over = new Promise<void>((resolve) => (ended = resolve));
  const watched = through({
    ...direct,
    stream: async (request) => {
      request.signal?.addEventListener('abort', () => ended(), { once: true });
      return direct.stream(request);
    },
  });
  const { chunks } = await watched.stream({ method: 'GET', path: '/api/v1/namespaces/default/configmaps?watch=true&resourceVersion=0' });
  for await (const chunk of chunks) {
    expect(chunk.length).toBeGreaterThan(0);
    break;
  }
  await over;
  await watched.close();
});

test('an abort does not wait for the answer', async () => {
  const silent = through({ ...direct, request: () => new Promise(() => {}) });
  const stop = new AbortController();
  const asked = silent.request({ method: 'GET', path: '/version', signal: stop.signal });
  stop.abort(new Error('enough'));
  await expect(asked).rejects.toThrow('enough');
  await silent.close();
});

test('when the other side ends, what waits fails, and so does what comes after', async () => {
  const { port1, port2 } = new MessageChannel();
  servePort(port2, { ...direct, request: () => new Promise(() => {}) });
  const lost = createPortTransport(port1);
  const waiting = lost.request({ method: 'GET', path: '/version' });
  const streaming = (async () => {
    const { chunks } = await lost.stream({ method: 'GET', path: '/api/v1/configmaps?watch=true' });
    for await (const chunk of chunks) expect(chunk.length).toBeGreaterThan(0);
  })();
  setImmediate(() => port2.close());
  await expect(waiting).rejects.toBeInstanceOf(TransportError);
  await expect(streaming).rejects.toBeInstanceOf(TransportError);
  await expect(lost.request({ method: 'GET', path: '/version' })).rejects.toThrow('GET /version: the thread of this member has ended');
});
