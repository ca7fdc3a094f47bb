import type { KindDefinition } from '../../api/kind-definition.ts';
import type { KindCatalog } from '../registry/contract.ts';
import type { HistogramSeries, MetricsRegistry } from './contract.ts';
import { seriesByDefinition, seriesByPrefix, whileServed } from './served-series.ts';

const sizeBuckets = Array.from({ length: 8 }, (_, power) => 1024 * 2 ** power);
const listBuckets = [0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 2, 4, 6, 8, 10, 15, 20, 30, 45, 60];

/** What goes out to the watchers of one resource. */
export interface WatchMeasures {
  /** One event went to so many watchers. */
  sent(bytes: number, watchers: number): void;
  /** The same of the present state. */
  initial(bytes: number, watchers: number): void;
  /** The present state went out as events (sendInitialEvents). */
  listed(scope: string, seconds: number): void;
}

/** apiserver_watch_events_* and apiserver_watch_list_duration_seconds. */
export const createWatchMeasures = (
  registry: MetricsRegistry,
  catalog: KindCatalog,
): ((definition: KindDefinition) => WatchMeasures | undefined) => {
  const labels = ['group', 'resource', 'version'] as const;
  const total = registry.counter({ name: 'apiserver_watch_events_total', help: 'Events sent in watches.', labels });
  const sizes = registry.histogram({
    name: 'apiserver_watch_events_sizes',
    help: 'Sizes of the events sent in watches, in bytes.',
    labels,
    buckets: sizeBuckets,
  });
  const lists = registry.histogram({
    name: 'apiserver_watch_list_duration_seconds',
    help: 'Time until the present state had gone out in a watch, in seconds.',
    labels: ['group', 'resource', 'scope', 'version'],
    buckets: listBuckets,
  });
  const initial = registry.counter({
    name: 'apiserver_init_events_total',
    help: 'Events that watches began with: what was there already.',
    labels: ['group', 'resource'],
  });
  return seriesByDefinition(catalog, (definition) => {
    const { group, version, plural } = definition;
    const began = whileServed(catalog, definition, () => initial.with(group, plural));
    const scopes = new Map<string, () => HistogramSeries | undefined>();
    const count = total.with(group, plural, version);
    const size = sizes.with(group, plural, version);
    return {
      sent(bytes, watchers) {
        count.inc(watchers);
        size.observe(bytes, watchers);
      },
      initial(bytes, watchers) {
        began()?.inc(watchers);
        count.inc(watchers);
        size.observe(bytes, watchers);
      },
      listed(scope, seconds) {
        let series = scopes.get(scope);
        if (!series) scopes.set(scope, (series = whileServed(catalog, definition, () => lists.with(group, plural, scope, version))));
        series()?.observe(seconds);
      },
    };
  });
};

/** What comes in by the watch of the store. */
export const createEventMeasures = (
  registry: MetricsRegistry,
  catalog: KindCatalog,
): {
  readonly received: (prefix: string, isCached: boolean) => void;
  readonly initialized: (prefix: string, revision: () => bigint) => void;
} => {
  const labels = ['group', 'resource'] as const;
  const counter = (name: string, help: string) => registry.counter({ name, help, labels });
  const received = counter('apiserver_storage_events_received_total', 'Events received from the store.');
  const cached = counter('apiserver_watch_cache_events_received_total', 'Events taken by watch caches.');
  const dispatched = counter('apiserver_watch_cache_events_dispatched_total', 'Events that watch caches passed on.');
  const begun = counter('apiserver_watch_cache_initializations_total', 'How often watch caches began.');
  const series = seriesByPrefix(catalog, ({ group, resource }) => ({
    received: received.with(group, resource),
    cached: cached.with(group, resource),
    dispatched: dispatched.with(group, resource),
  }));
  const revisions = new Map<string, () => bigint>();
  const names = seriesByPrefix(catalog, ({ group, resource }) => [group, resource]);
  registry.collect({
    name: 'apiserver_watch_cache_resource_version',
    help: 'The resource version that watch caches have reached.',
    labels,
    type: 'gauge',
    collect: () =>
      [...revisions].flatMap(([prefix, revision]) => {
        const values = names(prefix);
        return values ? [{ values, value: Number(revision()) }] : [];
      }),
  });
  const beginnings = seriesByPrefix(catalog, ({ group, resource }) => begun.with(group, resource));
  return {
    received(prefix, isCached) {
      const found = series(prefix);
      found?.received.inc();
      if (!isCached) return;
      found?.cached.inc();
      found?.dispatched.inc();
    },
    initialized(prefix, revision) {
      beginnings(prefix)?.inc();
      revisions.set(prefix, revision);
    },
  };
};
