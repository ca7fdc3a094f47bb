import { expect, test } from 'vitest';
import type { Pod } from '../../../api/core/types.gen.ts';
import { refusalOf } from './admit.ts';

const podOf = (uid: string, hostPort: number, status: Pod['status'] = { phase: 'Running', startTime: '2026-01-01T00:00:00Z' }): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: uid, uid },
  spec: { containers: [{ name: 'main', image: 'x', ports: [{ containerPort: 80, hostPort }] }] },
  status,
});
const wanted = podOf('wanted', 8080, {});

test('a pod whose port of the node is taken fails', () => {
  expect(refusalOf(wanted, [wanted, podOf('other', 8080)])).toMatchObject({ phase: 'Failed', reason: 'NodePorts' });
});

test('a pod for another system than the node’s fails', () => {
  const windows = { ...wanted, spec: { ...wanted.spec, os: { name: 'windows' } } };
  expect(refusalOf(windows, [])).toMatchObject({ phase: 'Failed', reason: 'PodOSNotSupported' });
  expect(refusalOf({ ...wanted, spec: { ...wanted.spec, os: { name: 'linux' } } }, [])).toBeUndefined();
});

const allocatable = { cpu: '2', memory: '1Gi', pods: '2', 'example.com/gpu': '0' };
const asking = (uid: string, requests: Record<string, string>, status?: Pod['status']): Pod => ({
  ...podOf(uid, 0, status),
  spec: { containers: [{ name: 'main', image: 'x', resources: { requests } }] },
});

test.each([
  [{ cpu: '3' }, 'OutOfcpu', 'cpu, requested: 3000, used: 1500, capacity: 2000'],
  [{ cpu: '1' }, 'OutOfcpu', 'cpu, requested: 1000, used: 1500, capacity: 2000'],
  [{ memory: '2Gi' }, 'OutOfmemory', 'memory, requested: 2147483648, used: 0, capacity: 1073741824'],
  [{ 'example.com/gpu': '1' }, 'OutOfexample.com/gpu', 'example.com/gpu, requested: 1, used: 0, capacity: 0'],
])('a pod that was sent to a node asks for %o, which is not left', (requests, reason, lack) => {
  const running = asking('other', { cpu: '1500m' });
  expect(refusalOf(asking('wanted', requests, {}), [running], allocatable)).toEqual({
    phase: 'Failed',
    reason,
    message: `Pod was rejected: Node didn't have enough resource: ${lack}`,
  });
});

test('a node has places for so many pods; what is left, or counted elsewhere, may be taken', () => {
  const [one, two] = [asking('one', { cpu: '1500m' }), asking('two', {})];
  const asked = asking('wanted', { cpu: '500m', 'example.com/licences': '1' }, {});
  expect(refusalOf(asked, [asked, one], allocatable)).toBeUndefined();
  expect(refusalOf(asked, [asked, one, two], allocatable)).toMatchObject({ reason: 'OutOfpods' });
  expect(refusalOf(asking('wanted', { cpu: '8' }, {}), [one])).toBeUndefined();
});

test.each([
  ['other ports', podOf('other', 9090)],
  ['pods that are over', podOf('other', 8080, { phase: 'Failed', startTime: '2026-01-01T00:00:00Z' })],
  ['pods that have not started either', podOf('other', 8080, {})],
])('%s are not in its way', (_what, other) => {
  expect(refusalOf(wanted, [wanted, other])).toBeUndefined();
});
