import { afterAll, beforeAll, expect, test } from 'vitest';
import { configMapsRef } from '../api/refs.gen.ts';
import { createInProcessTransport } from '../app/in-process-transport.ts';
import { startTestServer } from '../apiserver/testing/test-server.ts';
import { createClient } from './client.ts';
import type { Client } from './contract.ts';
import type { Transport } from './transport.ts';

const user = { username: 'test', groups: ['system:masters', 'system:authenticated'] };
let client: Client;
let transport: Transport;
beforeAll(async () => {
  const { server } = await startTestServer();
  transport = createInProcessTransport(server.handle, { user });
  client = createClient(transport);
});
afterAll(() => client.close());

const configMap = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, data: { a: '1' } });

test('create, patch, list and delete', async () => {
  const configMaps = client.resource(configMapsRef);
  const created = await configMaps.create(configMap('one'));
  await configMaps.patch('one', 'default', { data: { b: '2' } }, { type: 'merge' });
  const { items } = await configMaps.list({ namespace: 'default' });
  expect(items).toMatchObject([{ apiVersion: 'v1', kind: 'ConfigMap', data: { a: '1', b: '2' } }]);
  await expect(configMaps.update({ ...created })).rejects.toMatchObject({ reason: 'Conflict', code: 409 });
  await configMaps.delete('one', 'default');
  expect(await configMaps.find('one', 'default')).toBeUndefined();
  await expect(configMaps.get('one', 'default')).rejects.toMatchObject({ reason: 'NotFound', code: 404 });
});

test('a watch ends when its signal aborts', async () => {
  const configMaps = client.resource(configMapsRef);
  const stop = new AbortController();
  const seen: string[] = [];
  const watching = (async () => {
    for await (const { type, object } of configMaps.watch({ namespace: 'default', resourceVersion: '0', signal: stop.signal })) {
      seen.push(`${type} ${object.metadata.name}`);
      if (type === 'DELETED') stop.abort();
    }
  })();
  await configMaps.create(configMap('seen'));
  await expect.poll(() => seen).toContain('ADDED seen');
  await configMaps.delete('seen', 'default');
  await watching;
  expect(seen.at(-1)).toBe('DELETED seen');
});

test('a server that asks to come back later is asked again', async () => {
  const waits: number[] = [];
  let refusals = 2;
  const busy: Transport = {
    ...transport,
    request: (request) =>
      refusals-- > 0
        ? Promise.resolve({ status: 429, headers: { 'retry-after': '3' }, body: new Uint8Array() })
        : transport.request(request),
  };
  const patient = createClient(busy, { sleep: (milliseconds) => (waits.push(milliseconds), Promise.resolve()) });
  await patient.resource(configMapsRef).list({ namespace: 'default' });
  expect(waits).toEqual([3000, 3000]);
});
