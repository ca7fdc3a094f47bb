import { expect, test } from 'vitest';
import type { DaemonSet } from '../../../api/apps/types.gen.ts';
import type { Node, Pod } from '../../../api/core/types.gen.ts';
import { nextStatus, planPlacement, planUpdate } from './reconcile.ts';
import type { DaemonView } from './reconcile.ts';

const now = Date.UTC(2026, 0, 1);
const nodes: Node[] = ['a', 'b', 'c'].map((name) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name }, spec: {} }));
const set = (rollingUpdate: object): DaemonSet => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'agent', generation: 2 },
  spec: {
    selector: { matchLabels: { app: 'agent' } },
    template: { metadata: { labels: { app: 'agent' } }, spec: { containers: [{ name: 'main', image: 'agent' }] } },
    updateStrategy: { type: 'RollingUpdate', rollingUpdate },
  },
});
const pod = (nodeName: string, hash: string, { ready = true, age = 100 }: { ready?: boolean; age?: number } = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: `agent-${nodeName}-${hash}`,
    labels: { app: 'agent', 'controller-revision-hash': hash },
    creationTimestamp: new Date(now - age * 1000).toISOString(),
  },
  spec: { nodeName, containers: [{ name: 'main', image: 'agent' }] },
  status: {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: new Date(now - 1000).toISOString() }],
  },
});
const view = (rollingUpdate: object, pods: readonly Pod[]): DaemonView => ({ set: set(rollingUpdate), nodes, pods, hash: 'new', now });
const names = ({ createOn, remove }: { readonly createOn: readonly string[]; readonly remove: readonly Pod[] }) => ({
  createOn,
  remove: remove.map(({ metadata }) => metadata.name),
});
const old = ['a', 'b', 'c'].map((name) => pod(name, 'old'));

test.each([
  ['one at a time by default', {}, old, { createOn: [], remove: ['agent-a-old'] }],
  ['two when two may be away', { maxUnavailable: 2 }, old, { createOn: [], remove: ['agent-a-old', 'agent-b-old'] }],
  ['none while one is away', {}, [pod('a', 'new', { ready: false }), ...old.slice(1)], { createOn: [], remove: [] }],
  [
    'those that are down anyway at once',
    {},
    [pod('a', 'old', { ready: false }), pod('b', 'old'), pod('c', 'old')],
    { createOn: [], remove: ['agent-a-old'] },
  ],
  ['surging puts a second pod beside the old one', { maxSurge: 1, maxUnavailable: 0 }, old, { createOn: ['a'], remove: [] }],
  [
    'surging waits for the pods that surge',
    { maxSurge: 1, maxUnavailable: 0 },
    [...old, pod('a', 'new', { ready: false, age: 1 })],
    { createOn: [], remove: [] },
  ],
])('%s', (_name, rollingUpdate, pods, plan) => {
  expect(names(planUpdate(view(rollingUpdate, pods)))).toEqual(plan);
});

test('the old pod goes once the new one beside it is available', () => {
  const surging = (ready: boolean) => view({ maxSurge: 1, maxUnavailable: 0 }, [...old, pod('a', 'new', { ready, age: 1 })]);
  expect(names(planPlacement(surging(false)))).toEqual({ createOn: [], remove: [] });
  expect(names(planPlacement(surging(true)))).toEqual({ createOn: [], remove: ['agent-a-old'] });
});

test('missing pods are made, failed ones removed, and each node counts once', () => {
  const failed: Pod = { ...pod('b', 'new'), status: { phase: 'Failed' } };
  expect(names(planPlacement(view({}, [pod('a', 'new'), failed])))).toEqual({ createOn: ['c'], remove: ['agent-b-new'] });
  const surging = view({ maxSurge: 1, maxUnavailable: 0 }, [...old, pod('a', 'new', { age: 1 })]);
  expect(nextStatus(surging)).toMatchObject({ desiredNumberScheduled: 3, currentNumberScheduled: 3, numberReady: 3 });
  expect(nextStatus(surging).updatedNumberScheduled).toBeUndefined();
});
