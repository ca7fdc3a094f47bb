import type { HubEvent } from './watch-event.ts';
import { type Frames, renderEvents, type Subscriber, type ViewSpec } from './view.ts';

interface View {
  readonly spec: ViewSpec;
  readonly subscribers: Set<Subscriber>;
}

interface Waiting {
  readonly after: bigint;
  readonly spec: ViewSpec;
  readonly subscriber: Subscriber;
}

export interface HubListener {
  event(event: HubEvent): void;
  /** History was lost: list again. */
  gone(): void;
}

/** The recent events of one resource and everybody who watches it. */
export interface Hub {
  /** Listeners have heard of everything up to here. */
  readonly revision: bigint;
  /** Followers have; a bookmark may say so. */
  readonly delivered: bigint;
  /** Delivers every event after `after`, without gap or duplicate, until unsubscribed. False: the ring no longer goes back so far. */
  follow(after: bigint, spec: ViewSpec, subscriber: Subscriber): (() => void) | false;
  /** Hears events as they are, for caches inside the server. Starts with what comes after `after`; false as above. */
  listen(after: bigint, listener: HubListener): (() => void) | false;
  publish(events: readonly HubEvent[], revision: bigint): void;
  /** Memory of the events that are kept. */
  readonly bytes: number;
  /** Keeps no more than so many bytes of events, the newest. */
  shrink(bytes: number): void;
  end(reason: 'gone' | 'closed'): void;
  readonly subscriberCount: number;
}

/**
 * What a write to one watcher costs, near enough, in milliseconds. A flood of events to many watchers goes out in rounds at least as
 * long apart as the writes of the last round take: fewer, larger writes; a quiet resource's events go out at once.
 */
const writeMilliseconds = 0.03;
/** Rounds closer together than this are not worth a timer. */
const shortestPause = 1;
const longestPause = 50;

/**
 * `ringBytes` bounds the memory of the events kept for watchers that come late. A view that cannot be rendered ends for its watchers alone,
 * who list again; `onError` hears why.
 */
export const createHub = (start: bigint, ringBytes: number, onError: (error: unknown) => void = () => {}): Hub => {
  const ring: HubEvent[] = [];
  const views = new Map<string, View>();
  const waiting = new Set<Waiting>();
  const listeners = new Set<{ after: bigint; listener: HubListener }>();
  let bytes = 0;
  let floor = start;
  let revision = start;
  let delivered = start;
  let undelivered: HubEvent[] = [];
  let nextRound = 0;
  let timer: NodeJS.Timeout | undefined;
  let ended: 'gone' | 'closed' | undefined;

  const join = (spec: ViewSpec, subscriber: Subscriber): void => {
    let view = views.get(spec.key);
    if (!view) views.set(spec.key, (view = { spec, subscribers: new Set() }));
    view.subscribers.add(subscriber);
  };

  const leave = (spec: ViewSpec, subscriber: Subscriber): void => {
    const view = views.get(spec.key);
    if (view?.subscribers.delete(subscriber) && view.subscribers.size === 0) views.delete(spec.key);
    for (const entry of waiting) if (entry.subscriber === subscriber) waiting.delete(entry);
  };

  /** Index of the first kept event after the revision. */
  const firstAfter = (after: bigint): number => {
    let low = 0;
    let high = ring.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ring[middle]?.revision ?? 0n) > after) high = middle;
      else low = middle + 1;
    }
    return low;
  };

  const keep = (events: readonly HubEvent[]): void => {
    for (const event of events) {
      ring.push(event);
      bytes += event.bytes;
    }
    shrink(ringBytes);
  };

  const shrink = (most: number): void => {
    let drop = 0;
    while (bytes > most && drop < ring.length) {
      const oldest = ring[drop++];
      bytes -= oldest?.bytes ?? 0;
      floor = oldest?.revision ?? floor;
    }
    if (drop > 0) ring.splice(0, drop);
  };

  /** Answers how many have got something. */
  const deliver = (events: readonly HubEvent[], spec: ViewSpec, subscribers: ReadonlySet<Subscriber>): number => {
    let frames: Frames | undefined;
    try {
      frames = renderEvents(events, spec, subscribers.size);
    } catch (error) {
      onError(error);
      for (const subscriber of subscribers) subscriber.end('gone');
    }
    if (!frames) return 0;
    for (const subscriber of subscribers) subscriber.deliver(frames);
    return subscribers.size;
  };

  /** One round: what has come since the last one, to everybody. */
  const deliverAll = (): void => {
    clearTimeout(timer);
    timer = undefined;
    const events = undelivered;
    undelivered = [];
    delivered = revision;
    let writes = 0;
    for (const view of views.values()) writes += deliver(events, view.spec, view.subscribers);
    for (const entry of waiting) {
      if (entry.after > delivered) continue;
      waiting.delete(entry);
      const missed = events.filter((event) => event.revision > entry.after);
      deliver(missed, entry.spec, new Set([entry.subscriber]));
      join(entry.spec, entry.subscriber);
    }
    for (const event of events) event.release();
    const pause = Math.min(writes * writeMilliseconds, longestPause);
    nextRound = pause < shortestPause ? 0 : performance.now() + pause;
  };

  return {
    get revision() {
      return revision;
    },
    get delivered() {
      return delivered;
    },
    get bytes() {
      return bytes;
    },
    shrink,
    get subscriberCount() {
      let count = waiting.size;
      for (const view of views.values()) count += view.subscribers.size;
      return count;
    },
    follow(after, spec, subscriber) {
      if (ended) {
        queueMicrotask(() => subscriber.end(ended ?? 'closed'));
        return () => {};
      }
      if (after > revision) waiting.add({ after, spec, subscriber });
      else if (after < floor) return false;
      else {
        // Whoever joins has what the others have.
        if (undelivered.length > 0) deliverAll();
        deliver(ring.slice(firstAfter(after)), spec, new Set([subscriber]));
        join(spec, subscriber);
      }
      return () => leave(spec, subscriber);
    },
    listen(after, listener) {
      if (after < floor) return false;
      const entry = { after, listener };
      for (const event of ring.slice(firstAfter(after))) listener.event(event);
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
    publish(events, seen) {
      revision = seen;
      // Most hubs see nothing most of the time.
      if (events.length === 0 && waiting.size === 0) {
        if (undelivered.length === 0) delivered = seen;
        return;
      }
      keep(events);
      for (const { after, listener } of listeners) for (const event of events) if (event.revision > after) listener.event(event);
      undelivered = undelivered.length === 0 ? [...events] : undelivered.concat(events);
      const pause = nextRound === 0 ? 0 : nextRound - performance.now();
      if (pause <= 0) deliverAll();
      else timer ??= setTimeout(deliverAll, pause);
    },
    end(reason) {
      deliverAll();
      ended = reason;
      const all = [...views.values()].flatMap((view) => [...view.subscribers]).concat([...waiting].map((entry) => entry.subscriber));
      views.clear();
      waiting.clear();
      for (const subscriber of all) subscriber.end(reason);
      if (reason === 'gone') for (const { listener } of listeners) listener.gone();
      if (reason === 'gone') listeners.clear();
    },
  };
};
