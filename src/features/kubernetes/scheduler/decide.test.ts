import { expect, test } from 'vitest';
import type { Node, Pod, PodSpec } from '../../../api/core/types.gen.ts';
import { chooseNode, explain, findFeasible } from './decide.ts';
import type { Cluster } from './filters/filter.ts';
import { createNodeInfo } from './node-info.ts';
import { createPodInfo } from './pod-info.ts';

const node = (
  name: string,
  { labels = {}, spec = {}, cpu = '4' }: { labels?: Record<string, string>; spec?: NonNullable<Node['spec']>; cpu?: string } = {},
): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } },
  spec,
  status: { allocatable: { cpu, memory: '8Gi', pods: '10' } },
});
const pod = (name: string, spec: Partial<PodSpec> = {}, labels: Record<string, string> = {}): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', labels },
  spec: { containers: [{ name: 'main', image: 'x' }], ...spec },
});
const asking = (cpu: string): Partial<PodSpec> => ({ containers: [{ name: 'main', image: 'x', resources: { requests: { cpu } } }] });
const cluster = (...nodes: readonly [Node, ...Pod[]][]): Cluster => ({
  nodes: nodes.map(([object, ...pods]) => createNodeInfo(object, pods.map(createPodInfo))),
  namespaceLabels: () => ({}),
  claim: () => undefined,
  volume: () => undefined,
  storageClass: () => undefined,
});
const why = (incoming: Pod, view: Cluster): string => explain([...findFeasible(createPodInfo(incoming), view).rejected.values()]);
const feasible = (incoming: Pod, view: Cluster): string[] => findFeasible(createPodInfo(incoming), view).feasible.map(({ name }) => name);
const chosen = (incoming: Pod, view: Cluster): string => {
  const info = createPodInfo(incoming);
  return chooseNode(info, findFeasible(info, view).feasible, { cluster: view, random: () => 0 }).name;
};

test('the reasons are counted and sorted', () => {
  const view = cluster(
    [node('a', { spec: { unschedulable: true } })],
    [node('b', { spec: { taints: [{ key: 'gpu', effect: 'NoSchedule' }] } })],
    [node('c', { cpu: '1' }), pod('full', asking('900m'))],
    [node('d', { cpu: '1' }), pod('full', asking('900m'))],
  );
  expect(why(pod('new', asking('500m')), view)).toBe(
    '0/4 nodes are available: 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable, 2 Insufficient cpu.',
  );
});

test('a toleration, a selector and a host port decide', () => {
  const view = cluster(
    [node('a', { labels: { disk: 'ssd' }, spec: { taints: [{ key: 'gpu', effect: 'NoSchedule' }] } })],
    [node('b', { labels: { disk: 'hdd' } })],
  );
  expect(feasible(pod('p', { nodeSelector: { disk: 'ssd' } }), view)).toEqual([]);
  expect(feasible(pod('p', { nodeSelector: { disk: 'ssd' }, tolerations: [{ key: 'gpu', operator: 'Exists' }] }), view)).toEqual(['a']);
  const port: Partial<PodSpec> = { containers: [{ name: 'main', image: 'x', ports: [{ containerPort: 80, hostPort: 80 }] }] };
  expect(why(pod('p', port), cluster([node('a'), pod('q', port)]))).toBe(
    "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.",
  );
});

test('anti-affinity keeps apart, in both directions', () => {
  const apart: Partial<PodSpec> = {
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'web' } } },
        ],
      },
    },
  };
  const view = cluster([node('a'), pod('web-1', apart, { app: 'web' })], [node('b')]);
  expect(feasible(pod('web-2', apart, { app: 'web' }), view)).toEqual(['b']);
  expect(why(pod('plain', {}, { app: 'web' }), cluster([node('a'), pod('web-1', apart, { app: 'web' })]))).toBe(
    "0/1 nodes are available: 1 node(s) didn't satisfy existing pods anti-affinity rules.",
  );
});

test('the first of a group that wants to be together may start anywhere, the second joins it', () => {
  const together: Partial<PodSpec> = {
    affinity: {
      podAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'db' } } },
        ],
      },
    },
  };
  expect(feasible(pod('db-1', together, { app: 'db' }), cluster([node('a')], [node('b')]))).toEqual(['a', 'b']);
  expect(feasible(pod('db-2', together, { app: 'db' }), cluster([node('a')], [node('b'), pod('db-1', {}, { app: 'db' })]))).toEqual(['b']);
});

test('topology spread holds the skew', () => {
  const spread: Partial<PodSpec> = {
    topologySpreadConstraints: [
      { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 'web' } } },
    ],
  };
  const view = cluster(
    [node('a', { labels: { zone: '1' } }), pod('w1', {}, { app: 'web' })],
    [node('b', { labels: { zone: '2' } })],
    [node('c')],
  );
  expect(feasible(pod('w2', spread, { app: 'web' }), view)).toEqual(['b']);
  expect(why(pod('w2', spread, { app: 'web' }), view)).toContain(
    "1 node(s) didn't match pod topology spread constraints (missing required label)",
  );
});

test('the emptier node is chosen, a preference outweighs it', () => {
  const view = cluster(
    [node('a'), pod('busy', asking('3'))],
    [node('b', { labels: { disk: 'hdd' } })],
    [node('c', { labels: { disk: 'ssd' } }), pod('some', asking('1'))],
  );
  expect(chosen(pod('p', asking('500m')), view)).toBe('b');
  const preference: Partial<PodSpec> = {
    affinity: {
      nodeAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 100, preference: { matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd'] }] } },
        ],
      },
    },
  };
  expect(chosen(pod('p', preference), view)).toBe('c');
});
