import { afterEach, describe, expect, test } from 'vitest';
import type { MaintainableStore, Revision, Stamp } from '../contract.ts';
import { ClosedError, CompactedError, FutureRevisionError } from '../errors.ts';
import { checkAgainstModel } from './model.ts';
import { eventually, recordWatch } from './watch-recorder.ts';

export interface StoreDriver {
  readonly name: string;
  /** Opens a fresh, empty store. */
  open(options: { readonly stamp?: Stamp }): Promise<MaintainableStore>;
  /** Random histories to try. */
  readonly modelRuns: number;
  /** The shortest ttl worth waiting for. */
  readonly shortTtlSeconds: number;
}

/** Writes the revision as the value's first eight bytes. */
export const testStamp: Stamp = (value, revision) => {
  if (value.length >= 8) new DataView(value.buffer, value.byteOffset).setBigUint64(0, revision);
};

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (value: Uint8Array | undefined): string | undefined => value && Buffer.from(value).toString();
const stampOf = (value: Uint8Array): Revision => new DataView(value.buffer, value.byteOffset).getBigUint64(0);

const put = async (store: MaintainableStore, key: string, value: string | Uint8Array = 'v'): Promise<Revision> => {
  const result = await store.create(key, typeof value === 'string' ? bytes(value) : value);
  if (!result.applied) throw new Error(`${key} exists`);
  return result.revision;
};

/** The tests every driver must pass: they are the meaning of contract.ts. */
export function describeStoreContract(driver: StoreDriver): void {
  describe(`${driver.name} keeps the storage contract`, () => {
    const opened: MaintainableStore[] = [];
    const open = async (options: { readonly stamp?: Stamp } = {}): Promise<MaintainableStore> => {
      const store = await driver.open(options);
      opened.push(store);
      return store;
    };
    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close();
    });

    test('create, get, update and delete answer with the revision they made', async () => {
      const store = await open();
      const created = await put(store, '/k', 'one');
      expect(await store.get('/k')).toMatchObject({ key: '/k', modRevision: created });
      const updated = await store.update('/k', bytes('two'), { expected: created });
      if (!updated.applied) throw new Error('update lost');
      expect(updated.revision).toBeGreaterThan(created);
      expect(text(updated.value)).toBe('two');
      expect(text((await store.get('/k'))?.value)).toBe('two');
      const deleted = await store.delete('/k', { expected: updated.revision });
      if (!deleted.applied) throw new Error('delete lost');
      expect(text(deleted.previous.value)).toBe('two');
      expect(deleted.revision).toBeGreaterThan(updated.revision);
      expect(await store.get('/k')).toBeUndefined();
      expect(await store.revision()).toBeGreaterThanOrEqual(deleted.revision);
    });

    test('a lost compare-and-swap changes nothing and shows what is there', async () => {
      const store = await open();
      const revision = await put(store, '/k', 'mine');
      const current = { key: '/k', modRevision: revision };
      expect(await store.create('/k', bytes('theirs'))).toMatchObject({ applied: false, current });
      expect(await store.update('/k', bytes('theirs'), { expected: revision - 1n })).toMatchObject({ applied: false, current });
      expect(await store.delete('/k', { expected: revision + 1n })).toMatchObject({ applied: false, current });
      expect(await store.update('/none', bytes('x'), { expected: revision })).toEqual({ applied: false, current: undefined });
      expect(await store.delete('/none', { expected: 0n })).toEqual({ applied: false, current: undefined });
      expect(text((await store.get('/k'))?.value)).toBe('mine');
    });

    test('of concurrent writers of one version exactly one wins', async () => {
      const store = await open();
      const creates = await Promise.all(Array.from({ length: 10 }, (_, i) => store.create('/k', bytes(`${i}`))));
      const winner = creates.find((result) => result.applied);
      if (!winner?.applied) throw new Error('nobody created');
      expect(creates.filter((result) => result.applied)).toHaveLength(1);
      const updates = await Promise.all(
        Array.from({ length: 10 }, (_, i) => store.update('/k', bytes(`u${i}`), { expected: winner.revision })),
      );
      expect(updates.filter((result) => result.applied)).toHaveLength(1);
    });

    test('every value is stamped with its revision before anybody sees it', async () => {
      const store = await open({ stamp: testStamp });
      const watch = recordWatch(store, '/', await store.revision());
      const first = await store.create('/k', new Uint8Array(16));
      if (!first.applied) throw new Error('create lost');
      expect(stampOf(first.value)).toBe(first.revision);
      const second = await store.update('/k', new Uint8Array(16), { expected: first.revision });
      if (!second.applied) throw new Error('update lost');
      const got = await store.get('/k');
      expect(got && stampOf(got.value)).toBe(second.revision);
      const past = await store.get('/k', { revision: first.revision });
      expect(past && stampOf(past.value)).toBe(first.revision);
      expect((await store.list('/')).items.map((item) => stampOf(item.value))).toEqual([second.revision]);
      const gone = await store.delete('/k', { expected: second.revision });
      if (!gone.applied) throw new Error('delete lost');
      expect(stampOf(gone.previous.value)).toBe(second.revision);
      await watch.reached(gone.revision);
      expect(watch.events.map((event) => stampOf(event.value))).toEqual([first.revision, second.revision, second.revision]);
      expect(watch.events.map((event) => event.previous && stampOf(event.previous.value))).toEqual([
        undefined,
        first.revision,
        second.revision,
      ]);
    });

    test('lists page by `after` in byte order and count what remains', async () => {
      const store = await open();
      const keys = ['/p/a', '/p/a/b', '/p/a0', '/p/b', '/p/\uFF5E', '/p/\u{1F600}'];
      for (const key of keys.toReversed()) await put(store, key);
      await put(store, '/other');
      const first = await store.list('/p/', { limit: 4 });
      expect(first.items.map((item) => item.key)).toEqual(keys.slice(0, 4));
      expect(first.remaining).toBe(2);
      const second = await store.list('/p/', { limit: 4, after: '/p/b', revision: first.revision });
      expect(second.items.map((item) => item.key)).toEqual(keys.slice(4));
      expect(second).toMatchObject({ remaining: 0, revision: first.revision });
      expect(await store.list('/p/', { after: '/p/zzz\u{10FFFF}\u{10FFFF}' })).toMatchObject({ items: [{}, {}] });
      expect((await store.list('/none/')).items).toEqual([]);
      expect(await store.count('/p/')).toBe(6);
      expect((await store.list('')).items).toHaveLength(7);
    });

    test('a list at a past revision shows that state, page by page, whatever was written since', async () => {
      const store = await open();
      for (let i = 0; i < 6; i++) await put(store, `/p/${i}`, `old ${i}`);
      const at = await store.revision();
      for (let i = 0; i < 6; i += 2) {
        const item = await store.get(`/p/${i}`);
        const expected = item?.modRevision ?? 0n;
        if (i === 0) await store.delete('/p/0', { expected });
        else await store.update(`/p/${i}`, bytes('new'), { expected });
      }
      await put(store, '/p/00');
      const seen: (string | undefined)[] = [];
      for (let after: string | undefined, remaining = 1; remaining > 0;) {
        const page = await store.list('/p/', { revision: at, limit: 4, ...(after !== undefined && { after }) });
        seen.push(...page.items.map((item) => text(item.value)));
        expect(page.revision).toBe(at);
        after = page.items.at(-1)?.key;
        remaining = page.remaining;
      }
      expect(seen).toEqual([0, 1, 2, 3, 4, 5].map((i) => `old ${i}`));
      expect(text((await store.get('/p/2', { revision: at }))?.value)).toBe('old 2');
      expect(await store.get('/p/00', { revision: at })).toBeUndefined();
    });

    test('several keys are answered in their order, and what was read stays as it was', async () => {
      const store = await open();
      const sizes = [10, 5000, 0, 300, 4096, 100_000, 17];
      for (const size of sizes) await put(store, `/many/${size}`, 'v'.repeat(size));
      const found = await store.getAll([...sizes.map((size) => `/many/${size}`), '/many/none', '/many/10']);
      expect(found.map((item) => item?.key)).toEqual([...sizes.map((size) => `/many/${size}`), undefined, '/many/10']);
      await store.list('/');
      await put(store, '/many/other', 'w'.repeat(200_000));
      await store.get('/many/other');
      expect(found.map((item) => item && text(item.value))).toEqual([...sizes.map((size) => 'v'.repeat(size)), undefined, 'v'.repeat(10)]);
      expect(await store.getAll([])).toEqual([]);
    });

    test('large and empty values come back whole', async () => {
      const store = await open();
      const large = Buffer.alloc(1_200_000, 'abcdefg');
      await put(store, '/large', Buffer.from(large));
      await put(store, '/empty', new Uint8Array());
      expect(large.equals((await store.get('/large'))?.value ?? new Uint8Array())).toBe(true);
      expect((await store.get('/empty'))?.value).toHaveLength(0);
      expect((await store.list('/')).items.map((item) => item.value.length)).toEqual([0, large.length]);
    });

    test('revisions out of reach are typed errors', async () => {
      const store = await open();
      const lost = await put(store, '/a');
      await put(store, '/a2');
      const kept = await put(store, '/b');
      const b = await store.get('/b');
      await store.update('/b', bytes('later'), { expected: b?.modRevision ?? 0n });
      await store.compact(kept);
      expect(await store.compactedRevision()).toBe(kept);
      await expect(store.list('/', { revision: lost })).rejects.toThrow(CompactedError);
      await expect(store.get('/b', { revision: lost })).rejects.toThrow(CompactedError);
      await expect(store.compact(lost)).rejects.toThrow(CompactedError);
      const future = (await store.revision()) + 1000n;
      await expect(store.list('/', { revision: future })).rejects.toThrow(FutureRevisionError);
      await expect(store.get('/b', { revision: future })).rejects.toThrow(FutureRevisionError);
      expect(text((await store.get('/b', { revision: kept }))?.value)).toBe('v');
      expect(text((await store.get('/b'))?.value)).toBe('later');
      expect(await recordWatch(store, '/', lost).ended).toBeInstanceOf(CompactedError);
      const watch = recordWatch(store, '/', kept);
      await watch.reached(await store.revision());
      expect(watch.events.map((event) => [text(event.value), text(event.previous?.value)])).toEqual([['later', 'v']]);
    });

    test('compaction keeps what is current and what a kept revision shows', async () => {
      const store = await open();
      let revision = await put(store, '/k', '0');
      const gone = await put(store, '/gone');
      for (let i = 1; i <= 5; i++) {
        const result = await store.update('/k', bytes(`${i}`), { expected: revision });
        revision = result.applied ? result.revision : 0n;
        if (i === 3) await store.delete('/gone', { expected: gone });
        if (i === 3) await store.compact(await store.revision());
      }
      const compacted = await store.compactedRevision();
      expect((await store.list('/', { revision: compacted })).items.map((item) => text(item.value))).toEqual(['3']);
      expect((await store.list('/')).items.map((item) => text(item.value))).toEqual(['5']);
      await put(store, '/gone', 'again');
      expect(await store.get('/gone', { revision: compacted })).toBeUndefined();
    });

    test('a watch resumes over changes of keys that are shorter than its prefix', async () => {
      const store = await open();
      const start = await store.revision();
      await put(store, '/s');
      const key = '/a/prefix/longer/than/a/whole/record/of/another/key/k';
      const last = await put(store, key);
      const watch = recordWatch(store, key.slice(0, -1), start);
      await watch.reached(last);
      expect(watch.events.map((event) => event.key)).toEqual([key]);
    });

    test('a watch sees only its prefix, and learns of progress elsewhere', async () => {
      const store = await open();
      const watch = recordWatch(store, '/a/', await store.revision());
      await put(store, '/a/1');
      await put(store, '/b/1');
      const last = await put(store, '/ab');
      await watch.reached(last);
      expect(watch.events.map((event) => event.key)).toEqual(['/a/1']);
    });

    test('watches started at any point under concurrent writes have no gap and no duplicate', async () => {
      const store = await open();
      const start = await store.revision();
      const recorders = [recordWatch(store, '/w/', start)];
      const revisions: Revision[] = [];
      const writer = async (name: number): Promise<void> => {
        for (let i = 0; i < 40; i++) {
          revisions.push(await put(store, `/w/${name}-${i}`));
          if (i % 10 === 5) recorders.push(recordWatch(store, '/w/', start));
        }
      };
      await Promise.all(Array.from({ length: 8 }, (_, name) => writer(name)));
      const expected = revisions.toSorted((a, b) => (a < b ? -1 : 1));
      for (const recorder of recorders) {
        await recorder.reached(expected.at(-1) ?? 0n);
        expect(recorder.events.map((event) => event.revision)).toEqual(expected);
      }
      const middle = expected[150] ?? 0n;
      const resumed = recordWatch(store, '/w/', middle);
      await resumed.reached(expected.at(-1) ?? 0n);
      expect(resumed.events.map((event) => event.revision)).toEqual(expected.slice(151));
    });

    test('a list and a watch from its revision together show every write', async () => {
      const store = await open();
      const writes = Array.from({ length: 30 }, (_, i) => put(store, `/k/${String(i).padStart(2, '0')}`));
      await writes[0];
      const list = await store.list('/k/');
      const watch = recordWatch(store, '/k/', list.revision);
      await Promise.all(writes);
      await watch.reached(await store.revision());
      const keys = [...list.items, ...watch.events].map((item) => item.key);
      expect(keys.toSorted()).toEqual(Array.from({ length: 30 }, (_, i) => `/k/${String(i).padStart(2, '0')}`));
    });

    test('a slow reader loses nothing and holds up nobody', async () => {
      const store = await open();
      const start = await store.revision();
      const slow = store.watch('/', { after: start })[Symbol.asyncIterator]();
      const fast = recordWatch(store, '/', start);
      const seen: string[] = [];
      const read = async (): Promise<Revision> => {
        const { value } = await slow.next();
        for (const event of value?.events ?? []) seen.push(event.key);
        return value?.revision ?? 0n;
      };
      const first = await put(store, '/first');
      while ((await read()) < first);
      const keys = Array.from({ length: 200 }, (_, i) => `/${i}`);
      await Promise.all(keys.map((key) => put(store, key)));
      const last = await store.revision();
      await fast.reached(last);
      expect(fast.events).toHaveLength(201);
      while ((await read()) < last);
      expect(seen.toSorted()).toEqual(['/first', ...keys].toSorted());
    });

    test('a key with a ttl goes with a delete event; an update keeps or replaces the ttl', async () => {
      const store = await open();
      const watch = recordWatch(store, '/', await store.revision());
      await store.create('/short', bytes('s'), { ttlSeconds: driver.shortTtlSeconds });
      const kept = await store.create('/kept', bytes('k'), { ttlSeconds: driver.shortTtlSeconds });
      const longer = await store.create('/longer', bytes('l'), { ttlSeconds: driver.shortTtlSeconds });
      await put(store, '/forever');
      if (!kept.applied || !longer.applied) throw new Error('create lost');
      await store.update('/kept', bytes('k2'), { expected: kept.revision });
      await store.update('/longer', bytes('l2'), { expected: longer.revision, ttlSeconds: 1000 });
      const [shortLeft, longLeft, forever] = await store.remainingTtlSeconds(['/short', '/longer', '/forever']);
      expect(shortLeft).toBeLessThan(100);
      expect(longLeft).toBeGreaterThan(900);
      expect(forever).toBeUndefined();
      await eventually(() => watch.events.filter((event) => event.type === 'delete').length === 2, 'two expired keys');
      const deleted = watch.events.filter((event) => event.type === 'delete');
      expect(deleted.map((event) => [event.key, text(event.value)]).toSorted()).toEqual([
        ['/kept', 'k2'],
        ['/short', 's'],
      ]);
      expect((await store.list('/')).items.map((item) => item.key)).toEqual(['/forever', '/longer']);
    });

    test('a key that is deleted and created again does not inherit the old ttl', async () => {
      const store = await open();
      const first = await store.create('/k', bytes('1'), { ttlSeconds: driver.shortTtlSeconds });
      await store.delete('/k', { expected: first.applied ? first.revision : 0n });
      await put(store, '/k', '2');
      await store.create('/probe', bytes('p'), { ttlSeconds: driver.shortTtlSeconds });
      await eventually(async () => (await store.get('/probe')) === undefined, 'the probe to expire');
      expect(text((await store.get('/k'))?.value)).toBe('2');
      expect(await store.remainingTtlSeconds(['/k', '/none'])).toEqual([undefined, undefined]);
    });

    test('advance skips revisions and forgets history', async () => {
      const store = await open();
      await put(store, '/before');
      const target = (await store.revision()) + 1000n;
      await store.advance(target);
      expect(await store.revision()).toBeGreaterThanOrEqual(target);
      expect(await store.compactedRevision()).toBeGreaterThanOrEqual(target);
      await expect(store.list('/', { revision: target - 1n })).rejects.toThrow(CompactedError);
      expect(await put(store, '/after')).toBeGreaterThan(target);
      expect((await store.list('/')).items.map((item) => item.key)).toEqual(['/after', '/before']);
    });

    test('an aborted watch ends without an error', async () => {
      const store = await open();
      const watch = recordWatch(store, '/', await store.revision());
      expect(await watch.stop()).toBeUndefined();
      await expect(store.watch('/', { after: 0n, signal: AbortSignal.abort() })[Symbol.asyncIterator]().next()).resolves.toMatchObject({
        done: true,
      });
    });

    test('close ends watches, and later calls say so', async () => {
      const store = await open();
      const revision = await put(store, '/k');
      expect(await store.sizeBytes()).toBeGreaterThan(0);
      const watch = recordWatch(store, '/', revision);
      await watch.reached(revision);
      await store.close();
      expect(await watch.ended).toBeUndefined();
      const calls = [
        store.get('/k'),
        store.list('/'),
        store.count('/'),
        store.revision(),
        store.compactedRevision(),
        store.create('/x', bytes('x')),
        store.update('/k', bytes('x'), { expected: revision }),
        store.delete('/k', { expected: revision }),
        store.compact(revision),
        store.sizeBytes(),
      ];
      for (const call of calls) await expect(call).rejects.toThrow(ClosedError);
      await expect(store.watch('/', { after: revision })[Symbol.asyncIterator]().next()).rejects.toThrow(ClosedError);
      await store.close();
    });

    test('agrees with a plain map over random histories', () => checkAgainstModel(() => driver.open({}), driver.modelRuns), 120_000);
  });
}
