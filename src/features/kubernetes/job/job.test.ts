import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Job } from '../../../api/batch/types.gen.ts';
import type { Pod } from '../../../api/core/types.gen.ts';
import { jobsRef, podsRef } from '../../../api/refs.gen.ts';
import { ended, startByHand } from '../testing/by-hand.ts';
import type { ByHand } from '../testing/by-hand.ts';
import { addTtlAfterFinishedController } from '../ttl-after-finished/controller.ts';
import { addJobController } from './controller.ts';
import { indexOf } from './indexes.ts';

let cluster: ByHand;
beforeAll(async () => {
  cluster = await startByHand(addJobController, addTtlAfterFinishedController);
}, 30_000);
afterAll(() => cluster.stop());

const create = (name: string, spec: object): Promise<Job> =>
  cluster.create<Job>(jobsRef, {
    metadata: { name },
    spec: {
      template: { spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: 'x' }] } },
      ...spec,
    },
  });
const podsOf = async (name: string, count: number): Promise<readonly Pod[]> => {
  const all = await cluster.untilPods((pods) => pods.filter(({ metadata }) => metadata.labels?.['job-name'] === name).length === count);
  return all.filter(({ metadata }) => metadata.labels?.['job-name'] === name).toSorted((a, b) => indexOf(a) - indexOf(b));
};
const finish = async (pod: Pod | undefined, exitCode: number): Promise<void> => {
  if (pod) await cluster.setStatus(pod, ended(exitCode));
};
const condition = (job: Job | undefined, type: string) =>
  job?.status?.conditions?.find((each) => each.type === type && each.status === 'True');
const untilOver = (name: string): Promise<Job> =>
  cluster.until<Job>(jobsRef, name, (job) => Boolean(condition(job, 'Complete') ?? condition(job, 'Failed')));

test('an exit code that the policy calls fatal fails the Job; the pods that still ran count as failed', async () => {
  await create('fatal', {
    completions: 2,
    parallelism: 2,
    podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [42] } }] },
  });
  const [pod] = await podsOf('fatal', 2);
  await finish(pod, 42);
  const job = await untilOver('fatal');
  expect(condition(job, 'Failed')).toMatchObject({
    reason: 'PodFailurePolicy',
    message: `Container main for pod default/${pod?.metadata.name} failed with exit code 42 matching FailJob rule at index 0`,
  });
  expect(job.status).toMatchObject({ failed: 2 });
  await podsOf('fatal', 1);
});

test('a failure that the policy ignores is replaced and not counted', async () => {
  await create('ignore', {
    backoffLimit: 0,
    podFailurePolicy: { rules: [{ action: 'Ignore', onExitCodes: { operator: 'In', values: [7] } }] },
  });
  const [first] = await podsOf('ignore', 1);
  await finish(first, 7);
  await cluster.clock.advance(20_000);
  const all = await podsOf('ignore', 2);
  await finish(
    all.find(({ metadata }) => metadata.name !== first?.metadata.name),
    0,
  );
  const job = await untilOver('ignore');
  expect(condition(job, 'Complete')).toBeDefined();
  expect(job.status?.failed).toBeUndefined();
});

test('enough succeeded indexes complete the Job; pods that are stopped for it are no failures', async () => {
  await create('enough', {
    completions: 3,
    parallelism: 3,
    completionMode: 'Indexed',
    successPolicy: { rules: [{ succeededIndexes: '0-1', succeededCount: 1 }] },
  });
  const pods = await podsOf('enough', 3);
  await finish(pods[1], 0);
  const job = await untilOver('enough');
  expect(condition(job, 'Complete')).toMatchObject({ reason: 'SuccessPolicy', message: 'Matched rules at index 0' });
  expect(job.status).toMatchObject({ succeeded: 1, completedIndexes: '1' });
  expect(job.status?.failed).toBeUndefined();
});

test('with a limit for each index one that fails for good does not hold up the others', async () => {
  await create('each', { completions: 3, parallelism: 1, completionMode: 'Indexed', backoffLimitPerIndex: 0 });
  const [zero] = await podsOf('each', 1);
  await finish(zero, 1);
  // The next index starts at once: the back-off is the failed index's own.
  await finish((await podsOf('each', 2))[1], 0);
  await finish((await podsOf('each', 3))[2], 0);
  const job = await untilOver('each');
  expect(condition(job, 'Failed')).toMatchObject({ reason: 'FailedIndexes', message: 'Job has failed indexes' });
  expect(job.status).toMatchObject({ completedIndexes: '1,2', failedIndexes: '0', succeeded: 2, failed: 1 });
});

test('a pod whose labels no longer match is let go, finalizer and all, and replaced', async () => {
  await create('relabelled', { completions: 1 });
  const [pod] = await podsOf('relabelled', 1);
  const name = pod?.metadata.name ?? '';
  const labels = { 'batch.kubernetes.io/controller-uid': null, 'job-name': null };
  await cluster.client.resource<Pod>(podsRef).patch(name, 'default', { metadata: { labels } }, { type: 'merge' });
  const released = await cluster.until<Pod>(podsRef, name, (each) => !each?.metadata.ownerReferences?.length);
  expect(released.metadata.finalizers ?? []).toEqual([]);
  await podsOf('relabelled', 1);
});

test('pods that a deleted Job orphans do not keep its finalizer', async () => {
  const { metadata } = await create('orphaning', { completions: 1 });
  const [pod] = await podsOf('orphaning', 1);
  const podClient = cluster.client.resource<Pod>(podsRef);
  await cluster.client.resource(jobsRef).delete('orphaning', metadata.namespace, { propagationPolicy: 'Background' });
  await podClient.patch(pod?.metadata.name ?? '', 'default', { metadata: { ownerReferences: null } }, { type: 'merge' });
  const left = await cluster.until<Pod>(podsRef, pod?.metadata.name ?? '', (each) => !each?.metadata.finalizers?.length);
  expect(left.metadata.ownerReferences ?? []).toEqual([]);
});

test('a suspended Job lets its pods go and starts over later', async () => {
  await create('pause', { parallelism: 2, completions: 2 });
  await podsOf('pause', 2);
  const jobs = cluster.client.resource<Job>(jobsRef);
  await jobs.patch('pause', 'default', { spec: { suspend: true } }, { type: 'merge' });
  await podsOf('pause', 0);
  const paused = await cluster.until<Job>(jobsRef, 'pause', (job) => condition(job, 'Suspended') !== undefined);
  expect(paused.status?.failed).toBeUndefined();
  await jobs.patch('pause', 'default', { spec: { suspend: false } }, { type: 'merge' });
  await podsOf('pause', 2);
});

test('a finished Job goes when its time is up, with its pods', async () => {
  await create('brief', { ttlSecondsAfterFinished: 100 });
  await finish((await podsOf('brief', 1))[0], 0);
  await untilOver('brief');
  await cluster.clock.advance(90_000);
  expect(await cluster.client.resource(jobsRef).find('brief', 'default')).toBeDefined();
  await cluster.clock.advance(20_000);
  await cluster.until<Job>(jobsRef, 'brief', (job) => job === undefined || job.metadata.deletionTimestamp !== undefined);
});
