import { expect, test } from 'vitest';
import type { Deployment, ReplicaSet } from '../../../api/apps/types.gen.ts';
import { scaleReplicaSets } from './proportional-scaling.ts';
import { fenceposts } from './replica-sets.ts';
import { newestSize, shrinkOld } from './rolling-update.ts';

const deployment = (
  replicas: number,
  rollingUpdate: { maxSurge?: number | string; maxUnavailable?: number | string } = {},
): Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: { replicas, selector: {}, template: {}, strategy: { type: 'RollingUpdate', rollingUpdate } },
});
const set = (name: string, replicas: number, available = replicas, annotations: Record<string, string> = {}): ReplicaSet => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name, annotations, creationTimestamp: `2026-01-01T00:00:0${name.slice(-1)}Z` },
  spec: { replicas, selector: {} },
  status: { replicas, availableReplicas: available },
});
const sizes = (resizes: readonly { replicaSet: ReplicaSet; replicas: number }[]) =>
  Object.fromEntries(resizes.map(({ replicaSet, replicas }) => [replicaSet.metadata.name, replicas]));

test.each([
  [10, '25%', '25%', { maxSurge: 3, maxUnavailable: 2 }],
  [1, '25%', '25%', { maxSurge: 1, maxUnavailable: 0 }],
  [10, 0, 0, { maxSurge: 0, maxUnavailable: 1 }],
  [2, 0, '30%', { maxSurge: 0, maxUnavailable: 1 }],
])('%d replicas with surge %s and unavailable %s', (replicas, maxSurge, maxUnavailable, expected) => {
  expect(fenceposts(deployment(replicas, { maxSurge, maxUnavailable }))).toEqual(expected);
});

test.each([
  ['room for the surge only', 10, [10], 0, 3],
  ['no room', 10, [10, 3], 3, 3],
  ['old pods are gone: all of it', 10, [0], 0, 10],
  ['fewer wanted than there are', 2, [0, 5], 5, 2],
])('the newest grows: %s', (_, desired, current, newest, expected) => {
  const [old = 0] = current;
  const newSet = set('new9', newest);
  const all = [set('old1', old), ...(newest > 0 ? [newSet] : [])];
  expect(newestSize(deployment(desired), all, newest > 0 ? newSet : undefined)).toBe(expected);
});

test('old pods that are not available go first, whatever availability allows', () => {
  const resizes = shrinkOld(deployment(4, { maxSurge: 1, maxUnavailable: 0 }), set('new9', 1, 1), [set('old1', 2, 0), set('old2', 2, 2)]);
  expect(sizes(resizes)).toEqual({ old1: 1 });
});

test('nothing shrinks while the newest is not available and no more may be missing', () => {
  expect(shrinkOld(deployment(4, { maxSurge: 1, maxUnavailable: 0 }), set('new9', 1, 0), [set('old1', 4)])).toEqual([]);
});

test('scaling in the middle of a rollout is shared in proportion', () => {
  const sized = { 'deployment.kubernetes.io/desired-replicas': '10', 'deployment.kubernetes.io/max-replicas': '13' };
  const resizes = scaleReplicaSets(deployment(15, { maxSurge: 3, maxUnavailable: 2 }), set('new9', 5, 5, sized), [
    set('old1', 8, 8, sized),
  ]);
  expect(sizes(resizes)).toEqual({ old1: 11, new9: 7 });
});
