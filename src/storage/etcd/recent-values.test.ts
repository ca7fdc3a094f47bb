import { expect, test } from 'vitest';
import type { KeyValue } from '../contract.ts';
import { RecentValues } from './recent-values.ts';

const at = (key: string, modRevision: bigint, bytes = 1000): KeyValue => ({ key, modRevision, value: new Uint8Array(bytes) });

test('the newest that was told of a key is remembered', () => {
  const recent = new RecentValues(10_000);
  recent.remember(at('/a', 2n));
  recent.remember(at('/a', 1n));
  expect(recent.get('/a')?.modRevision).toBe(2n);
  recent.renew(at('/a', 3n));
  recent.renew(at('/b', 4n));
  expect(recent.get('/a')?.modRevision).toBe(3n);
  expect(recent.get('/b')).toBeUndefined();
  recent.forget('/a');
  expect(recent.get('/a')).toBeUndefined();
});

test('what was used longest ago is forgotten when there is no more room', () => {
  const recent = new RecentValues(4000);
  for (const key of ['/a', '/b', '/c']) recent.remember(at(key, 1n));
  recent.get('/a');
  recent.remember(at('/d', 1n));
  expect(['/a', '/b', '/c', '/d'].filter((key) => recent.get(key))).toEqual(['/a', '/c', '/d']);
});

test('a value that is larger than the room is not kept, nor counted', () => {
  const recent = new RecentValues(4000);
  recent.remember(at('/large', 1n, 5000));
  expect(recent.get('/large')).toBeUndefined();
  for (const key of ['/a', '/b', '/c']) recent.remember(at(key, 1n));
  expect(recent.get('/a')).toBeDefined();
});
