import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MaintainableStore } from '../../src/storage/contract.ts';
import { openEtcdStore } from '../../src/storage/etcd/etcd-store.ts';
import { type EtcdCluster, etcdProgram, sayWithoutEtcd, startEtcd } from '../../src/storage/etcd/testing/etcd-process.ts';
import { startUnrulyProxy, type UnrulyProxy } from '../../src/storage/etcd/testing/unruly-proxy.ts';
import { testStamp } from '../../src/storage/testing/contract-suite.ts';
import { recordWatch } from '../../src/storage/testing/watch-recorder.ts';
import { eventually } from './support/eventually.ts';

sayWithoutEtcd('etcd over a broken network', etcdProgram === undefined);

const value = (text: string): Buffer => Buffer.from(`(stamp) ${text}`);
const texts = ({ events }: { readonly events: readonly { readonly value: Uint8Array }[] }): string[] =>
  events.map((event) => Buffer.from(event.value).subarray(8).toString());

interface Scene {
  readonly broken: UnrulyProxy;
  readonly whole: UnrulyProxy;
  /** Goes the way that breaks first. */
  readonly store: MaintainableStore;
  readonly other: MaintainableStore;
}

// Most of their time is waiting for answers that do not come.
describe.skipIf(etcdProgram === undefined).concurrent('an etcd that is reached by two ways, of which one breaks', () => {
  let etcd: EtcdCluster;
  const closing: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    etcd = await startEtcd();
  });
  afterAll(async () => {
    for (const close of closing) await close();
    await etcd?.stop();
  });
  const begin = async (prefix: string, options: { readonly patienceSeconds?: number } = {}): Promise<Scene> => {
    const broken = await startUnrulyProxy(etcd.endpoints[0]!);
    const whole = await startUnrulyProxy(etcd.endpoints[0]!);
    const common = { prefix, stamp: testStamp };
    const store = await openEtcdStore({ ...common, ...options, endpoints: [broken.url, whole.url] });
    const other = await openEtcdStore({ ...common, endpoints: [whole.url] });
    closing.push(...[store, other, broken, whole].map((each) => () => each.close()));
    return { broken, whole, store, other };
  };

  test('writes, reads and watches go on by the other when nothing comes back any more', async () => {
    const { broken, store, other } = await begin('/silence');
    const watch = recordWatch(store, '/', await store.revision());
    await store.create('/before', value('before'));
    await eventually(() => expect(texts(watch)).toEqual(['before']));
    broken.lose('everything');
    await other.create('/elsewhere', value('elsewhere'));
    expect(await store.create('/after', value('after'))).toMatchObject({ applied: true });
    expect(await store.get('/after')).toBeDefined();
    await eventually(() => expect(texts(watch)).toEqual(['before', 'elsewhere', 'after']));
  });

  test('connections that are cut are made again', async () => {
    const { broken, whole, store } = await begin('/cut');
    const watch = recordWatch(store, '/', await store.revision());
    for (let i = 0; i < 10; i++) {
      const writing = store.create(`/cut-${i}`, value(`${i}`));
      broken.cut();
      whole.cut();
      expect(await writing).toMatchObject({ applied: true });
    }
    await eventually(() => expect(texts(watch)).toEqual(Array.from({ length: 10 }, (_, i) => `${i}`)));
  });

  test('a write whose answer is lost is known to be applied, and is there once', async () => {
    const { broken, store, other } = await begin('/once');
    const watch = recordWatch(store, '/', await store.revision());
    const created = await store.create('/once', value('first'));
    broken.lose('answers');
    const updated = await store.update('/once', value('second'), { expected: created.applied ? created.revision : 0n });
    const found = await other.get('/once');
    expect(updated).toMatchObject({ applied: true, revision: found?.modRevision });
    expect(Buffer.from(found!.value).subarray(8).toString()).toBe('second');
    await eventually(() => expect(texts(watch)).toEqual(['first', 'second']));
  });

  test('a write that never arrived is not taken for one of the same content by somebody else', async () => {
    const { broken, store, other } = await begin('/twice');
    const created = await store.create('/twice', value('1'));
    const expected = created.applied ? created.revision : 0n;
    broken.lose('everything');
    const lost = store.update('/twice', value('2'), { expected });
    expect(await other.update('/twice', value('2'), { expected })).toMatchObject({ applied: true });
    await expect(lost).rejects.toThrow(/the answer was lost/);
  });

  test('a call whose time is over before it was tried again is tried again all the same', async () => {
    const { broken, store } = await begin('/impatient', { patienceSeconds: 0 });
    broken.lose('everything');
    expect(await store.create('/k', value('v'))).toMatchObject({ applied: true });
  });
});
