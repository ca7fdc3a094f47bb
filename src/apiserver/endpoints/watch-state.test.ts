import { expect, test, vi } from 'vitest';
import { openMemoryStore } from '../../storage/memory/memory-store.ts';
import type { Store } from '../../storage/contract.ts';
import type { ResponseSink } from '../http/exchange.ts';
import { resourcePrefix } from '../registry/keys.ts';
import { stampResourceVersion } from '../registry/value-codec.ts';
import { configMap, startTestServer, type TestServer } from '../testing/test-server.ts';
import { builtInKinds } from '../../api/kinds.ts';

const path = '/api/v1/namespaces/default/configmaps';
const user = { username: 'admin', groups: ['system:masters'] };
const prefix = resourcePrefix(builtInKinds.find(({ plural }) => plural === 'configmaps')!);

interface Event {
  readonly type: string;
  readonly object: { readonly metadata: { readonly name?: string; readonly resourceVersion: string } };
}

/** A server on a store that says how many objects it gave for lists of ConfigMaps. */
const startCounted = async (): Promise<TestServer & { readonly given: () => number }> => {
  const memory = openMemoryStore({ stamp: stampResourceVersion, autoCompact: false });
  let given = 0;
  const store: Store = {
    ...memory,
    async list(asked, options) {
      const page = await memory.list(asked, options);
      if (asked.startsWith(prefix)) given += page.items.length;
      return page;
    },
  };
  return { ...(await startTestServer({ store })), given: () => given };
};

const eventually = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 60_000, interval: 5 });

/** A watch whose reader takes one piece, and each other one when it is told to. */
const openSlowly = async ({ server }: TestServer, query: string) => {
  const stop = new AbortController();
  const url = `${path}?watch=true&allowWatchBookmarks=true&${query}`;
  const headers = {};
  const body = () => Promise.resolve(new Uint8Array());
  const answer = await server.handle({ method: 'GET', url, headers, body, signal: stop.signal, user, remoteAddress: 'in-process' });
  const events: Event[] = [];
  let go: () => void = () => {};
  const sink: ResponseSink = {
    write: (chunk) => {
      for (const line of Buffer.from(chunk).toString().trimEnd().split('\n')) events.push(JSON.parse(line) as Event);
      return false;
    },
    drained: () => new Promise((resolve) => (go = resolve)),
    end: () => {},
    buffered: 0,
  };
  if (typeof answer.body !== 'function') throw new Error(`watch: ${answer.status}`);
  void answer.body(sink);
  return { events, go: () => go(), stop: () => stop.abort() };
};

const nextTurns = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
};

test.each([
  ['small', 700, 10, ''],
  ['large', 60, 100_000, ''],
  ['selected', 700, 1000, 'labelSelector=a%3Db'],
])(
  '%s objects that a slow watcher begins with are of one version, each once, and writes go on meanwhile',
  async (_, count, bytes, query) => {
    const running = await startCounted();
    const names = Array.from({ length: count }, (__, index) => `c-${String(index).padStart(4, '0')}`);
    for (const name of names) await running.call('POST', path, { body: configMap(name, { a: 'x'.repeat(bytes) }, { a: 'b' }) });
    const watch = await openSlowly(running, query);
    await eventually(() => expect(watch.events.length).toBeGreaterThan(0));
    const update = configMap(names.at(-1)!, { new: 'y' }, { a: 'b' });
    const { metadata } = (await running.call('PUT', `${path}/${names.at(-1)}`, { body: update })).body;
    await running.call('DELETE', `${path}/${names.at(-2)}`);
    await eventually(() => {
      watch.go();
      expect(watch.events.map(({ type }) => type)).toEqual([...names.map(() => 'ADDED'), 'BOOKMARK', 'MODIFIED', 'DELETED']);
    });
    const [state, [bookmark, ...changes]] = [watch.events.slice(0, count), watch.events.slice(count)];
    expect(state.map(({ object }) => object.metadata.name)).toEqual(names);
    expect(Number(bookmark?.object.metadata.resourceVersion)).toBe(Number(metadata['resourceVersion']) - 1);
    expect(changes.map(({ object }) => object.metadata.name)).toEqual([names.at(-1), names.at(-2)]);
    watch.stop();
  },
);

test('nothing more is read for watchers that do not read, and each sees all of it once it does', { timeout: 90_000 }, async () => {
  const running = await startCounted();
  const names = Array.from({ length: 20 }, (_, index) => `c-${100 + index}`);
  for (const name of names) await running.call('POST', path, { body: configMap(name, { a: 'x'.repeat(300_000) }) });
  // Each has read more than four megabytes: together more than is held for all of them.
  const watches = await Promise.all(Array.from({ length: 20 }, () => openSlowly(running, '')));
  await eventually(() => expect(watches.every(({ events }) => events.length > 0)).toBe(true));
  await nextTurns();
  expect(running.given()).toBeLessThanOrEqual(20 * 16);
  await eventually(() => {
    for (const watch of watches) watch.go();
    expect(watches.every(({ events }) => events.at(-1)?.type === 'BOOKMARK')).toBe(true);
  });
  for (const { events, stop } of watches) {
    expect(events.slice(0, -1).map(({ object }) => object.metadata.name)).toEqual(names);
    stop();
  }
  // Those that were not held were read again.
  expect(running.given()).toBeGreaterThan(20 * names.length);
});

test('nothing more is read for a watcher that has gone, before its signal says so', async () => {
  const running = await startCounted();
  for (let i = 0; i < 40; i++) await running.call('POST', path, { body: configMap(`c-${100 + i}`, { a: 'x'.repeat(100_000) }) });
  const { signal } = new AbortController();
  const body = () => Promise.resolve(new Uint8Array());
  const url = `${path}?watch=true`;
  const answer = await running.server.handle({ method: 'GET', url, headers: {}, body, signal, user, remoteAddress: '127.0.0.1' });
  if (typeof answer.body !== 'function') throw new Error(`watch: ${answer.status}`);
  let written = '';
  const write = (chunk: Uint8Array): boolean => (written += Buffer.from(chunk).toString()).length > 0;
  void answer.body({ write, drained: () => Promise.resolve(), end: () => {}, isGone: true, buffered: 0 });
  await nextTurns();
  expect(running.given()).toBe(0);
  expect(written).not.toContain('ADDED');
});
