import { describe, expect, test } from 'vitest';
import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import { aggregateStatus } from './aggregate.ts';
import { dependenciesOf } from './dependencies.ts';
import { healthOf } from './health.ts';
import { pruneTemplate } from './prune.ts';
import { replicasOf } from './replicas.ts';
import { retain } from './retain.ts';

const deployment = (more: Record<string, unknown> = {}, metadata: Record<string, unknown> = {}): UnstructuredObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'shop', namespace: 'default', generation: 2, ...metadata },
  spec: { replicas: 3, template: { spec: { containers: [{ name: 'app', image: 'shop:1' }] } } },
  ...more,
});

describe('replicasOf', () => {
  test('a Deployment with the requests of one replica, the larger of init and app containers', () => {
    const object = deployment({
      spec: {
        replicas: 4,
        template: {
          spec: {
            nodeSelector: { disk: 'ssd' },
            initContainers: [{ name: 'i', resources: { requests: { cpu: '2', memory: '1Mi' } } }],
            containers: [
              { name: 'a', resources: { requests: { cpu: '300m', memory: '64Mi' } } },
              { name: 'b', resources: { requests: { cpu: '700m' } } },
            ],
          },
        },
      },
    });
    expect(replicasOf(object)).toEqual({
      replicas: 4,
      requirements: { resourceRequest: { cpu: '2', memory: '64Mi' }, nodeClaim: { nodeSelector: { disk: 'ssd' } }, namespace: 'default' },
    });
  });
  test.each([
    ['Job', { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j' }, spec: { parallelism: 5, completions: 3 } }, 3],
    ['custom kind', { apiVersion: 'example.dev/v1', kind: 'Fleetlet', metadata: { name: 'f' }, spec: { replicas: 2 } }, 2],
    ['DaemonSet', { apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'd' }, spec: {} }, undefined],
    ['ConfigMap', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } }, undefined],
  ])('%s', (_name, object, expected) => expect(replicasOf(object)?.replicas).toBe(expected));
});

describe('aggregateStatus', () => {
  const report = (cluster: string, ready: number, more: Record<string, unknown> = {}) => ({
    clusterName: cluster,
    status: {
      replicas: ready,
      readyReplicas: ready,
      updatedReplicas: ready,
      availableReplicas: ready,
      observedGeneration: 7,
      generation: 7,
      resourceTemplateGeneration: 2,
      conditions: [
        {
          type: 'Available',
          status: ready > 0 ? 'True' : 'False',
          reason: 'Minimum',
          message: 'm',
          lastTransitionTime: '2026-01-01T00:00:00Z',
        },
      ],
      ...more,
    },
  });
  test('sums counters, takes the template generation when every cluster is current', () => {
    expect(aggregateStatus(deployment(), [report('east', 2), report('west', 1)])).toMatchObject({
      replicas: 3,
      readyReplicas: 3,
      observedGeneration: 2,
    });
  });
  test('one cluster that lags holds the generation back', () => {
    const object = deployment({ status: { observedGeneration: 1 } });
    expect(aggregateStatus(object, [report('east', 2), report('west', 1, { observedGeneration: 6 })])).toMatchObject({
      observedGeneration: 1,
    });
  });
  test('a cluster that has not reported yet holds the generation back, and a Job unfinished', () => {
    expect(aggregateStatus(deployment(), [report('east', 3), { clusterName: 'west' }])).toMatchObject({
      readyReplicas: 3,
      observedGeneration: 0,
    });
    const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j' } };
    const done = { succeeded: 2, conditions: [{ type: 'Complete', status: 'True' }] };
    expect(aggregateStatus(job, [{ clusterName: 'east', status: done }, { clusterName: 'west' }])).toEqual({ succeeded: 2 });
  });
  test('a condition is True only where it is True everywhere, and names who decides', () => {
    const status = aggregateStatus(deployment(), [report('east', 2), report('west', 0)]);
    expect(status?.['conditions']).toEqual([
      { type: 'Available', status: 'False', reason: 'Minimum', message: 'west: m', lastTransitionTime: '2026-01-01T00:00:00Z' },
    ]);
  });
  test('a finished Job is frozen', () => {
    const job = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'j' },
      status: { succeeded: 2, conditions: [{ type: 'Complete', status: 'True' }] },
    };
    expect(aggregateStatus(job, [{ clusterName: 'east', status: { active: 1 } }])).toBeUndefined();
  });
  test.each([
    [['Running', 'Failed'], 'Failed'],
    [['Running', 'Pending'], 'Pending'],
    [['Succeeded', 'Running'], 'Running'],
    [['Succeeded', 'Succeeded'], 'Succeeded'],
  ])('pod phases %j are %s', (phases, expected) => {
    const items = phases.map((phase, index) => ({ clusterName: `c${index}`, status: { phase } }));
    expect(aggregateStatus({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' } }, items)).toMatchObject({ phase: expected });
  });
  test.each([
    ['Pod', 'Running'],
    ['PersistentVolumeClaim', 'Bound'],
  ])('a %s that a cluster has not reported yet is Pending there', (kind, phase) => {
    const items = [{ clusterName: 'east', status: { phase } }, { clusterName: 'west' }];
    expect(aggregateStatus({ apiVersion: 'v1', kind, metadata: { name: 'p' } }, items)).toMatchObject({ phase: 'Pending' });
  });
});

describe('health', () => {
  test.each([
    ['ready', { observedGeneration: 2, updatedReplicas: 3, availableReplicas: 3 }, 'Healthy'],
    ['stale status', { observedGeneration: 1, updatedReplicas: 3, availableReplicas: 3 }, 'Unhealthy'],
    ['one missing', { observedGeneration: 2, updatedReplicas: 3, availableReplicas: 2 }, 'Unhealthy'],
  ])('Deployment %s', (_name, status, expected) => expect(healthOf(deployment({ status }))).toBe(expected));
  test('a custom kind goes by its Ready condition', () => {
    const object = {
      apiVersion: 'example.dev/v1',
      kind: 'F',
      metadata: { name: 'f' },
      status: { conditions: [{ type: 'Ready', status: 'False' }] },
    };
    expect(healthOf(object)).toBe('Unhealthy');
  });
});

test('dependencies: ConfigMaps, Secrets, ServiceAccount and claims, without claim templates', () => {
  const object = {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 's', namespace: 'shop' },
    spec: {
      volumeClaimTemplates: [{ metadata: { name: 'data' } }],
      template: {
        spec: {
          serviceAccountName: 'shop',
          imagePullSecrets: [{ name: 'pull' }],
          containers: [
            {
              name: 'a',
              envFrom: [{ configMapRef: { name: 'env' } }],
              env: [{ name: 'X', valueFrom: { secretKeyRef: { name: 'key', key: 'x' } } }],
            },
          ],
          volumes: [
            { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
            { name: 'p', projected: { sources: [{ configMap: { name: 'proj' } }] } },
          ],
        },
      },
    },
  };
  expect(dependenciesOf(object).map(({ kind, name }) => `${kind}/${name}`)).toEqual([
    'ConfigMap/env',
    'ConfigMap/proj',
    'Secret/key',
    'Secret/pull',
    'ServiceAccount/shop',
  ]);
});

test('prune drops what the hub filled in and leaves the template alone', () => {
  const service: UnstructuredObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 's', namespace: 'd', uid: 'u', resourceVersion: '3', managedFields: [], labels: { a: 'b' } },
    spec: { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'], ports: [{ port: 80 }] },
    status: { loadBalancer: {} },
  };
  expect(pruneTemplate(service)).toEqual({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 's', namespace: 'd', labels: { a: 'b' } },
    spec: { ports: [{ port: 80 }] },
  });
  expect(service).toHaveProperty('status');
});

test('a member does not remove a finished Job by itself', () => {
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j' }, spec: { ttlSecondsAfterFinished: 5, template: {} } };
  expect(pruneTemplate(job as UnstructuredObject)['spec']).toEqual({ template: {} });
});

test('retain keeps the member’s own fields', () => {
  const desired: UnstructuredObject = { apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec: { ports: [] } };
  retain(desired, { ...desired, spec: { clusterIP: '10.1.2.3', clusterIPs: ['10.1.2.3'] } });
  expect(desired['spec']).toEqual({ ports: [], clusterIP: '10.1.2.3', clusterIPs: ['10.1.2.3'] });
  const scaled = deployment({}, { labels: { 'resourcetemplate.karmada.io/retain-replicas': 'true' } });
  retain(scaled, deployment({ spec: { replicas: 9 } }));
  expect(scaled['spec']).toMatchObject({ replicas: 9 });
});

test('a claim keeps its volume, and the class that the member chose where the template names none', () => {
  const claim = (spec: Record<string, unknown>): UnstructuredObject =>
    ({ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data' }, spec }) as UnstructuredObject;
  const live = claim({ volumeName: 'pv-1', storageClassName: 'fast' });
  const open = claim({ accessModes: ['ReadWriteOnce'] });
  retain(open, live);
  expect(open['spec']).toEqual({ accessModes: ['ReadWriteOnce'], volumeName: 'pv-1', storageClassName: 'fast' });
  const said = claim({ storageClassName: 'slow' });
  retain(said, live);
  expect(said['spec']).toEqual({ volumeName: 'pv-1', storageClassName: 'slow' });
});
