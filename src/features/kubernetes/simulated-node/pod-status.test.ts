import { expect, test } from 'vitest';
import type { Pod } from '../../../api/core/types.gen.ts';
import { stepPod } from './pod-status.ts';
import { defaultTiming } from './simulation.ts';

const start = Date.UTC(2026, 0, 1);
const podOf = (spec: Partial<Pod['spec']>): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'default', uid: 'u', generation: 3 },
  spec: { containers: [{ name: 'main', image: 'x' }], ...spec },
});
/** The pod after steps at the seconds given. */
const after = (pod: Pod, ...seconds: readonly number[]) => {
  let current = pod;
  let dueSeconds: number | undefined;
  for (const second of seconds) {
    const step = stepPod(current, { timing: defaultTiming, now: start + second * 1000, hostIP: '10.0.0.1', podIP: '10.1.0.1' });
    current = { ...current, status: step.status };
    dueSeconds = step.dueSeconds;
  }
  return { status: current.status, dueSeconds };
};
const initialized = ({ status }: ReturnType<typeof after>) => status?.conditions?.find(({ type }) => type === 'Initialized');
const init = (name: string, ...command: string[]) => ({ name, image: 'busybox', command });

test('a kubelet says which generation of the pod it has seen', () => {
  expect(after(podOf({}), 0).status?.observedGeneration).toBe(3);
});

test('init containers run one after the other before the others start', () => {
  const pod = podOf({ initContainers: [init('one', 'sleep', '5'), init('two', 'true')] });
  const early = after(pod, 0);
  expect(early.dueSeconds).toBe(5);
  expect(early.status).toMatchObject({
    phase: 'Pending',
    initContainerStatuses: [{ state: { running: {} } }, { state: { waiting: { reason: 'PodInitializing' } } }],
    containerStatuses: [{ state: { waiting: { reason: 'PodInitializing' } } }],
  });
  expect(initialized(early)).toMatchObject({ status: 'False', message: 'containers with incomplete status: [one two]' });
  const late = after(pod, 0, 5);
  expect(late.status).toMatchObject({ phase: 'Running', containerStatuses: [{ ready: true }] });
  expect(late.status?.initContainerStatuses?.map(({ ready, state }) => [ready, state?.terminated?.exitCode])).toEqual([
    [true, 0],
    [true, 0],
  ]);
});

test('a failing init container fails a pod that is never restarted', () => {
  const failed = after(podOf({ restartPolicy: 'Never', initContainers: [init('one', 'true'), init('two', 'false')] }), 0);
  expect(failed.status).toMatchObject({
    phase: 'Failed',
    initContainerStatuses: [{ state: { terminated: { exitCode: 0 } } }, { state: { terminated: { exitCode: 1 } } }],
    containerStatuses: [{ state: { waiting: { reason: 'PodInitializing' } } }],
  });
  expect(initialized(failed)).toMatchObject({ status: 'False', reason: 'ContainersNotInitialized' });
});

test('elsewhere it is tried again, ever later, and nothing after it starts', () => {
  const retried = after(podOf({ initContainers: [init('one', 'false'), init('two', 'true')] }), 0, 1, 15, 16);
  expect(retried.status).toMatchObject({
    phase: 'Pending',
    initContainerStatuses: [{ restartCount: 2, lastState: { terminated: { exitCode: 1 } } }, { state: { waiting: {} } }],
  });
  expect(retried.dueSeconds).toBeGreaterThan(0);
});

test('ephemeral containers are reported beside the others; what containers ask for is what they have', () => {
  const resources = { requests: { cpu: '1' }, limits: { cpu: '2' } };
  const { status } = after(
    podOf({
      containers: [{ name: 'main', image: 'x', resources }],
      ephemeralContainers: [{ name: 'debugger', image: 'busybox', command: ['sleep', 'infinity'] }],
    }),
    0,
  );
  expect(status?.ephemeralContainerStatuses).toMatchObject([{ name: 'debugger', state: { running: {} } }]);
  expect(status?.containerStatuses).toMatchObject([{ resources, allocatedResources: { cpu: '1' } }]);
});

test.each(['foo:non-existent', 'webserver:404', 'registry.invalid/x:1'])('the image %s cannot be pulled', (image) => {
  const { status } = after(podOf({ containers: [{ name: 'main', image }] }), 0);
  expect(status).toMatchObject({ phase: 'Pending', containerStatuses: [{ state: { waiting: { reason: 'ErrImagePull' } } }] });
});
