import { expect, test } from 'vitest';
import type { Store } from '../../storage/contract.ts';
import { CompactedError, StoreUnavailableError } from '../../storage/errors.ts';
import { openMemoryStore } from '../../storage/memory/memory-store.ts';
import { createWatchCache } from './watch-cache.ts';

const ignore = (): void => {};
const log = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const prefix = '/registry/core/configmaps/';
const value = (): Buffer => Buffer.from('{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a"}}');

/** A store that is down: watches and reads of its revision fail as long as `failing` says how. */
const failing = (store: Store, fault: { watch?: Error | undefined; revision?: Error | undefined; attempts: number }): Store => ({
  ...store,
  get: store.get.bind(store),
  create: store.create.bind(store),
  revision: async () => {
    if (fault.revision) throw fault.revision;
    return store.revision();
  },
  async *watch(...args) {
    fault.attempts++;
    if (fault.watch) throw fault.watch;
    yield* store.watch(...args);
  },
});

test('a store that is down is asked again, less and less often, and nothing is missed', async () => {
  const store = openMemoryStore();
  const fault = { watch: new StoreUnavailableError('no leader') as Error | undefined, attempts: 0 };
  const cache = createWatchCache({ store: failing(store, fault), log, maxBytes: 2 ** 20 });
  await cache.start();
  const keys: string[] = [];
  cache.hub(prefix).listen(await store.revision(), { event: ({ key }) => void keys.push(key), gone: ignore });
  await store.create(`${prefix}default/a`, value());
  await expect.poll(() => fault.attempts).toBeGreaterThan(2);
  expect(fault.attempts).toBeLessThan(12);
  fault.watch = undefined;
  await expect.poll(() => keys).toEqual([`${prefix}default/a`]);
  await cache.stop();
});

test('history lost while the store is down: everybody lists again once it is back', async () => {
  const store = openMemoryStore();
  const fault = {
    watch: new CompactedError(1n, 2n) as Error | undefined,
    revision: undefined as Error | undefined,
    attempts: 0,
  };
  const cache = createWatchCache({ store: failing(store, fault), log, maxBytes: 2 ** 20 });
  await cache.start();
  let gone = 0;
  cache.hub(prefix).listen(await store.revision(), { event: ignore, gone: () => gone++ });
  fault.revision = new StoreUnavailableError('no leader');
  await expect.poll(() => fault.attempts).toBeGreaterThan(0);
  fault.watch = undefined;
  fault.revision = undefined;
  await expect.poll(() => gone).toBe(1);
  const keys: string[] = [];
  cache.hub(prefix).listen(cache.hub(prefix).revision, { event: ({ key }) => void keys.push(key), gone: ignore });
  await store.create(`${prefix}default/b`, value());
  await expect.poll(() => keys).toEqual([`${prefix}default/b`]);
  await cache.stop();
});

test('of the events that are kept, those of the resource that has the most of them go first', async () => {
  const store = openMemoryStore();
  const cache = createWatchCache({ store, log, maxBytes: 20_000 });
  await cache.start();
  const began = await store.revision();
  const large = cache.hub(prefix);
  const small = cache.hub('/registry/core/secrets/');
  await store.create('/registry/core/secrets/default/a', value());
  for (let i = 0; i < 10; i++) await store.create(`${prefix}default/${i}`, Buffer.alloc(5000, value()));
  await cache.reached(await store.revision());
  expect(large.bytes + small.bytes).toBeLessThanOrEqual(20_000);
  const listener = { event: ignore, gone: ignore };
  expect(small.listen(began, listener)).not.toBe(false);
  expect(large.listen(began, listener)).toBe(false);
  await cache.stop();
});
