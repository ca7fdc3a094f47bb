import { afterAll, beforeAll, expect, test } from 'vitest';
import { builtInKinds, resourceMetricsKinds } from '../api/kinds.ts';
import { decodeProtobuf } from '../api/protobuf.ts';
import { startTestServer, type TestServer } from '../apiserver/testing/test-server.ts';
import { resourceMetricsExtension } from './resource-metrics.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ kinds: [...builtInKinds, ...resourceMetricsKinds()], extensions: [resourceMetricsExtension] });
  const node = { metadata: { name: 'n1', labels: { zone: 'a' } } };
  await server.call('POST', '/api/v1/nodes', { body: { ...node, status: { conditions: [{ type: 'Ready', status: 'True' }] } } });
  await server.call('POST', '/api/v1/nodes', { body: { metadata: { name: 'n2' } } });
  for (const [name, app] of [
    ['p1', 'web'],
    ['p2', 'db'],
    ['p3', 'web'],
  ]) {
    const spec = { nodeName: 'n1', containers: [{ name: 'c', image: 'i', resources: { requests: { cpu: '1', memory: '64Mi' } } }] };
    await server.call('POST', '/api/v1/namespaces/default/pods', { body: { metadata: { name, labels: { app } }, spec } });
    if (name === 'p3') continue;
    const status = {
      phase: 'Running',
      containerStatuses: [{ name: 'c', image: 'i', imageID: '', ready: true, restartCount: 0, state: { running: {} } }],
    };
    await server.call('PATCH', `/api/v1/namespaces/default/pods/${name}/status`, {
      body: { status },
      headers: { 'content-type': 'application/merge-patch+json' },
    });
  }
});
afterAll(() => server.server.close());

const base = '/apis/metrics.k8s.io/v1beta1';
const names = ({ items }: { items: { metadata: object }[] }) => items.map(({ metadata }) => (metadata as { name: string }).name);

test('what runs uses something; nodes use what their pods do, and a little themselves', async () => {
  const { body } = await server.call('GET', `${base}/pods`);
  expect(names(body as never)).toEqual(['p1', 'p2']);
  expect(body.items[0]).toMatchObject({
    kind: 'PodMetrics',
    window: '15s',
    containers: [{ name: 'c', usage: { cpu: '500m', memory: '32Mi' } }],
  });
  const nodes = await server.call('GET', `${base}/nodes`);
  expect(nodes.body.items).toMatchObject([{ metadata: { name: 'n1', labels: { zone: 'a' } }, usage: { cpu: '1050m', memory: '320Mi' } }]);
});

test('selectors, single objects, and what is not there', async () => {
  expect(names((await server.call('GET', `${base}/namespaces/default/pods?labelSelector=app%3Ddb`)).body as never)).toEqual(['p2']);
  expect(names((await server.call('GET', `${base}/pods?fieldSelector=metadata.name%3Dp1`)).body as never)).toEqual(['p1']);
  expect(names((await server.call('GET', `${base}/namespaces/other/pods`)).body as never)).toEqual([]);
  expect((await server.call('GET', `${base}/namespaces/default/pods/p1`)).body.metadata['name']).toBe('p1');
  const missing = await server.call('GET', `${base}/namespaces/default/pods/p3`);
  expect([missing.status, missing.body['message']]).toEqual([404, 'podmetrics.metrics.k8s.io "default/p3" not found']);
  expect((await server.call('GET', `${base}/nodes/n2`)).body['message']).toBe('nodemetrics.metrics.k8s.io "n2" not found');
  expect((await server.call('DELETE', `${base}/nodes/n1`)).status).toBe(405);
});

test('protobuf, as kubectl top asks for it, and tables', async () => {
  const accept = 'application/vnd.kubernetes.protobuf,application/json';
  const { object } = decodeProtobuf((await server.call('GET', `${base}/nodes`, { headers: { accept } })).bytes);
  expect(object).toMatchObject({ kind: 'NodeMetricsList', items: [{ window: '15s', usage: { cpu: '1050m' } }] });
  const table = await server.call('GET', `${base}/pods`, { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } });
  expect((table.body['rows'] as { cells: unknown[] }[])[0]?.cells).toEqual(['p1', '500m', '32Mi', '15s']);
});
