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

test.each([
  ['other ports', podOf('other', 9090)],
  ['pods that are over', podOf('other', 8080, { phase: 'Failed', startTime: '2026-01-01T00:00:00Z' })],
  ['pods that have not started either', podOf('other', 8080, {})],
])('%s are not in its way', (_what, other) => {
  expect(refusalOf(wanted, [wanted, other])).toBeUndefined();
});
