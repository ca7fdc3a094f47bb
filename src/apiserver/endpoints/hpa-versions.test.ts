import { beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../testing/test-server.ts';

const path = (version: string, subresource = ''): string =>
  `/apis/autoscaling/${version}/namespaces/default/horizontalpodautoscalers/web${subresource}`;
const behavior = { scaleUp: { selectPolicy: 'Max', policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }] } };
const metrics = [
  { type: 'Pods', pods: { metric: { name: 'rps' }, target: { type: 'AverageValue', averageValue: '10' } } },
  { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } },
];
const conditions = [{ type: 'AbleToScale', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }];

let call: TestServer['call'];
beforeAll(async () => {
  ({ call } = await startTestServer());
  const spec = { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas: 5, behavior, metrics };
  const created = await call('POST', '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers', {
    body: { metadata: { name: 'web' }, spec },
  });
  expect(created.status).toBe(201);
  const status = { currentReplicas: 2, desiredReplicas: 3, conditions };
  expect((await call('PUT', path('v2', '/status'), { body: { ...created.body, status } })).status).toBe(200);
});

test('a status written in v1 without the annotations that hold the specification leaves it', async () => {
  const { body } = await call('GET', path('v1'));
  const { annotations: _, ...metadata } = body.metadata;
  const put = await call('PUT', path('v1', '/status'), { body: { ...body, metadata, status: { currentReplicas: 4, desiredReplicas: 4 } } });
  expect(put.status).toBe(200);
  expect((await call('GET', path('v2'))).body).toMatchObject({ spec: { behavior, metrics }, status: { currentReplicas: 4 } });
});

test('an object written in v1 without the annotations that hold the status leaves it', async () => {
  const { body } = await call('GET', path('v2'));
  expect(
    (await call('PUT', path('v2', '/status'), { body: { ...body, status: { ...(body['status'] as object), conditions } } })).status,
  ).toBe(200);
  const v1 = (await call('GET', path('v1'))).body;
  const { annotations: _, ...metadata } = v1.metadata;
  expect((await call('PUT', path('v1'), { body: { ...v1, metadata } })).status).toBe(200);
  expect((await call('GET', path('v2'))).body).toMatchObject({ status: { conditions } });
});
