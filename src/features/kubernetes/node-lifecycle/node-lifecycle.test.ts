import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Lease } from '../../../api/coordination/types.gen.ts';
import type { Node, Pod } from '../../../api/core/types.gen.ts';
import { leasesRef, nodesRef, podsRef } from '../../../api/refs.gen.ts';
import { formatMicroTime, formatTime } from '../../../controller-runtime/clock.ts';
import { addPodGarbageCollector } from '../pod-gc/controller.ts';
import { addTaintEvictionController } from '../taint-eviction/controller.ts';
import { startByHand } from '../testing/by-hand.ts';
import type { ByHand } from '../testing/by-hand.ts';
import { addNodeLifecycleController } from './controller.ts';

let cluster: ByHand;
beforeAll(async () => {
  cluster = await startByHand(addNodeLifecycleController, addTaintEvictionController, addPodGarbageCollector);
}, 30_000);
afterAll(() => cluster.stop());

const namespace = 'kube-node-lease';
const register = async (name: string): Promise<void> => {
  const now = formatTime(cluster.clock.now());
  await cluster.create<Node>(nodesRef, { metadata: { name } });
  const ready = { type: 'Ready', status: 'True', reason: 'KubeletReady', lastHeartbeatTime: now, lastTransitionTime: now };
  await cluster.client
    .resource<Node>(nodesRef)
    .patch(name, undefined, { status: { conditions: [ready] } }, { type: 'merge', subresource: 'status' });
  const spec = { holderIdentity: name, leaseDurationSeconds: 40, renewTime: formatMicroTime(cluster.clock.now()) };
  await cluster.create<Lease>(leasesRef, { metadata: { name, namespace }, spec });
};
const renew = (name: string): Promise<Lease> =>
  cluster.client
    .resource<Lease>(leasesRef)
    .patch(name, namespace, { spec: { renewTime: formatMicroTime(cluster.clock.now()) } }, { type: 'merge' });
const runPod = async (name: string, nodeName: string, tolerationSeconds?: number): Promise<void> => {
  const toleration = { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds };
  const pod = await cluster.create<Pod>(podsRef, {
    metadata: { name },
    spec: {
      nodeName,
      containers: [{ name: 'main', image: 'x' }],
      ...(tolerationSeconds === undefined ? {} : { tolerations: [toleration] }),
    },
  });
  await cluster.setStatus(pod, { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] });
};
const readyOf = (node: Node | undefined) => node?.status?.conditions?.find(({ type }) => type === 'Ready');

test('a node that stops renewing its Lease is Unknown, tainted, and loses its pods when they no longer tolerate it', async () => {
  await register('quiet');
  await register('alive');
  await cluster.until<Node>(nodesRef, 'quiet', (node) => node?.spec?.taints === undefined);
  await runPod('patient', 'quiet', 200);
  await runPod('brief', 'quiet', 20);
  await runPod('safe', 'alive', 20);
  for (let step = 0; step < 6; step += 1) {
    await cluster.clock.advance(10_000);
    await renew('alive');
  }
  const quiet = await cluster.until<Node>(nodesRef, 'quiet', (node) => (node?.spec?.taints?.length ?? 0) >= 2);
  expect(readyOf(quiet)).toMatchObject({ status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' });
  expect(quiet.spec?.taints?.map(({ key, effect }) => `${key}:${effect}`)).toEqual([
    'node.kubernetes.io/unreachable:NoSchedule',
    'node.kubernetes.io/unreachable:NoExecute',
  ]);
  const alive = await cluster.until<Node>(nodesRef, 'alive', (node) => node !== undefined);
  expect([readyOf(alive)?.status, alive.spec?.taints]).toEqual(['True', undefined]);
  await cluster.until<Pod>(
    podsRef,
    'brief',
    (pod) => pod?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'False') === true,
  );
  await cluster.clock.advance(30_000);
  const evicted = await cluster.until<Pod>(podsRef, 'brief', (pod) => pod?.metadata.deletionTimestamp !== undefined);
  expect(evicted.status?.conditions?.find(({ type }) => type === 'DisruptionTarget')).toMatchObject({ reason: 'DeletionByTaintManager' });
  const patient = await cluster.until<Pod>(podsRef, 'patient', (pod) => pod !== undefined);
  expect(patient.metadata.deletionTimestamp).toBeUndefined();
  await cluster.clock.advance(200_000);
  await cluster.until<Pod>(podsRef, 'patient', (pod) => pod?.metadata.deletionTimestamp !== undefined);
});

test('a node that is heard of again loses its taints', async () => {
  await register('back');
  await cluster.clock.advance(60_000);
  await cluster.until<Node>(nodesRef, 'back', (node) => (node?.spec?.taints?.length ?? 0) >= 2);
  const now = formatTime(cluster.clock.now());
  const ready = { type: 'Ready', status: 'True', reason: 'KubeletReady', lastHeartbeatTime: now, lastTransitionTime: now };
  await cluster.client
    .resource<Node>(nodesRef)
    .patch('back', undefined, { status: { conditions: [ready] } }, { type: 'merge', subresource: 'status' });
  await cluster.until<Node>(nodesRef, 'back', (node) => node?.spec?.taints === undefined);
});

test('pods of a node that is gone are removed once it has stayed away', async () => {
  await register('gone');
  await runPod('left', 'gone');
  await cluster.client.resource(nodesRef).delete('gone', undefined);
  await cluster.clock.advance(30_000);
  expect(await cluster.client.resource(podsRef).find('left', 'default')).toBeDefined();
  await cluster.clock.advance(60_000);
  await cluster.until<Pod>(podsRef, 'left', (pod) => pod === undefined);
});
