import { expect, test } from 'vitest';
import { openStore, parseStoreUri, type StoreLocation } from './open.ts';

test.each<[string, StoreLocation]>([
  ['memory:', { driver: 'memory' }],
  ['lmdb:data/store', { driver: 'lmdb', path: 'data/store' }],
  ['lmdb:/var/lib/causeway', { driver: 'lmdb', path: '/var/lib/causeway' }],
  ['etcd:https://a:2379', { driver: 'etcd', endpoints: ['https://a:2379'], prefix: '' }],
  ['etcd:https://a:2379,https://b:2379/fleet', { driver: 'etcd', endpoints: ['https://a:2379', 'https://b:2379'], prefix: '/fleet' }],
  ['etcd:http://[::1]:2379/', { driver: 'etcd', endpoints: ['http://[::1]:2379'], prefix: '' }],
])('%s is understood', (uri, location) => expect(parseStoreUri(uri)).toEqual(location));

test.each(['', 'memory', 'memory:x', 'lmdb:', 'redis://a', 'etcd:', 'etcd:a:2379', 'etcd:https://a,ftp://b', 'etcd:https://u:p@a:2379'])(
  '%j is refused with the forms that are allowed',
  async (uri) => {
    await expect(openStore(uri)).rejects.toThrow(RangeError);
    await expect(openStore(uri)).rejects.toThrow(/must be/);
  },
);

test('the memory driver opens without loading another', async () => {
  const store = await openStore('memory:');
  expect(store.driver).toBe('memory');
  await store.close();
});
