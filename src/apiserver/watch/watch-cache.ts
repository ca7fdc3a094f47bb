import { setTimeout as delay } from 'node:timers/promises';
import type { Store } from '../../storage/contract.ts';
import { CompactedError } from '../../storage/errors.ts';
import type { ApiServerLogger } from '../contract.ts';
import type { ServerMeasures } from '../metrics/server-measures.ts';
import { prefixOfKey, registryPrefix } from '../registry/keys.ts';
import { createHub, type Hub } from './hub.ts';
import { toHubEvent, type HubEvent } from './watch-event.ts';

/** One watch of the store that feeds a hub for every watched resource. */
export interface WatchCache {
  /** The hub of a resource's prefix, made on first use. */
  hub(prefix: string): Hub;
  /** Newest revision seen of the whole store. */
  readonly revision: bigint;
  /** Resolves once everything up to the revision was delivered; with false when that takes longer than a second. */
  reached(revision: bigint): Promise<boolean>;
  start(): Promise<void>;
  /** Ends every watch, also those that come later: the server is stopping. */
  endWatches(): void;
  stop(): Promise<void>;
}

export interface WatchCacheOptions {
  readonly store: Store;
  readonly log: ApiServerLogger;
  /** Hears of events and of hubs that are made. */
  readonly measures?: Pick<ServerMeasures, 'received' | 'initialized'> | undefined;
  /** Memory of the events that are kept, of all resources together. */
  readonly maxBytes: number;
}

/** Of one resource no more is kept: who comes later than that may as well read the store. */
const ringBytes = 4 * 2 ** 20;

/** Longer than this the store's watch has trouble: readers ask the store itself. */
const reachMilliseconds = 1000;

/** Between attempts to watch a store that cannot be watched; a watch that lasts longer than the last pause starts over with the first. */
const firstPauseMilliseconds = 10;
const longestPauseMilliseconds = 2000;

export const createWatchCache = ({ store, log, measures, maxBytes }: WatchCacheOptions): WatchCache => {
  const hubs = new Map<string, Hub>();
  const stopping = new AbortController();
  let revision = 0n;
  let pending: HubEvent[] = [];
  let pendingRevision = 0n;
  let flushScheduled = false;
  let running: Promise<void> = Promise.resolve();
  const waiters = new Set<{ readonly revision: bigint; readonly resolve: (reached: boolean) => void }>();

  /** Who has the most gives first. */
  const shrink = (bytes: number): void => {
    let excess = bytes - maxBytes;
    for (const hub of [...hubs.values()].toSorted((left, right) => right.bytes - left.bytes)) {
      if (excess <= 0) return;
      const before = hub.bytes;
      hub.shrink(Math.max(0, before - excess));
      excess -= before - hub.bytes;
    }
  };

  const flush = (): void => {
    flushScheduled = false;
    const byPrefix = new Map<string, HubEvent[]>();
    for (const event of pending) {
      const prefix = prefixOfKey(event.key);
      const list = byPrefix.get(prefix);
      if (list) list.push(event);
      else byPrefix.set(prefix, [event]);
    }
    pending = [];
    revision = pendingRevision;
    let bytes = 0;
    for (const [prefix, hub] of hubs) {
      hub.publish(byPrefix.get(prefix) ?? [], revision);
      bytes += hub.bytes;
    }
    if (bytes > maxBytes) shrink(bytes);
    for (const waiter of waiters) if (waiter.revision <= revision) waiter.resolve(true);
  };

  const pump = async (): Promise<void> => {
    for await (const batch of store.watch(registryPrefix, { after: pendingRevision, signal: stopping.signal })) {
      for (const event of batch.events) {
        const prefix = prefixOfKey(event.key);
        const isCached = hubs.has(prefix);
        measures?.received(prefix, isCached);
        if (isCached) pending.push(toHubEvent(event));
      }
      pendingRevision = batch.revision;
      if (flushScheduled) continue;
      flushScheduled = true;
      setImmediate(flush);
    }
  };

  /** History between what was seen and what the store still has is lost: everybody lists again. */
  const startOver = async (): Promise<void> => {
    const newest = await store.revision();
    for (const hub of hubs.values()) hub.end('gone');
    hubs.clear();
    pending = [];
    pendingRevision = newest;
  };

  const run = async (): Promise<void> => {
    let pause = firstPauseMilliseconds;
    let isLost = false;
    while (!stopping.signal.aborted) {
      const began = performance.now();
      try {
        if (isLost) await startOver();
        isLost = false;
        await pump();
      } catch (error) {
        if (stopping.signal.aborted) return;
        log.warn('the watch of the store ended, starting it again', { error: String(error) });
        isLost ||= error instanceof CompactedError;
      }
      if (performance.now() - began > pause) pause = firstPauseMilliseconds;
      await delay(pause, undefined, { signal: stopping.signal }).catch(() => undefined);
      pause = Math.min(pause * 2, longestPauseMilliseconds);
    }
  };

  return {
    get revision() {
      return revision;
    },
    hub(prefix) {
      let hub = hubs.get(prefix);
      if (!hub) {
        hubs.set(
          prefix,
          (hub = createHub(pendingRevision, ringBytes, (error) =>
            log.error('watchers of a resource were ended: an event could not be written', { prefix, error: String(error) }),
          )),
        );
        measures?.initialized(prefix, () => hubs.get(prefix)?.revision ?? 0n);
      }
      return hub;
    },
    async reached(wanted) {
      if (wanted <= revision) return true;
      return new Promise((resolve) => {
        const timeout = setTimeout(() => waiter.resolve(false), reachMilliseconds);
        const waiter = {
          revision: wanted,
          resolve: (reached: boolean): void => {
            clearTimeout(timeout);
            waiters.delete(waiter);
            resolve(reached);
          },
        };
        waiters.add(waiter);
      });
    },
    async start() {
      pendingRevision = await store.revision();
      revision = pendingRevision;
      running = run();
    },
    endWatches() {
      for (const hub of hubs.values()) hub.end('closed');
    },
    async stop() {
      // With a reason of its own: the default one formats its stack at once, through the whole program's positions.
      stopping.abort(new Error('the server is stopping'));
      await running.catch(() => {});
    },
  };
};
