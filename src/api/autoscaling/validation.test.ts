import { expect, test } from 'vitest';
import { validateHorizontalPodAutoscaler } from './validation.ts';

const errors = (apiVersion: string, kind: string) =>
  validateHorizontalPodAutoscaler({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'h' },
    spec: { scaleTargetRef: { apiVersion, kind, name: 'web' }, maxReplicas: 2 },
  });

test('what is scaled names its API group, but for ReplicationControllers, which are of the core group', () => {
  expect(errors('apps/v1', 'Deployment')).toEqual([]);
  expect(errors('v1', 'ReplicationController')).toEqual([]);
  expect(errors('v1', 'Deployment')).toMatchObject([
    { field: 'spec.scaleTargetRef.apiVersion', detail: 'apiVersion must specify API group' },
  ]);
});
