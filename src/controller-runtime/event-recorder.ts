import type { ResourceRef } from '../apimachinery/meta/group-version.ts';
import type { KubeObject } from '../apimachinery/meta/object.ts';
import type { Client } from '../client/contract.ts';
import { formatMicroTime } from './clock.ts';
import type { Clock, EventRecorder, Logger } from './contract.ts';

const eventRef: ResourceRef = { group: 'events.k8s.io', version: 'v1', resource: 'events', kind: 'Event', namespaced: true };
/** A repeat after this long is a new event; events live for an hour anyway. */
const seriesMilliseconds = 6 * 60_000;
/** A series' count is written at most this often. */
const flushMilliseconds = 5_000;
const maxSeries = 2048;
/** Per object: a burst, then one event in five minutes (as client-go's spam filter). */
const burst = 25;
const refillMilliseconds = 5 * 60_000;
const maxNoteLength = 1024;

interface Series {
  readonly name: string;
  readonly namespace: string;
  readonly created: Promise<boolean>;
  count: number;
  lastAt: number;
  flushing: boolean;
}

export interface EventRecorderOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Logger;
  /** reportingController: `deployment-controller`. */
  readonly component: string;
  /** reportingInstance; default the component. */
  readonly instance?: string;
}

/** Writes events.k8s.io/v1 Events in the background; memory is bounded, failures are logged and dropped. */
export const createEventRecorder = (options: EventRecorderOptions): EventRecorder => {
  const { clock, log } = options;
  const events = options.client.resource(eventRef);
  const allSeries = new Map<string, Series>();
  const budgets = new Map<string, { tokens: number; at: number }>();
  let sequence = 0;

  const write = async (call: () => Promise<unknown>): Promise<boolean> => {
    try {
      await call();
      return true;
    } catch (error) {
      log.debug('event was not written', { error: String(error) });
      return false;
    }
  };
  const mayCreate = (uid: string): boolean => {
    const now = clock.now();
    const budget = budgets.get(uid) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, budget.tokens + (now - budget.at) / refillMilliseconds);
    budgets.delete(uid);
    budgets.set(uid, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now });
    dropOldest(budgets);
    return tokens >= 1;
  };
  const flushLater = (series: Series): void => {
    if (series.flushing) return;
    series.flushing = true;
    clock.after(flushMilliseconds, () => {
      series.flushing = false;
      const body = { series: { count: series.count, lastObservedTime: formatMicroTime(series.lastAt) } };
      void series.created.then((ok) => ok && write(() => events.patch(series.name, series.namespace, body, { type: 'merge' })));
    });
  };

  return {
    event: (about, type, reason, message) => {
      const now = clock.now();
      const { uid = '', namespace = 'default', name } = about.metadata;
      const key = [uid || `${about.kind}/${namespace}/${name}`, type, reason, message].join('\n');
      const known = allSeries.get(key);
      if (known && now - known.lastAt < seriesMilliseconds) {
        known.count += 1;
        known.lastAt = now;
        flushLater(known);
        return;
      }
      if (!mayCreate(uid || key)) return;
      sequence += 1;
      const event = {
        apiVersion: 'events.k8s.io/v1',
        kind: 'Event',
        metadata: { name: eventName(name, now, sequence), namespace },
        eventTime: formatMicroTime(now),
        reportingController: options.component,
        reportingInstance: (options.instance ?? options.component).slice(0, 128),
        action: reason,
        type,
        reason,
        note: message.length > maxNoteLength ? `${message.slice(0, maxNoteLength - 3)}...` : message,
        regarding: reference(about),
      };
      const created = write(() => events.create(event));
      allSeries.delete(key);
      allSeries.set(key, { name: event.metadata.name, namespace, created, count: 1, lastAt: now, flushing: false });
      dropOldest(allSeries);
    },
  };
};

/** Unique enough: time in nanoseconds as client-go has it, with a counter in the digits a millisecond clock leaves free. */
const eventName = (name: string, now: number, sequence: number): string =>
  `${name.slice(0, 236)}.${(BigInt(now) * 1_000_000n + BigInt(sequence % 1_000_000)).toString(16)}`;

function dropOldest(map: Map<string, unknown>): void {
  const [oldest] = map.keys();
  if (map.size > maxSeries && oldest !== undefined) map.delete(oldest);
}

const reference = ({ apiVersion, kind, metadata }: KubeObject) => ({
  apiVersion,
  kind,
  name: metadata.name,
  ...(metadata.namespace ? { namespace: metadata.namespace } : {}),
  ...(metadata.uid ? { uid: metadata.uid } : {}),
  ...(metadata.resourceVersion ? { resourceVersion: metadata.resourceVersion } : {}),
});
