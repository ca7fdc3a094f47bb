import { expect, test } from 'vitest';
import type { Pod } from './types.gen.ts';
import { validatePodResize } from './validate-pod-resize.ts';

type Fields = Record<string, unknown>;

const container = (more: Fields = {}): Fields => ({
  name: 'c',
  image: 'i',
  imagePullPolicy: 'Always',
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  resources: { requests: { cpu: '1', memory: '1Mi' } },
  ...more,
});
const pod = (containers: readonly Fields[], spec: Fields = {}, more: Fields = {}): Pod =>
  ({
    metadata: { name: 'p', namespace: 'n' },
    spec: { containers, restartPolicy: 'Always', dnsPolicy: 'ClusterFirst', terminationGracePeriodSeconds: 30, ...spec },
    ...more,
  }) as unknown as Pod;
const asking = (requests: Fields, more: Fields = {}): Fields => container({ resources: { requests, ...more } });
const old = pod([container()]);
const init = (cpu: string, more: Fields = {}): Fields => container({ name: 'init', resources: { requests: { cpu } }, ...more });

test.each<[string, Pod, Pod, string[]]>([
  ['more cpu', pod([asking({ cpu: '2', memory: '1Mi' })]), old, []],
  ['a negative amount', pod([asking({ cpu: '-1', memory: '1Mi' })]), old, ['spec.containers[0].resources.requests[cpu]']],
  ['no memory', pod([asking({ cpu: '1' })]), old, ['spec.containers[0].resources.requests']],
  ['nothing at all', pod([container({ resources: {} })]), old, ['spec', 'spec.containers[0].resources.requests']],
  ['a resource of another kind', pod([asking({ cpu: '1', memory: '1Mi', 'ephemeral-storage': '1' })]), old, ['spec']],
  ['another container', pod([container(), container({ name: 'd' })]), old, ['spec.containers']],
  ['another name', pod([container({ name: 'd' })]), old, ['spec.containers[0].name']],
  ['an init container', pod([container()], { initContainers: [init('2')] }), pod([container()], { initContainers: [init('1')] }), ['spec']],
  [
    'a sidecar',
    pod([container()], { initContainers: [init('2', { restartPolicy: 'Always' })] }),
    pod([container()], { initContainers: [init('1', { restartPolicy: 'Always' })] }),
    [],
  ],
  ['a Windows pod', old, pod([container()], { os: { name: 'windows' } }), ['[]']],
  [
    'a pod on a node that does not know of it',
    pod([asking({ cpu: '2', memory: '1Mi' })]),
    pod([container()], {}, { status: { containerStatuses: [{ name: 'c', state: { running: {} } }] } }),
    ['spec'],
  ],
])('%s', (_, now, before, fields) => {
  expect(validatePodResize(now, before).map(({ field }) => field)).toEqual(fields);
});
