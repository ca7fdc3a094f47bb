import { expect, test } from 'vitest';
import type { KindDefinition } from '../../api/kind-definition.ts';
import type { RequestObservation } from '../extension.ts';
import { createCatalog } from '../registry/catalog.ts';
import { formatValue } from './exposition.ts';
import { followRegistrations } from './registrations.ts';
import { createMetricsRegistry } from './registry.ts';
import { createRequestMetrics } from './request-metrics.ts';

test.each([
  [0, '0'],
  [0.005, '0.005'],
  [1000, '1000'],
  [1e6, '1e+06'],
  [1.05e6, '1.05e+06'],
  [Number.POSITIVE_INFINITY, '+Inf'],
])('%d is written as Go does', (value, text) => {
  expect(formatValue(value)).toBe(text);
});

test('both text formats', async () => {
  const registry = createMetricsRegistry();
  registry
    .counter({ name: 'b_total', help: 'b\nof', labels: ['x'] })
    .with('a"\\')
    .inc();
  const histogram = registry.histogram({ name: 'a_seconds', help: 'a', labels: [], buckets: [1, 2.5] }).with();
  for (const value of [0.5, 1, 2, 9]) histogram.observe(value);
  registry.collect({ name: 'c', help: 'c', labels: [], type: 'gauge', collect: () => Promise.reject(new Error('no source')) });
  expect(await registry.render('prometheus')).toBe(
    [
      '# HELP a_seconds a',
      '# TYPE a_seconds histogram',
      'a_seconds_bucket{le="1"} 2',
      'a_seconds_bucket{le="2.5"} 3',
      'a_seconds_bucket{le="+Inf"} 4',
      'a_seconds_sum 12.5',
      'a_seconds_count 4',
      '# HELP b_total b\\nof',
      '# TYPE b_total counter',
      'b_total{x="a\\"\\\\"} 1',
      '',
    ].join('\n'),
  );
  const openMetrics = await registry.render('openmetrics');
  expect(openMetrics).toContain('# TYPE b counter\nb_total{x="a\\"\\\\"} 1\n# EOF\n');
  expect(openMetrics).toContain('le="1.0"');
});

const widget = {
  group: 'example.com',
  version: 'v1',
  plural: 'widgets',
  subresources: [{ name: 'status', verbs: ['get'] }],
} as unknown as KindDefinition;

const setUp = () => {
  let time = 1000;
  const registry = createMetricsRegistry();
  const catalog = createCatalog([]);
  const now = (): number => time;
  const registrations = followRegistrations(catalog, {
    now,
    onRemoved: ({ group, plural }) => {
      registry.deleteWhere((labels) => labels['group'] === group && labels['resource'] === plural);
      requests.forget();
    },
  });
  const requests = createRequestMetrics(registry, registrations, now);
  const observe = (more: Partial<RequestObservation> = {}): void =>
    requests.observe({
      verb: 'list',
      group: 'example.com',
      version: 'v1',
      resource: 'widgets',
      subresource: '',
      scope: 'namespace',
      path: '/apis/example.com/v1/namespaces/a/widgets',
      user: undefined,
      code: 200,
      durationSeconds: 0.1,
      dryRun: false,
      responseBytes: 10,
      requestBytes: 0,
      ...more,
    });
  return { registry, catalog, observe, at: (next: number) => (time = next) };
};

test('series of a resource go with it, start from zero when it comes back, and late requests do not count', async () => {
  const { registry, catalog, observe, at } = setUp();
  catalog.put(widget);
  at(2000);
  observe();
  expect(await registry.render('prometheus')).toContain('resource="widgets"');
  catalog.remove({ group: 'example.com', version: 'v1', resource: 'widgets' });
  expect(await registry.render('prometheus')).not.toContain('widgets');
  observe();
  expect(await registry.render('prometheus')).not.toContain('widgets');
  at(3000);
  catalog.put(widget);
  at(3050);
  observe(); // began before the resource came back
  expect(await registry.render('prometheus')).not.toContain('widgets');
  at(4000);
  observe();
  expect(await registry.render('prometheus')).toMatch(/request_total.*resource="widgets".* 1\n/);
});

test('what clients make up never becomes a label', async () => {
  const { registry, catalog, observe } = setUp();
  catalog.put(widget);
  for (let index = 0; index < 50; index++) {
    observe({ resource: `made-up-${index}`, durationSeconds: 0 });
    observe({ verb: `VERB${index}`, durationSeconds: 0 });
    observe({ subresource: `sub${index}`, durationSeconds: 0 });
    observe({ group: '', version: '', resource: '', path: `/made/up/${index}`, durationSeconds: 0 });
  }
  const series = (await registry.render('prometheus')).split('\n').filter((line) => line.startsWith('apiserver_request_total{'));
  expect(series.length).toBeLessThanOrEqual(4);
});
