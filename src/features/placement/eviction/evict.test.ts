import { describe, expect, test } from 'vitest';
import type { BindingSpec, BindingStatus, ResourceBinding } from '../api/resource-binding.ts';
import { evict, remainingTasks, takeBack } from './evict.ts';

const binding = (spec: Partial<BindingSpec>, status: BindingStatus = {}): ResourceBinding => ({
  apiVersion: 'work.karmada.io/v1alpha2',
  kind: 'ResourceBinding',
  metadata: { name: 'b', namespace: 'd', generation: 4 },
  spec: { resource: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' }, ...spec },
  status,
});

const west = { cluster: 'west', reason: 'TaintUntolerated', producer: 'TaintManager', message: 'm', at: '2026-01-01T00:00:00Z' };
const targets = [
  { name: 'east', replicas: 2 },
  { name: 'west', replicas: 3 },
];

describe('evict', () => {
  test('moves the target into a task that remembers its replicas', () => {
    expect(evict(binding({ clusters: targets }), west)).toEqual({
      clusters: [{ name: 'east', replicas: 2 }],
      gracefulEvictionTasks: [
        {
          fromCluster: 'west',
          reason: 'TaintUntolerated',
          producer: 'TaintManager',
          message: 'm',
          creationTimestamp: '2026-01-01T00:00:00Z',
          purgeMode: 'Gracefully',
          replicas: 3,
          clustersBeforeFailover: ['east', 'west'],
        },
      ],
    });
  });
  test('Directly leaves no task', () =>
    expect(evict(binding({ clusters: targets, failover: { cluster: { purgeMode: 'Directly' } } }), west)?.gracefulEvictionTasks).toEqual(
      [],
    ));
  test.each([
    [{ mode: 'Directly' }, { purgeMode: 'Directly' }],
    [{ mode: 'Never' }, { purgeMode: 'Never', suppressDeletion: true }],
    [
      { mode: 'Gracefully', gracePeriodSeconds: 5 },
      { purgeMode: 'Gracefully', gracePeriodSeconds: 5 },
    ],
  ] as const)('a failed application is purged as its policy says: %j', (purge, task) =>
    expect(evict(binding({ clusters: targets }), { ...west, purge })?.gracefulEvictionTasks).toEqual([expect.objectContaining(task)]),
  );
  test('a cluster that is no target is left alone', () => expect(evict(binding({ clusters: [] }), west)).toBeUndefined());
});

describe('remainingTasks', () => {
  const start = Date.parse('2026-01-01T00:00:00Z');
  const task = { fromCluster: 'west', reason: 'TaintUntolerated', producer: 'TaintManager', creationTimestamp: '2026-01-01T00:00:00Z' };
  const healthy: BindingStatus = {
    schedulerObservedGeneration: 4,
    conditions: [{ type: 'Scheduled', status: 'True', reason: 'Success', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' }],
    aggregatedStatus: [{ clusterName: 'east', applied: true, health: 'Healthy' }],
  };
  const spec = { clusters: [{ name: 'east', replicas: 5 }], gracefulEvictionTasks: [task] };
  test('over once the replacement is healthy', () => expect(remainingTasks(binding(spec, healthy), start + 1000).tasks).toEqual([]));
  test('one that purges directly is over once it is scheduled', () => {
    const direct = { ...spec, gracefulEvictionTasks: [{ ...task, purgeMode: 'Directly' as const }] };
    const unhealthy = { ...healthy, aggregatedStatus: [] };
    expect(remainingTasks(binding(direct, unhealthy), start + 1000).tasks).toEqual([]);
    expect(remainingTasks(binding(direct, { ...unhealthy, schedulerObservedGeneration: 3 }), start + 1000).tasks).toHaveLength(1);
  });
  test('waits while the newest generation is not scheduled', () =>
    expect(remainingTasks(binding(spec, { ...healthy, schedulerObservedGeneration: 3 }), start + 1000)).toEqual({
      tasks: [task],
      nextCheckSeconds: 599,
    }));
  test('over after ten minutes whatever happens', () => expect(remainingTasks(binding(spec), start + 600_000).tasks).toEqual([]));
  test('suppressDeletion keeps it', () => {
    const kept = { ...task, suppressDeletion: true };
    expect(remainingTasks(binding({ ...spec, gracefulEvictionTasks: [kept] }, healthy), start + 9e6)).toEqual({
      tasks: [kept],
      nextCheckSeconds: undefined,
    });
  });
});

describe('takeBack', () => {
  const task = { fromCluster: 'west', reason: 'TaintUntolerated', producer: 'TaintManager', replicas: 3 };
  const scheduled = (status: 'True' | 'False'): BindingStatus => ({
    conditions: [{ type: 'Scheduled', status, reason: 'NoClusterFit', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' }],
  });
  const spec = { gracefulEvictionTasks: [task] };
  test('a member that recovers before anything replaced it keeps its work', () =>
    expect(takeBack(binding(spec, scheduled('False')), () => true)).toEqual({
      clusters: [{ name: 'west', replicas: 3 }],
      gracefulEvictionTasks: [],
    }));
  test('not while it is still bad', () => expect(takeBack(binding(spec, scheduled('False')), () => false)).toBeUndefined());
  test('not when its work runs elsewhere', () => expect(takeBack(binding(spec, scheduled('True')), () => true)).toBeUndefined());
});
