import { expect, test } from 'vitest';
import { SlowWatcherError } from '../errors.ts';
import { describeStoreContract } from '../testing/contract-suite.ts';
import { eventually } from '../testing/watch-recorder.ts';
import { openMemoryStore } from './memory-store.ts';

describeStoreContract({
  name: 'memory',
  open: async (options) => openMemoryStore({ ...options, maxWatchBuffer: 16 }),
  modelRuns: 100,
  shortTtlSeconds: 0.1,
});

test('a reader that lags behind compaction is told that it was too slow', async () => {
  const store = openMemoryStore({ maxWatchBuffer: 2 });
  const reader = store.watch('/', { after: 0n })[Symbol.asyncIterator]();
  await reader.next();
  for (let i = 0; i < 5; i++) await store.create(`/${i}`, new Uint8Array(1));
  await store.compact(5n);
  await expect(reader.next()).rejects.toThrow(SlowWatcherError);
  await store.close();
});

test('ttl follows the injected clock', async () => {
  let now = 0;
  const store = openMemoryStore({ now: () => now });
  await store.create('/lease', new Uint8Array(1), { ttlSeconds: 3600 });
  expect(await store.remainingTtlSeconds(['/lease'])).toEqual([3600]);
  now = 3_600_000;
  await eventually(async () => (await store.get('/lease')) === undefined, 'the lease to expire');
  await store.close();
});

test('history is forgotten by age', async () => {
  const store = openMemoryStore({ autoCompact: { keepSeconds: 0.02, intervalSeconds: 0.01 } });
  await store.create('/k', new Uint8Array(1));
  await eventually(async () => (await store.compactedRevision()) === 1n, 'automatic compaction');
  await store.close();
});
