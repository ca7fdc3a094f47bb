import { expect, test } from 'vitest';
import type { Pod, Taint, Toleration } from '../../../api/core/types.gen.ts';
import { countedFrom, toleratedSeconds } from './controller.ts';

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString();
const taint = (key: string, second?: number): Taint => ({
  key,
  effect: 'NoExecute',
  ...(second === undefined ? {} : { timeAdded: at(second) }),
});
const podOf = (created: number, scheduled?: number): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', creationTimestamp: at(created) },
  spec: { containers: [] },
  ...(scheduled === undefined
    ? {}
    : { status: { conditions: [{ type: 'PodScheduled', status: 'True', lastTransitionTime: at(scheduled) }] } }),
});

test.each([
  ['a taint that comes later', podOf(0), [taint('a', 60)], 60],
  ['the first of several', podOf(0, 1), [taint('a', 70), taint('b', 60)], 60],
  ['a pod that came to a tainted node', podOf(100), [taint('a', 60)], 100],
  ['a pod that was bound late', podOf(0, 100), [taint('a', 60)], 100],
  ['a taint without a time', podOf(0), [taint('a')], 500],
])('tolerations count from %s', (_what, pod, taints, expected) => {
  expect(new Date(countedFrom(pod, taints, Date.parse(at(500)))).toISOString()).toBe(at(expected));
});

test('the shortest toleration counts; without one there is no time at all', () => {
  const tolerations: Toleration[] = [
    { key: 'a', operator: 'Exists', tolerationSeconds: 300 },
    { key: 'b', operator: 'Exists' },
  ];
  expect(toleratedSeconds([taint('a'), taint('b')], tolerations)).toBe(300);
  expect(toleratedSeconds([taint('b')], tolerations)).toBe(Infinity);
  expect(toleratedSeconds([taint('c')], tolerations)).toBe(0);
});
