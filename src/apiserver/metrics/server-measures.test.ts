import { expect, test } from 'vitest';
import type { KindDefinition } from '../../api/kind-definition.ts';
import { encodeObject, stampResourceVersion } from '../registry/value-codec.ts';
import { openMemoryStore } from '../../storage/memory/memory-store.ts';
import { createCatalog } from '../registry/catalog.ts';
import { createMetricsRegistry } from './registry.ts';
import { followRegistrations } from './registrations.ts';
import { createServerMeasures } from './server-measures.ts';
import { createSink } from './sink.ts';

const widgets = { group: 'example.com', version: 'v1', plural: 'widgets', subresources: [], verbs: ['list'] } as unknown as KindDefinition;
const resource = { group: 'example.com', version: 'v1', resource: 'widgets' };
const key = '/registry/example.com/widgets/d/w';
const value = (): Uint8Array => encodeObject({ apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w', namespace: 'd' } });

const setUp = () => {
  const registry = createMetricsRegistry();
  const catalog = createCatalog([]);
  const measures = createServerMeasures(registry, catalog);
  followRegistrations(catalog, { now: () => 1, onRemoved: () => registry.deleteWhere((labels) => labels['resource'] === 'widgets') });
  const store = measures.store(openMemoryStore({ stamp: stampResourceVersion, autoCompact: false }));
  const lines = async (): Promise<string[]> =>
    (await registry.render('prometheus')).split('\n').filter((line) => line.includes('widgets') && !line.includes('_bucket'));
  return { registry, catalog, measures, store, lines };
};

test('calls, lists and watches of a resource are counted while it is served', async () => {
  const { catalog, measures, store, lines } = setUp();
  await store.create(key, value());
  expect(await lines()).toEqual([]);
  catalog.put(widgets);
  await store.get(key);
  measures.lists(widgets)?.fromStore(5, 2);
  measures.watches(widgets)?.sent(1500, 3);
  measures.received('/registry/example.com/widgets/', true);
  const shown = await lines();
  expect(shown).toContain('etcd_requests_total{group="example.com",operation="get",resource="widgets"} 1');
  expect(shown).toContain('apiserver_storage_list_evaluated_objects_total{group="example.com",resource="widgets"} 5');
  expect(shown).toContain('apiserver_storage_list_returned_objects_total{group="example.com",resource="widgets"} 2');
  expect(shown).toContain('apiserver_watch_events_total{group="example.com",resource="widgets",version="v1"} 3');
  expect(shown).toContain('apiserver_watch_events_sizes_sum{group="example.com",resource="widgets",version="v1"} 4500');
  expect(shown).toContain('apiserver_watch_cache_events_received_total{group="example.com",resource="widgets"} 1');
});

test('what outlives its resource counts for nothing, and a new one begins at zero', async () => {
  const { catalog, measures, store, lines } = setUp();
  catalog.put(widgets);
  await store.create(key, value());
  const [watch, list] = [measures.watches(widgets), measures.lists(widgets)];
  const racing = store.get(key);
  catalog.remove(resource);
  await racing;
  await store.get(key);
  watch?.sent(10, 1);
  list?.fromCache(1, 0);
  measures.received('/registry/example.com/widgets/', true);
  expect(measures.watches(widgets)).toBe(watch);
  expect(measures.lists({ ...widgets })).toBeUndefined();
  expect(await lines()).toEqual([]);
  catalog.put({ ...widgets });
  await store.get(key);
  expect(await lines()).toContain('etcd_requests_total{group="example.com",operation="get",resource="widgets"} 1');
});

test('admission steps are a histogram and a summary; queues and clients report by name', async () => {
  const { registry, measures } = setUp();
  const sink = createSink(registry);
  for (const seconds of [0.1, 0.2, 0.3, 0.4]) measures.admission('admit', 'CREATE', { rejected: false, seconds });
  sink.add('workqueue_adds_total', { name: 'jobs' });
  sink.collect('workqueue_unfinished_work_seconds', { name: 'jobs' }, () => 2);
  sink.observe('rest_client_request_duration_seconds', { host: 'h', verb: 'GET' }, 0.3);
  sink.add('nobody_knows', {});
  const text = await registry.render('prometheus');
  const labels = 'operation="CREATE",rejected="false",type="admit"';
  expect(text).toContain('# TYPE apiserver_admission_step_admission_duration_seconds_summary summary\n');
  expect(text).toContain(`apiserver_admission_step_admission_duration_seconds_summary{${labels},quantile="0.5"} 0.2\n`);
  expect(text).toContain(`apiserver_admission_step_admission_duration_seconds_count{${labels}} 4\n`);
  expect(text).toContain('workqueue_adds_total{name="jobs"} 1\n');
  expect(text).toContain('workqueue_unfinished_work_seconds{name="jobs"} 2\n');
  expect(text).toContain('rest_client_request_duration_seconds_bucket{host="h",verb="GET",le="0.5"} 1\n');
});
