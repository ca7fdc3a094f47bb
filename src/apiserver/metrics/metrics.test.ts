import { expect, test } from 'vitest';
import type { KindDefinition } from '../../api/kind-definition.ts';
import type { RequestObservation } from '../extension.ts';
import { createCatalog } from '../registry/catalog.ts';
import { formatValue } from './exposition.ts';
import { negotiateExposition } from './negotiate-exposition.ts';
import { followRegistrations } from './registrations.ts';
import { createMetricsRegistry } from './registry.ts';
import { createConditionMeasures } from './condition-measures.ts';
import { createPolicyMeasures } from './policy-measures.ts';
import { createWebhookMeasures, type WebhookMeasures } from './webhook-measures.ts';
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
      dryRun: '',
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

test('series end with the object that they are named after, not to come back by what is under way', async () => {
  const registry = createMetricsRegistry();
  const webhooks = createWebhookMeasures(registry, createConditionMeasures(registry))('admit');
  const call = { operation: 'CREATE', seconds: 0.1, code: 1000, rejected: true, error: 'no_error', isIgnored: false } as const;
  const conditions = { operation: 'CREATE', seconds: 0.1, isExcluded: true, errors: 1 } as const;
  const report = (webhook: WebhookMeasures): void => {
    webhook.called(call);
    webhook.conditions(conditions);
  };
  const lines = async (): Promise<string[]> =>
    (await registry.render('prometheus')).split('\n').filter((line) => line.includes('a.example'));
  webhooks.keep(new Map([['a.example', 'uid-1']]));
  const first = webhooks.of('a.example');
  report(first);
  expect(await lines()).toContain(
    'apiserver_admission_webhook_rejection_count{error_type="no_error",name="a.example",operation="CREATE",rejection_code="600",type="admit"} 1',
  );
  webhooks.keep(new Map());
  expect(await lines()).toEqual([]);
  report(first);
  report(webhooks.of('a.example'));
  expect(await lines()).toEqual([]);
  webhooks.keep(new Map([['a.example', 'uid-2']]));
  report(first);
  expect(await lines()).toEqual([]);
  report(webhooks.of('a.example'));
  expect((await lines()).filter((line) => line.includes('request_total')).map((line) => line.split(' ').at(-1))).toEqual(['1']);
});

test('series of a policy end with it, and with its binding', async () => {
  const registry = createMetricsRegistry();
  const policies = createPolicyMeasures(registry, createConditionMeasures(registry))('validating');
  const here = (...names: string[]): Map<string, string> => new Map(names.map((name) => [name, name]));
  const lines = async (): Promise<number> =>
    (await registry.render('prometheus')).split('\n').filter((line) => /check_total.*"p"/.test(line)).length;
  policies.keepPolicies(here('p'));
  policies.keepBindings(here('b', 'c'));
  const checks = [policies.of('p', 'b'), policies.of('p', 'c')];
  for (const { checked } of checks) checked('invalid_error', 0.1, 'warn');
  expect(await lines()).toBe(2);
  policies.keepBindings(here('c'));
  for (const { checked } of checks) checked('invalid_error', 0.1, 'deny');
  expect(await lines()).toBe(2);
  policies.keepPolicies(here());
  for (const { checked } of checks) checked('invalid_error', 0.1, 'deny');
  expect(await lines()).toBe(0);
});

test.each([
  [undefined, 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores'],
  ['*/*', 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores'],
  ['text/html', 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores'],
  ['application/vnd.google.protobuf;encoding=delimited', 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores'],
  ['application/openmetrics-text', 'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores'],
  ['application/openmetrics-text; version=0.0.1', 'application/openmetrics-text; version=0.0.1; charset=utf-8; escaping=underscores'],
  ['application/openmetrics-text; version=2.0.0', 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores'],
  ['application/openmetrics-text;q=0', 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores'],
  ['application/openmetrics-text;q=0.3, text/plain;q=0.5', 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores'],
  ['text/plain;version=0.0.4;escaping=dots', 'text/plain; version=0.0.4; charset=utf-8; escaping=dots'],
  ['text/plain;escaping=bogus', 'text/plain; version=0.0.4; charset=utf-8; escaping=underscores'],
  [
    // Prometheus 3.
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
    'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8',
  ],
])('who accepts %s gets %s', (accept, contentType) => {
  expect(negotiateExposition(accept).contentType).toBe(contentType);
});

test('a scrape of many series lets others work meanwhile, and shows nothing that they delete', async () => {
  const registry = createMetricsRegistry();
  const buckets = Array.from({ length: 20 }, (_, index) => index);
  for (const family of ['a', 'b', 'c', 'd']) {
    const histogram = registry.histogram({ name: `${family}_seconds`, help: family, labels: ['x'], buckets });
    for (let index = 0; index < 3000; index++) histogram.with(`${family}${index}`).observe(index);
  }
  let turns = 0;
  let isOver = false;
  const others = (): void => {
    if (isOver) return;
    if (++turns === 1) registry.deleteWhere(({ x }) => x?.startsWith('d') === true);
    setImmediate(others);
  };
  setImmediate(others);
  const text = await registry.render('prometheus');
  isOver = true;
  expect(turns).toBeGreaterThan(1);
  expect(text.match(/^c_seconds_count/gm)).toHaveLength(3000);
  expect(text).not.toContain('d_seconds');
});
