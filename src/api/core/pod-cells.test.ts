import { expect, test } from 'vitest';
import type { UnstructuredObject } from '../../apimachinery/meta/object.ts';
import { podCells, podRowConditions } from './pod-cells.ts';

const now = new Date('2026-01-01T01:00:00Z');
const created = '2026-01-01T00:00:00Z';
const pod = (spec: object, status: object, metadata: object = {}): UnstructuredObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', creationTimestamp: created, ...metadata },
  spec: { containers: [{ name: 'a' }, { name: 'b' }], ...spec },
  status: { phase: 'Running', ...status },
});
const running = { running: { startedAt: created } };
const ready = [
  { name: 'a', ready: true, restartCount: 0, state: running },
  {
    name: 'b',
    ready: true,
    restartCount: 3,
    state: running,
    lastState: { terminated: { exitCode: 1, finishedAt: '2026-01-01T00:55:00Z' } },
  },
];

test.each<[string, UnstructuredObject, readonly unknown[]]>([
  ['pending', pod({}, { phase: 'Pending' }), ['p', '0/2', 'Pending', '0', '60m']],
  ['running with restarts', pod({}, { containerStatuses: ready }), ['p', '2/2', 'Running', '3 (5m ago)', '60m']],
  ['terminating', pod({}, { containerStatuses: ready }, { deletionTimestamp: created }), ['p', '2/2', 'Terminating', '3 (5m ago)', '60m']],
  [
    'crash loop',
    pod({}, { containerStatuses: [{ name: 'a', ready: false, restartCount: 2, state: { waiting: { reason: 'CrashLoopBackOff' } } }] }),
    ['p', '0/2', 'CrashLoopBackOff', '2', '60m'],
  ],
  [
    'init container running',
    pod(
      { initContainers: [{ name: 'i' }, { name: 'j' }] },
      { phase: 'Pending', initContainerStatuses: [{ name: 'i', restartCount: 0, state: running }] },
    ),
    ['p', '0/2', 'Init:0/2', '0', '60m'],
  ],
  [
    'init container failed',
    pod(
      { initContainers: [{ name: 'i' }] },
      { initContainerStatuses: [{ name: 'i', restartCount: 0, state: { terminated: { exitCode: 3 } } }] },
    ),
    ['p', '0/2', 'Init:ExitCode:3', '0', '60m'],
  ],
  [
    'sidecar ready',
    pod(
      { initContainers: [{ name: 'i', restartPolicy: 'Always' }] },
      { initContainerStatuses: [{ name: 'i', restartCount: 0, started: true, ready: true, state: running }], containerStatuses: ready },
    ),
    ['p', '3/3', 'Running', '3 (5m ago)', '60m'],
  ],
  [
    'completed',
    pod(
      {},
      {
        phase: 'Succeeded',
        containerStatuses: [{ name: 'a', restartCount: 0, state: { terminated: { exitCode: 0, reason: 'Completed' } } }],
      },
    ),
    ['p', '0/2', 'Completed', '0', '60m'],
  ],
  [
    'gated',
    pod({}, { phase: 'Pending', conditions: [{ type: 'PodScheduled', reason: 'SchedulingGated' }] }),
    ['p', '0/2', 'SchedulingGated', '0', '60m'],
  ],
])('%s', (_title, object, expected) => {
  expect(podCells(object, now).slice(0, 5)).toEqual(expected);
});

test.each([
  ['Running', []],
  ['Succeeded', [{ type: 'Completed', status: 'True', reason: 'Succeeded', message: 'The pod has completed successfully.' }]],
  ['Failed', [{ type: 'Completed', status: 'True', reason: 'Failed', message: 'The pod failed.' }]],
])('a row of a pod that is %s', (phase, conditions) => {
  expect(podRowConditions(pod({}, { phase }))).toEqual(conditions);
});
