import type { KindDefinition } from '../../api/kind-definition.ts';
import type { KindCatalog } from '../registry/contract.ts';
import type { MetricsRegistry } from './contract.ts';
import { seriesByDefinition, whileServed } from './served-series.ts';

const waitBuckets = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3];

/** Where lists of one resource come from. */
export interface ListMeasures {
  /** Answered from the store: objects read, and those that a selector let through. */
  fromStore(read: number, returned: number): void;
  /** Answered from memory, once that was current. */
  fromCache(returned: number, waitedSeconds: number): void;
}

/** apiserver_storage_list_* and apiserver_cache_list_*. */
export const createListMeasures = (
  registry: MetricsRegistry,
  catalog: KindCatalog,
): ((definition: KindDefinition) => ListMeasures | undefined) => {
  const labels = ['group', 'resource'] as const;
  const indexed = ['group', 'index', 'resource'] as const;
  const counter = (name: string, help: string) => registry.counter({ name, help, labels });
  const listed = counter('apiserver_storage_list_total', 'LIST requests served from storage.');
  const fetched = counter(
    'apiserver_storage_list_fetched_objects_total',
    'Objects read from storage in the course of serving a LIST request.',
  );
  const evaluated = counter(
    'apiserver_storage_list_evaluated_objects_total',
    'Objects tested in the course of serving a LIST request from storage.',
  );
  const returned = counter('apiserver_storage_list_returned_objects_total', 'Objects returned for a LIST request from storage.');
  const cacheReturned = counter('apiserver_cache_list_returned_objects_total', 'Objects returned for a LIST request from memory.');
  const cacheListed = registry.counter({ name: 'apiserver_cache_list_total', help: 'LIST requests served from memory.', labels: indexed });
  const cacheFetched = registry.counter({
    name: 'apiserver_cache_list_fetched_objects_total',
    help: 'Objects read from memory in the course of serving a LIST request.',
    labels: indexed,
  });
  const consistent = registry.counter({
    name: 'apiserver_watch_cache_consistent_read_total',
    help: 'Consistent reads from memory.',
    labels: ['fallback', 'group', 'resource', 'success'],
  });
  const waited = registry.histogram({
    name: 'apiserver_watch_cache_read_wait_seconds',
    help: 'Time spent waiting for memory to become current.',
    labels,
    buckets: waitBuckets,
  });
  return seriesByDefinition(catalog, (definition) => {
    const { group, plural } = definition;
    const of = [group, plural] as const;
    const stored = whileServed(catalog, definition, () => ({
      listed: listed.with(...of),
      fetched: fetched.with(...of),
      evaluated: evaluated.with(...of),
      returned: returned.with(...of),
    }));
    const cached = whileServed(catalog, definition, () => ({
      listed: cacheListed.with(group, '', plural),
      fetched: cacheFetched.with(group, '', plural),
      returned: cacheReturned.with(...of),
      consistent: consistent.with('false', group, plural, 'true'),
      waited: waited.with(...of),
    }));
    return {
      fromStore(read, found) {
        const series = stored();
        series?.listed.inc();
        series?.fetched.inc(read);
        series?.evaluated.inc(read);
        series?.returned.inc(found);
      },
      fromCache(found, waitedSeconds) {
        const series = cached();
        series?.listed.inc();
        series?.fetched.inc(found);
        series?.returned.inc(found);
        series?.consistent.inc();
        series?.waited.observe(waitedSeconds);
      },
    };
  });
};
