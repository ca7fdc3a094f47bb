import { describe, expect, test } from 'vitest';
import type { Cluster } from '../../fleet/api/cluster.ts';
import type { Placement } from '../api/placement.ts';
import type { ResourceBinding } from '../api/resource-binding.ts';
import { schedule } from './schedule.ts';

const cluster = (name: string, more: Partial<Cluster['spec']> = {}, status?: Cluster['status']): Cluster => ({
  apiVersion: 'cluster.karmada.io/v1alpha1',
  kind: 'Cluster',
  metadata: { name, labels: { name } },
  spec: { syncMode: 'Push', ...more },
  ...(status ? { status } : {}),
});

const fleet = [cluster('east', { region: 'eu' }), cluster('west', { region: 'us' }), cluster('north', { region: 'eu' })];

const binding = (
  placement: Placement,
  more: Partial<ResourceBinding['spec']> = {},
  status: ResourceBinding['status'] = {},
): ResourceBinding => ({
  apiVersion: 'work.karmada.io/v1alpha2',
  kind: 'ResourceBinding',
  metadata: { name: 'shop-deployment', namespace: 'default' },
  spec: { resource: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop', namespace: 'default' }, replicas: 6, placement, ...more },
  status,
});

const run = (subject: ResourceBinding, clusters: readonly Cluster[] = fleet, free: number | Record<string, number> = 10, fresh = false) =>
  schedule({
    binding: subject,
    clusters,
    fresh,
    estimate: ({ metadata }) => (typeof free === 'number' ? free : (free[metadata.name] ?? 0)),
  });

const placed = (...args: Parameters<typeof run>) => {
  const result = run(...args);
  return result.ok ? Object.fromEntries(result.targets.map(({ name, replicas }) => [name, replicas])) : result.message;
};

test('no placement duplicates to every cluster', () => expect(placed(binding({}))).toEqual({ east: 6, west: 6, north: 6 }));

test('an object without replicas goes to every chosen cluster', () => {
  const result = run({
    ...binding({ clusterAffinity: { clusterNames: ['east', 'west'] } }),
    spec: {
      resource: { apiVersion: 'v1', kind: 'ConfigMap', name: 'c' },
      placement: { clusterAffinity: { clusterNames: ['east', 'west'] } },
    },
  });
  expect(result.ok && result.targets).toEqual([{ name: 'east' }, { name: 'west' }]);
});

test('static weights follow the highest matching rule', () => {
  const placement: Placement = {
    replicaScheduling: {
      replicaSchedulingType: 'Divided',
      replicaDivisionPreference: 'Weighted',
      weightPreference: {
        staticWeightList: [
          { targetCluster: { fieldSelector: { matchExpressions: [{ key: 'region', operator: 'In', values: ['eu'] }] } }, weight: 1 },
          { targetCluster: { clusterNames: ['east'] }, weight: 2 },
        ],
      },
    },
  };
  expect(placed(binding(placement))).toEqual({ east: 4, north: 2 });
});

describe('reasons', () => {
  test('are given per cluster and summed up', () => {
    const clusters = [cluster('east', { taints: [{ key: 'maintenance', effect: 'NoSchedule' }] }), ...fleet.slice(1)];
    const result = run(binding({ clusterAffinity: { clusterNames: ['east'] } }), clusters);
    expect(result).toMatchObject({
      ok: false,
      reason: 'NoClusterFit',
      message:
        '0/3 clusters are available: 1 cluster(s) had untolerated taint {maintenance:NoSchedule}, 2 cluster(s) did not match the placement cluster affinity constraint.',
    });
    expect(result.reasons.get('west')).toBe('cluster(s) did not match the placement cluster affinity constraint');
  });
  test('a kind that is not served, unless the cluster already holds it', () => {
    const bare = cluster('bare', {}, { apiEnablements: [{ groupVersion: 'v1', resources: [{ name: 'pods', kind: 'Pod' }] }] });
    expect(placed(binding({}), [bare])).toContain('did not have the API resource apps/v1 Deployment');
    expect(placed(binding({}, { clusters: [{ name: 'bare', replicas: 6 }] }), [bare])).toEqual({ bare: 6 });
  });
  test('an empty fleet says so', () => expect(placed(binding({}), [])).toBe('0/0 clusters are available: no cluster has joined.'));
  test('short capacity is told of every cluster', () => {
    const aggregated: Placement = { replicaScheduling: { replicaSchedulingType: 'Divided', replicaDivisionPreference: 'Aggregated' } };
    const { reasons } = run(binding(aggregated), fleet, { east: 3, west: 1 });
    expect(Object.fromEntries(reasons)).toEqual({
      east: 'cluster(s) has room for 3 more replicas',
      west: 'cluster(s) has room for 1 more replicas',
      north: 'cluster(s) has room for 0 more replicas',
    });
  });
  test('short capacity places nothing', () =>
    expect(
      placed(binding({ replicaScheduling: { replicaSchedulingType: 'Divided', replicaDivisionPreference: 'Aggregated' } }), fleet, 1),
    ).toBe('clusters have room for 3 more replicas: 6 are needed'));
});

describe('taints', () => {
  const tainted = (effect: 'NoSchedule' | 'NoExecute') => [
    cluster('east', { taints: [{ key: 'cluster.karmada.io/not-ready', effect }] }),
    fleet[1]!,
  ];
  const holding = { clusters: [{ name: 'east', replicas: 6 }] };
  test('NoSchedule keeps what is there', () => expect(placed(binding({}, holding), tainted('NoSchedule'))).toEqual({ east: 6, west: 6 }));
  test('NoExecute does not', () => expect(placed(binding({}, holding), tainted('NoExecute'))).toEqual({ west: 6 }));
  test('unless tolerated', () =>
    expect(placed(binding({ clusterTolerations: [{ operator: 'Exists' }] }, holding), tainted('NoExecute'))).toEqual({ east: 6, west: 6 }));
});

describe('several affinities', () => {
  const placement: Placement = {
    clusterAffinities: [
      { affinityName: 'first', clusterNames: ['east'] },
      { affinityName: 'second', clusterNames: ['west'] },
    ],
    replicaScheduling: { replicaSchedulingType: 'Divided', replicaDivisionPreference: 'Aggregated' },
  };
  test('are tried in order', () =>
    expect(run(binding(placement), fleet, { east: 1, west: 9 })).toMatchObject({ ok: true, affinityName: 'second' }));
  test('from the last used one, without failing back by itself', () =>
    expect(run(binding(placement, {}, { schedulerObservingAffinityName: 'second' }))).toMatchObject({ ok: true, affinityName: 'second' }));
  test('a fresh run starts again at the first', () =>
    expect(run(binding(placement, {}, { schedulerObservingAffinityName: 'second' }), fleet, 10, true)).toMatchObject({
      affinityName: 'first',
    }));
  test('overflow fills tier by tier', () => {
    const overflow: Placement = {
      ...placement,
      clusterAffinities: [
        { affinityName: 'home', clusterNames: ['east'], overflowAffinities: [{ affinityName: 'cloud', clusterNames: ['west'] }] },
      ],
    };
    expect(placed(binding(overflow), fleet, { east: 4, west: 9 })).toEqual({ east: 4, west: 2 });
    expect(placed(binding(overflow), fleet, { east: 6, west: 9 })).toEqual({ east: 6 });
  });
});

test('clusters under eviction are left out', () =>
  expect(
    placed(binding({}, { gracefulEvictionTasks: [{ fromCluster: 'east', reason: 'TaintUntolerated', producer: 'TaintManager' }] })),
  ).toEqual({ west: 6, north: 6 }));
