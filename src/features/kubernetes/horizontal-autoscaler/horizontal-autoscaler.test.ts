import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Deployment } from '../../../api/apps/types.gen.ts';
import type { HorizontalPodAutoscaler } from '../../../api/autoscaling/types.gen.ts';
import type { Pod } from '../../../api/core/types.gen.ts';
import * as refs from '../../../api/refs.gen.ts';
import { podTemplate, startTestCluster } from '../testing/cluster.ts';
import type { TestCluster } from '../testing/cluster.ts';
import { limitSize } from './behaviour.ts';
import type { ScalingHistory } from './behaviour.ts';
import { proposeReplicas } from './replica-count.ts';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startTestCluster();
}, 30_000);
afterAll(() => cluster.stop());

const autoscaler = (name: string, spec: object = {}) => ({
  metadata: { name },
  spec: {
    minReplicas: 1,
    maxReplicas: 5,
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }],
    ...spec,
  },
});
const condition = (hpa: HorizontalPodAutoscaler | undefined, type: string) => hpa?.status?.conditions?.find((each) => each.type === type);

test('a busy Deployment grows as far as its target asks', async () => {
  const template = podTemplate(
    'busy',
    { containers: [{ name: 'main', image: 'busy:1', resources: { requests: { cpu: '100m' } } }] },
    { 'simulation.causeway.dev/cpu': '150m' },
  );
  await cluster.create(refs.deploymentsRef, {
    metadata: { name: 'busy' },
    spec: { replicas: 1, selector: { matchLabels: { app: 'busy' } }, template },
  });
  await cluster.until<Deployment>(refs.deploymentsRef, 'busy', (deployment) => deployment?.status?.readyReplicas === 1);
  await cluster.create(refs.horizontalPodAutoscalersRef, autoscaler('busy'));
  await cluster.until<Deployment>(refs.deploymentsRef, 'busy', (deployment) => deployment?.status?.readyReplicas === 3);
  const hpa = await cluster.until<HorizontalPodAutoscaler>(
    refs.horizontalPodAutoscalersRef,
    'busy',
    (each) => each?.status?.desiredReplicas === 3,
  );
  expect(condition(hpa, 'AbleToScale')).toMatchObject({ status: 'True', reason: 'SucceededRescale' });
  expect(condition(hpa, 'ScalingActive')?.message).toBe(
    'the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)',
  );
  expect(hpa.status?.currentMetrics).toEqual([
    { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 150, averageValue: '150m' } } },
  ]);
});

test('an autoscaler without a target says so', async () => {
  await cluster.create(refs.horizontalPodAutoscalersRef, autoscaler('missing'));
  const hpa = await cluster.until<HorizontalPodAutoscaler>(
    refs.horizontalPodAutoscalersRef,
    'missing',
    (each) => condition(each, 'AbleToScale') !== undefined,
  );
  expect(condition(hpa, 'AbleToScale')).toMatchObject({
    status: 'False',
    reason: 'FailedGetScale',
    message: `the HPA controller was unable to get the target's current scale: deployments.apps "missing" not found`,
  });
});

const pod = (name: string, ready = true): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { containers: [{ name: 'main', image: 'x', resources: { requests: { cpu: '100m' } } }] },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
});
const usage = (...used: readonly (number | undefined)[]) =>
  new Map(used.flatMap((cpu, index) => (cpu === undefined ? [] : [[`p${index}`, new Map([['main', { cpu }]])] as const])));

test.each([
  ['on target nothing changes', [pod('p0'), pod('p1')], usage(50, 50), 2],
  ['within tolerance nothing changes', [pod('p0'), pod('p1')], usage(54, 54), 2],
  ['twice the target needs twice the pods', [pod('p0'), pod('p1')], usage(100, 100), 4],
  ['half the target needs half the pods', [pod('p0'), pod('p1')], usage(25, 25), 1],
  ['a pod without metrics counts as idle when growing', [pod('p0'), pod('p1')], usage(200, undefined), 4],
  ['and as on target when shrinking', [pod('p0'), pod('p1')], usage(10, undefined), 2],
  ['a pod that is not ready does not drive growth', [pod('p0'), pod('p1', false)], usage(100, 300), 2],
])('%s', (_name, pods, used, replicas) => {
  const query = { resource: 'cpu', target: { utilization: 50 }, currentReplicas: 2, tolerance: { up: 0.1, down: 0.1 } };
  expect(proposeReplicas(pods, used, query).replicas).toBe(replicas);
});

test('requests that are missing are named', () => {
  const bare: Pod = { ...pod('p0'), spec: { containers: [{ name: 'main', image: 'x' }] } };
  const query = { resource: 'cpu', target: { utilization: 50 }, currentReplicas: 1, tolerance: { up: 0.1, down: 0.1 } };
  expect(() => proposeReplicas([bare], usage(10), query)).toThrow('missing request for cpu in container main of Pod p0');
});

const hpaOf = (spec: object): HorizontalPodAutoscaler => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'a' },
  spec: { minReplicas: 2, maxReplicas: 20, scaleTargetRef: { kind: 'Deployment', name: 'a' }, ...spec },
});
const limit = (
  current: number,
  wanted: number,
  { spec = {}, history = { recommendations: [], changes: [] } }: { spec?: object; history?: ScalingHistory } = {},
) => {
  const { replicas, limited, ableToScale } = limitSize(hpaOf(spec), current, { wanted, history, now: 1_000_000 });
  return [replicas, limited.reason, ableToScale.reason];
};

test('bounds, rates and windows hold sizes back', () => {
  expect(limit(5, 7)).toEqual([7, 'DesiredWithinRange', 'ReadyForNewScale']);
  expect(limit(5, 15)).toEqual([10, 'ScaleUpLimit', 'ReadyForNewScale']);
  expect(limit(15, 40)).toEqual([20, 'TooManyReplicas', 'ReadyForNewScale']);
  expect(limit(5, 1)).toEqual([2, 'TooFewReplicas', 'ReadyForNewScale']);
  const recent = { recommendations: [{ at: 900_000, replicas: 6 }], changes: [] };
  expect(limit(8, 3, { history: recent })).toEqual([6, 'DesiredWithinRange', 'ScaleDownStabilized']);
  const slow = { behavior: { scaleUp: { policies: [{ type: 'Pods', value: 2, periodSeconds: 60 }] } } };
  expect(limit(5, 9, { spec: slow })).toEqual([7, 'ScaleUpLimit', 'ReadyForNewScale']);
  expect(limit(5, 9, { spec: slow, history: { recommendations: [], changes: [{ at: 990_000, replicas: 1 }] } })).toEqual([
    6,
    'ScaleUpLimit',
    'ReadyForNewScale',
  ]);
  const disabled = { behavior: { scaleDown: { selectPolicy: 'Disabled', stabilizationWindowSeconds: 0 } } };
  expect(limit(5, 3, { spec: disabled })).toEqual([5, 'ScaleDownLimit', 'ReadyForNewScale']);
});
