import { expect, test } from 'vitest';
import type { MaintainableStore, Revision } from '../../src/storage/contract.ts';
import { StoreUnavailableError } from '../../src/storage/errors.ts';
import { recordWatch } from '../../src/storage/testing/watch-recorder.ts';
import { openEtcdStore } from '../../src/storage/etcd/etcd-store.ts';
import { etcdProgram, sayWithoutEtcd, startEtcd } from '../../src/storage/etcd/testing/etcd-process.ts';

sayWithoutEtcd('etcd fail-over');

interface Written {
  /** Texts that were acknowledged, by revision. */
  readonly acknowledged: Map<Revision, string>;
  /** Writes whose answer was lost, and that somebody else was faster than: they may have been applied. */
  unknown: number;
}

/** Counts a shared key up by compare-and-swap until stopped. */
async function countUp(store: MaintainableStore, name: string, stopped: () => boolean): Promise<Written> {
  const written: Written = { acknowledged: new Map(), unknown: 0 };
  for (let i = 0; !stopped(); i++) {
    const key = `/counter/${i % 3}`;
    const text = `${name} ${i}`;
    const current = await store.get(key);
    const value = Buffer.from(text);
    try {
      const result = current ? await store.update(key, value, { expected: current.modRevision }) : await store.create(key, value);
      if (result.applied) written.acknowledged.set(result.revision, text);
    } catch (error) {
      if (!(error instanceof StoreUnavailableError && error.message.includes('may have been applied'))) throw error;
      written.unknown++;
    }
  }
  return written;
}

test.skipIf(etcdProgram === undefined)(
  'two hubs on three members: killing each member in turn under load loses no write and leaves no gap in a watch',
  async () => {
    const etcd = await startEtcd({ members: 3, flags: ['--heartbeat-interval=50', '--election-timeout=250'] });
    const [first = '', ...others] = etcd.endpoints;
    const hubs = [
      await openEtcdStore({ endpoints: etcd.endpoints, prefix: '/fleet' }),
      await openEtcdStore({ endpoints: [...others, first], prefix: '/fleet' }),
    ];
    try {
      const start = (await hubs[0]?.revision()) ?? 0n;
      const watches = hubs.map((hub) => recordWatch(hub, '/counter/', start));
      let stopped = false;
      const writers = hubs.flatMap((hub, h) => ['a', 'b'].map((w) => countUp(hub, `${h}${w}`, () => stopped)));
      for (const member of etcd.members) {
        const seen = watches[0]?.events.length ?? 0;
        member.kill('SIGKILL');
        const deadline = Date.now() + 10_000;
        while ((watches[0]?.events.length ?? 0) < seen + 50 && Date.now() < deadline)
          await new Promise((resolve) => setTimeout(resolve, 20));
        await member.restart();
      }
      stopped = true;
      const written = await Promise.all(writers);
      const acknowledged = new Map(written.flatMap((each) => [...each.acknowledged]));
      const last = (await hubs[0]?.revision()) ?? 0n;
      expect(acknowledged.size).toBeGreaterThan(150);
      for (const watch of watches) {
        await watch.reached(last);
        const byRevision = new Map(watch.events.map((event) => [event.revision, Buffer.from(event.value).toString()]));
        expect(byRevision.size).toBe(watch.events.length);
        for (const [revision, text] of acknowledged) expect(byRevision.get(revision)).toBe(text);
        const newest = new Map<string, Revision>();
        for (const event of watch.events) {
          expect(event.previous?.modRevision).toBe(newest.get(event.key));
          newest.set(event.key, event.revision);
        }
      }
    } finally {
      for (const hub of hubs) await hub.close();
      await etcd.stop();
    }
  },
  60_000,
);

test.skipIf(etcdProgram === undefined)(
  'with no member left calls fail after a while and say what to check; watches come back',
  async () => {
    const etcd = await startEtcd();
    const store = await openEtcdStore({ endpoints: etcd.endpoints, prefix: '/gone', patienceSeconds: 0.3 });
    try {
      const watch = recordWatch(store, '/', await store.revision());
      etcd.members[0]?.kill('SIGKILL');
      await expect(store.create('/k', Buffer.from('v'))).rejects.toThrow(StoreUnavailableError);
      await expect(store.list('/')).rejects.toThrow(/check that most members are up and reachable/);
      await etcd.members[0]?.restart();
      await expect.poll(() => store.create('/l', Buffer.from('v')).catch(() => undefined)).toBeDefined();
      await expect.poll(() => watch.events.map((event) => event.key)).toContain('/l');
    } finally {
      await store.close();
      await etcd.stop();
    }
  },
);
