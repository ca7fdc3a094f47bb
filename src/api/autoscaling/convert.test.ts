import { expect, test } from 'vitest';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { hpaFromV1, hpaToV1 } from './convert.ts';

const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' };
const quantity = { type: 'AverageValue', averageValue: '10' };
const hpa: UnstructuredObject = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'h', annotations: { mine: 'x' } },
  spec: {
    scaleTargetRef: target,
    minReplicas: 1,
    maxReplicas: 5,
    behavior: { scaleUp: { selectPolicy: 'Max', policies: [{ type: 'Pods', value: 4, periodSeconds: 15 }] } },
    metrics: [
      { type: 'Pods', pods: { metric: { name: 'rps' }, target: quantity } },
      {
        type: 'External',
        external: { metric: { name: 'q', selector: { matchLabels: { a: 'b' } } }, target: { type: 'Value', value: '30' } },
      },
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } },
    ],
  },
  status: {
    currentReplicas: 2,
    desiredReplicas: 3,
    currentMetrics: [{ type: 'Pods', pods: { metric: { name: 'rps' }, current: { averageValue: '7' } } }],
    conditions: [{ type: 'AbleToScale', status: 'True' }],
  },
};

test('v1 shows the CPU target and keeps the rest in annotations', () => {
  const v1 = hpaToV1(hpa);
  expect(v1['spec']).toEqual({ scaleTargetRef: target, minReplicas: 1, maxReplicas: 5, targetCPUUtilizationPercentage: 60 });
  expect(Object.keys(v1.metadata.annotations ?? {}).toSorted()).toEqual([
    'autoscaling.alpha.kubernetes.io/behavior',
    'autoscaling.alpha.kubernetes.io/conditions',
    'autoscaling.alpha.kubernetes.io/current-metrics',
    'autoscaling.alpha.kubernetes.io/metrics',
    'mine',
  ]);
});

test('v2 → v1 → v2 loses nothing', () => {
  expect(hpaFromV1(hpaToV1(hpa))).toEqual(hpa);
});

test('without any metric the target is 80 % of the CPU request', () => {
  const bare = { ...hpa, apiVersion: 'autoscaling/v1', spec: { scaleTargetRef: target, maxReplicas: 5 } };
  expect((hpaFromV1(bare)['spec'] as { metrics: unknown }).metrics).toEqual([
    { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
  ]);
});
