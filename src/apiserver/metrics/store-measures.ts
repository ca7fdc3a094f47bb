import type { ListResult, Store } from '../../storage/contract.ts';
import type { KindCatalog } from '../registry/contract.ts';
import { prefixOfKey } from '../registry/keys.ts';
import type { CounterSeries, HistogramSeries, MetricsRegistry } from './contract.ts';
import { seriesByPrefix } from './served-series.ts';

const operations = ['get', 'list', 'create', 'update', 'delete'] as const;
type Operation = (typeof operations)[number];

const buckets = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];

interface Calls {
  readonly total: CounterSeries;
  readonly seconds: HistogramSeries;
}

/** A store whose calls are counted and timed by resource, under the names that dashboards know (etcd_*), whatever the driver. */
export const measuredStore = (store: Store, registry: MetricsRegistry, catalog: KindCatalog): Store => {
  const labels = ['group', 'operation', 'resource'] as const;
  const total = registry.counter({
    name: 'etcd_requests_total',
    help: 'Calls of the store by operation, group and resource.',
    labels,
  });
  const seconds = registry.histogram({
    name: 'etcd_request_duration_seconds',
    help: 'Latency of the store in seconds by operation, group and resource.',
    labels,
    buckets,
  });
  const series = seriesByPrefix(catalog, ({ group, resource }) => {
    const made = new Map<Operation, Calls>();
    return (operation: Operation): Calls => {
      let calls = made.get(operation);
      if (!calls)
        made.set(operation, (calls = { total: total.with(group, operation, resource), seconds: seconds.with(group, operation, resource) }));
      return calls;
    };
  });

  /** The series are looked up first: a call that outlives its resource counts for nothing. */
  const timed = <T>(operation: Operation, key: string, call: () => Promise<T>): Promise<T> => {
    const calls = series(prefixOfKey(key))?.(operation);
    if (!calls) return call();
    const began = performance.now();
    const done = (): void => {
      calls.total.inc();
      calls.seconds.observe((performance.now() - began) / 1000);
    };
    const result = call();
    result.then(done, done);
    return result;
  };

  return {
    driver: store.driver,
    revision: () => store.revision(),
    compactedRevision: () => store.compactedRevision(),
    get: (key, options) => timed('get', key, () => store.get(key, options)),
    ...(store.remembered && { remembered: store.remembered }),
    getAll: (keys) => timed('list', keys[0] ?? '', () => store.getAll(keys)),
    list: (prefix, options): Promise<ListResult> => timed('list', prefix, () => store.list(prefix, options)),
    count: (prefix) => store.count(prefix),
    create: (key, value, options) => timed('create', key, () => store.create(key, value, options)),
    update: (key, value, options) => timed('update', key, () => store.update(key, value, options)),
    delete: (key, options) => timed('delete', key, () => store.delete(key, options)),
    watch: (prefix, options) => store.watch(prefix, options),
    compact: (revision) => store.compact(revision),
    sizeBytes: () => store.sizeBytes(),
    close: () => store.close(),
  };
};
