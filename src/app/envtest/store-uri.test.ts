import { expect, test } from 'vitest';
import { startEtcdStandIn } from './etcd-stand-in.ts';
import { storeUri } from './store-uri.ts';

test('the stand-in is healthy, keeps nothing, and is known as what it is', async () => {
  const standIn = await startEtcdStandIn('http://127.0.0.1:0');
  expect(await (await fetch(`${standIn.url}/health`)).json()).toEqual({ health: 'true', reason: '' });
  expect((await fetch(`${standIn.url}/v3/kv/range`, { method: 'POST' })).status).toBe(501);
  expect(await storeUri([standIn.url])).toBe('memory:');
  await standIn.close();
  expect(await storeUri([`${standIn.url}/`])).toBe(`etcd:${standIn.url}/causeway`);
});

test.each([
  [[], undefined, 'memory:'],
  [['https://a:2379', 'https://b:2379/'], '/registry/', 'etcd:https://a:2379,https://b:2379/registry'],
])('%j below %s is %s', async (servers, prefix, uri) => expect(await storeUri(servers, prefix)).toBe(uri));

test('https is refused', async () => {
  await expect(startEtcdStandIn('https://127.0.0.1:0')).rejects.toThrow('only http is spoken here');
});
