import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { MaintainableStore, Revision } from '../contract.ts';
import { StoreUnavailableError } from '../errors.ts';
import { recordWatch } from '../testing/watch-recorder.ts';
import { openLmdbStore } from './lmdb-store.ts';
import { crashCopy } from './testing/crash-copy.ts';
import { newestFrameOf } from './testing/newest-frame.ts';

const scratch = mkdtempSync(join(tmpdir(), 'causeway-recovery-'));
let count = 0;
const fresh = (): string => join(scratch, `${count++}`);
afterAll(() => rmSync(scratch, { recursive: true }));

/** LMDB takes nothing over by itself: only compaction makes it. */
const open = (path: string): Promise<MaintainableStore> => openLmdbStore({ path, transactionWrites: Infinity, autoCompact: false });
const bytes = (text: string): Uint8Array => Buffer.from(text);
const contents = async (store: MaintainableStore, prefix = '/'): Promise<unknown> =>
  (await store.list(prefix)).items.map((item) => [item.key, item.modRevision, String(item.value)]);

interface Write {
  readonly key: string;
  readonly text: string;
  readonly remove: boolean;
}
type Step = 'apply' | readonly Write[];
const write = fc.record({ key: fc.constantFrom('/a', '/b', '/c', '/ü'), text: fc.string({ maxLength: 30 }), remove: fc.boolean() });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 1, arbitrary: fc.constant('apply' as const) },
  { weight: 4, arbitrary: fc.array(write, { minLength: 1, maxLength: 4 }) },
);
/** What happens to the last group on the disk, and where in it. */
const damage = fc.record({ kind: fc.constantFrom('none', 'cut', 'flip', 'zeros'), at: fc.double({ min: 0, max: 0.999, noNaN: true }) });

/** Writes that go to the disk together. Creates what is absent, and replaces or removes what was there before the group. */
async function writeGroup(store: MaintainableStore, group: readonly Write[]): Promise<void> {
  const current = await Promise.all(group.map(({ key }) => store.get(key)));
  await Promise.all(
    group.map(({ key, text, remove }, i) => {
      const expected = current[i]?.modRevision;
      if (expected === undefined) return store.create(key, bytes(text));
      return remove ? store.delete(key, { expected }) : store.update(key, bytes(text), { expected });
    }),
  );
}

function spoil(path: string, { kind, at }: { readonly kind: string; readonly at: number }): void {
  const { file, start, end } = newestFrameOf(path);
  const position = start + Math.floor(at * (end - start));
  if (kind === 'cut') truncateSync(file, position);
  if (kind !== 'flip' && kind !== 'zeros') return;
  const garbled = readFileSync(file);
  if (kind === 'flip') garbled[position]! ^= 0x10;
  else garbled.fill(0, start);
  writeFileSync(file, garbled);
}

test('after a crash at any point what was acknowledged is there, and nothing of a group that was torn', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 8 }),
      fc.array(write, { minLength: 1, maxLength: 4 }),
      damage,
      async (steps, last, harm) => {
        const [path, copy] = [fresh(), fresh()];
        const store = await open(path);
        const watch = recordWatch(store, '/', 0n);
        await store.create('/first', bytes('f'));
        for (const action of steps) {
          if (action !== 'apply') await writeGroup(store, action);
          else if ((await store.revision()) > (await store.compactedRevision()))
            await store.compact((await store.compactedRevision()) + 1n);
        }
        const before = { revision: await store.revision(), contents: await contents(store) };
        await writeGroup(store, last);
        const after = { revision: await store.revision(), contents: await contents(store) };
        const compacted = await store.compactedRevision();
        await watch.reached(after.revision);
        await crashCopy(path, copy);
        await store.close();
        const changed = after.revision > before.revision;
        if (changed) spoil(copy, harm);

        const expected = changed && harm.kind !== 'none' ? before : after;
        const recovered = await open(copy);
        expect(await recovered.revision()).toBe(expected.revision);
        expect(await contents(recovered)).toEqual(expected.contents);
        expect(await recovered.compactedRevision()).toBe(compacted);
        const again = recordWatch(recovered, '/', compacted);
        const next = await recovered.create('/next', bytes('n'));
        expect(next).toMatchObject({ applied: true, revision: expected.revision + 1n });
        await again.reached(expected.revision + 1n);
        expect(again.events.slice(0, -1)).toEqual(
          watch.events.filter(({ revision }) => revision > compacted && revision <= expected.revision),
        );
        await recovered.close();
      },
    ),
    { numRuns: Number(process.env['CAUSEWAY_CRASH_RUNS'] ?? 40) },
  );
}, 600_000);

test('a log that LMDB has already taken over, or half of it, is taken over once', async () => {
  const [path, copy, half] = [fresh(), fresh(), fresh()];
  const store = await open(path);
  await Promise.all(['/a', '/b', '/c', '/d'].map((key) => store.create(key, bytes(key))));
  await crashCopy(path, copy);
  await store.compact(2n);
  await crashCopy(path, half);
  const expected = await contents(store);
  await store.close();
  for (const directory of [copy, half]) {
    const logged = fresh();
    cpSync(copy, logged, { recursive: true });
    for (let round = 0; round < 2; round++) {
      const recovered = await open(directory);
      expect(await contents(recovered)).toEqual(expected);
      expect(await recovered.revision()).toBe(4n);
      await recovered.close();
      for (const name of ['wal-0', 'wal-1']) cpSync(join(logged, name), join(directory, name));
    }
  }
});

test('an update, a ttl and skipped revisions survive in the log alone', async () => {
  const [path, copy] = [fresh(), fresh()];
  const store = await open(path);
  const first = await store.create('/k', bytes('1'), { ttlSeconds: 1000 });
  await store.update('/k', bytes('2'), { expected: first.applied ? first.revision : 0n });
  await crashCopy(path, copy);
  await store.close();
  const recovered = await open(copy);
  expect((await recovered.remainingTtlSeconds(['/k']))[0]).toBeGreaterThan(900);
  expect(String((await recovered.get('/k', { revision: 1n }))?.value)).toBe('1');
  await recovered.advance(1000n);
  const later = fresh();
  await crashCopy(copy, later);
  await recovered.close();
  const advanced = await open(later);
  expect(await advanced.revision()).toBe(1000n);
  expect(await advanced.create('/l', bytes('l'))).toMatchObject({ revision: 1001n });
  await advanced.close();
  expect(readdirSync(later).toSorted()).toEqual(['data.mdb', 'lock.mdb']);
});

test('a log with a hole is refused, with the remedy, and left as it is', async () => {
  const [path, copy] = [fresh(), fresh()];
  const store = await open(path);
  await store.create('/a', bytes('a'));
  const { file, start } = newestFrameOf(path);
  await store.create('/b', bytes('b'));
  await crashCopy(path, copy);
  await store.close();
  const damaged = readFileSync(join(copy, file.slice(path.length)));
  damaged[start + 20]! ^= 1;
  writeFileSync(join(copy, file.slice(path.length)), damaged);
  for (let round = 0; round < 2; round++) {
    const refused = openLmdbStore({ path: copy });
    await expect(refused).rejects.toThrow(StoreUnavailableError);
    await expect(refused).rejects.toThrow(/log is damaged: it goes on from revision 1, after 0: move it away and restore a snapshot/);
  }
});

test('reads at every revision agree before and after LMDB takes over', async () => {
  const store = await open(fresh());
  const revisions: Revision[] = [];
  for (let i = 0; i < 5; i++) {
    await writeGroup(store, [
      { key: '/a', text: `a${i}`, remove: i === 3 },
      { key: `/b${i}`, text: 'b', remove: false },
    ]);
    revisions.push(await store.revision());
  }
  const read = async (): Promise<unknown[]> =>
    Promise.all(
      revisions.map(async (revision) => [
        (await store.list('/', { revision })).items.map(({ key, value }) => [key, String(value)]),
        await store.list('/', { revision, limit: 2, after: '/a' }).then(({ items, remaining }) => [items.length, remaining]),
        String((await store.get('/a', { revision }))?.value),
      ]),
    );
  const logged = await read();
  await store.compact(revisions[0]!);
  expect(await read()).toEqual(logged);
  await store.close();
});
