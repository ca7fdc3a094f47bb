import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { encodeObject, stampResourceVersion } from '../registry/value-codec.ts';
import { createHub, type Hub } from './hub.ts';
import type { Subscriber, ViewSpec } from './view.ts';
import { toHubEvent } from './watch-event.ts';

const spec: ViewSpec = {
  key: 'all',
  prefix: '/registry/',
  matches: undefined,
  encoding: 'names',
  encode: (type, value) =>
    Buffer.from(`${type[0]}${(JSON.parse(Buffer.from(value).toString()) as { metadata: { name: string } }).metadata.name} `),
};

const added = (revision: number) => {
  const value = encodeObject({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: String(revision), namespace: 'd' } });
  stampResourceVersion(value, BigInt(revision));
  return toHubEvent({ type: 'put', key: `/registry/core/configmaps/d/${revision}`, revision: BigInt(revision), value });
};

const publish = (hub: Hub, revision: number): void => hub.publish([added(revision)], BigInt(revision));

interface Reader extends Subscriber {
  readonly seen: string[];
}
const reader = (): Reader => {
  const seen: string[] = [];
  return {
    seen,
    deliver: (frames) => void seen.push(Buffer.from(frames as Uint8Array).toString()),
    end: (reason) => void seen.push(reason),
  };
};

/** A hub that so many follow that floods go out in rounds. */
const crowded = (): { readonly hub: Hub; readonly first: Reader } => {
  const hub = createHub(0n, 2 ** 20);
  const readers = Array.from({ length: 1000 }, reader);
  for (const each of readers) hub.follow(0n, spec, each);
  return { hub, first: readers[0] as Reader };
};

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

test('an event after a quiet time goes out at once, those right behind it in one piece', () => {
  const { hub, first } = crowded();
  publish(hub, 1);
  publish(hub, 2);
  publish(hub, 3);
  expect(first.seen).toEqual(['A1 ']);
  expect([hub.revision, hub.delivered]).toEqual([3n, 1n]);
  vi.advanceTimersByTime(50);
  expect(first.seen).toEqual(['A1 ', 'A2 A3 ']);
  expect(hub.delivered).toBe(3n);
  vi.advanceTimersByTime(50);
  publish(hub, 4);
  expect(first.seen.at(-1)).toBe('A4 ');
});

test('who joins between two rounds sees every event once, and so do the others', () => {
  const { hub, first } = crowded();
  publish(hub, 1);
  publish(hub, 2);
  const [early, late, ahead] = [reader(), reader(), reader()];
  hub.follow(0n, spec, early);
  hub.follow(2n, spec, late);
  hub.follow(3n, spec, ahead);
  publish(hub, 3);
  publish(hub, 4);
  vi.advanceTimersByTime(50);
  expect(early.seen.join('')).toBe('A1 A2 A3 A4 ');
  expect(late.seen.join('')).toBe('A3 A4 ');
  expect(ahead.seen.join('')).toBe('A4 ');
  expect(first.seen.join('')).toBe('A1 A2 A3 A4 ');
});

test('few followers never wait, and listeners never do', () => {
  const hub = createHub(0n, 2 ** 20);
  const [follower, heard] = [reader(), [] as bigint[]];
  hub.follow(0n, spec, follower);
  hub.listen(0n, { event: ({ revision }) => void heard.push(revision), gone: () => {} });
  for (const revision of [1, 2, 3]) publish(hub, revision);
  expect(follower.seen).toEqual(['A1 ', 'A2 ', 'A3 ']);
  const { hub: busy } = crowded();
  busy.listen(0n, { event: ({ revision }) => void heard.push(revision), gone: () => {} });
  for (const revision of [1, 2]) publish(busy, revision);
  expect(heard).toEqual([1n, 2n, 3n, 1n, 2n]);
});

test('the end comes after all events', () => {
  const { hub, first } = crowded();
  publish(hub, 1);
  publish(hub, 2);
  hub.end('closed');
  expect(first.seen).toEqual(['A1 ', 'A2 ', 'closed']);
});

test('events that cannot be written end their own watchers, who list again; the others go on', () => {
  const errors: unknown[] = [];
  const hub = createHub(0n, 2 ** 20, (error) => errors.push(error));
  const broken = {
    ...spec,
    key: 'broken',
    encoding: 'broken',
    encode: () => {
      throw new RangeError('not this one');
    },
  };
  const [unlucky, lucky] = [reader(), reader()];
  hub.follow(0n, broken, unlucky);
  hub.follow(0n, spec, lucky);
  publish(hub, 1);
  expect(unlucky.seen).toEqual(['gone']);
  expect(lucky.seen).toEqual(['A1 ']);
  expect(errors).toEqual([new RangeError('not this one')]);
});
