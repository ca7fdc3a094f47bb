import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DaemonSet, Deployment, ReplicaSet, StatefulSet } from '../../api/apps/types.gen.ts';
import type { CronJob, Job } from '../../api/batch/types.gen.ts';
import type { Pod, Service } from '../../api/core/types.gen.ts';
import type { Event } from '../../api/events/types.gen.ts';
import type { EndpointSlice } from '../../api/discovery/types.gen.ts';
import type { PodDisruptionBudget } from '../../api/policy/types.gen.ts';
import * as refs from '../../api/refs.gen.ts';
import { startTestCluster, podTemplate } from './testing/cluster.ts';
import type { TestCluster } from './testing/cluster.ts';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startTestCluster();
}, 30_000);
afterAll(() => cluster.stop());

const deployment = (name: string, replicas: number, spec: object = {}) => ({
  metadata: { name },
  spec: { replicas, selector: { matchLabels: { app: name } }, template: podTemplate(name), ...spec },
});
const rolledOut = (replicas: number) => (object: Deployment | undefined) =>
  object?.status?.updatedReplicas === replicas &&
  object.status.availableReplicas === replicas &&
  object.status.replicas === replicas &&
  object.status.observedGeneration === object.metadata.generation;

test('a Deployment rolls out, rolls over to a new template, and is undone by its old one', async () => {
  await cluster.create(refs.deploymentsRef, deployment('web', 4));
  const first = await cluster.until<Deployment>(refs.deploymentsRef, 'web', rolledOut(4));
  expect(first.status?.conditions?.find(({ type }) => type === 'Progressing')?.reason).toBe('NewReplicaSetAvailable');
  const images = (image: string) => ({ spec: { template: { spec: { containers: [{ name: 'main', image }] } } } });
  await cluster.client.resource(refs.deploymentsRef).patch('web', 'default', images('web:2'), { type: 'strategic' });
  const second = await cluster.until<Deployment>(
    refs.deploymentsRef,
    'web',
    (d) => rolledOut(4)(d) && d?.spec.template.spec?.containers[0]?.image === 'web:2',
  );
  expect(second.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('2');
  await cluster.client.resource(refs.deploymentsRef).patch('web', 'default', images('web:1'), { type: 'strategic' });
  await cluster.until<Deployment>(
    refs.deploymentsRef,
    'web',
    (d) => rolledOut(4)(d) && d?.metadata.annotations?.['deployment.kubernetes.io/revision'] === '3',
  );
  const sets = (await cluster.client.resource<ReplicaSet>(refs.replicaSetsRef).list({ namespace: 'default', labelSelector: 'app=web' }))
    .items;
  expect(sets).toHaveLength(2);
  expect(sets.map(({ metadata }) => metadata.annotations?.['deployment.kubernetes.io/revision-history']).filter(Boolean)).toEqual(['1']);
});

test('a rollout that cannot finish says so after its deadline', async () => {
  const template = podTemplate('stuck', {}, { 'simulation.causeway.dev/image-pull-error': 'true' });
  await cluster.create(refs.deploymentsRef, deployment('stuck', 1, { template, progressDeadlineSeconds: 1, minReadySeconds: 0 }));
  const failed = await cluster.until<Deployment>(refs.deploymentsRef, 'stuck', (d) =>
    Boolean(d?.status?.conditions?.some(({ reason }) => reason === 'ProgressDeadlineExceeded')),
  );
  expect(failed.status?.unavailableReplicas).toBe(1);
});

test('a Recreate Deployment never runs two versions', async () => {
  await cluster.create(refs.deploymentsRef, deployment('one', 2, { strategy: { type: 'Recreate' } }));
  await cluster.until<Deployment>(refs.deploymentsRef, 'one', rolledOut(2));
  await cluster.client
    .resource(refs.deploymentsRef)
    .patch(
      'one',
      'default',
      { spec: { template: podTemplate('one', { containers: [{ name: 'main', image: 'one:2' }] }) } },
      { type: 'merge' },
    );
  await cluster.until<Deployment>(
    refs.deploymentsRef,
    'one',
    (d) => rolledOut(2)(d) && d?.metadata.annotations?.['deployment.kubernetes.io/revision'] === '2',
  );
  const pods = (await cluster.client.resource<Pod>(refs.podsRef).list({ namespace: 'default', labelSelector: 'app=one' })).items;
  expect(new Set(pods.map(({ spec }) => spec.containers[0]?.image))).toEqual(new Set(['one:2']));
});

test('a StatefulSet names its pods in order', async () => {
  await cluster.create(refs.statefulSetsRef, {
    metadata: { name: 'db' },
    spec: { serviceName: 'db', replicas: 3, selector: { matchLabels: { app: 'db' } }, template: podTemplate('db') },
  });
  const set = await cluster.until<StatefulSet>(refs.statefulSetsRef, 'db', (s) => s?.status?.readyReplicas === 3);
  expect(set.status?.currentRevision).toBe(set.status?.updateRevision);
  const pods = (await cluster.client.resource<Pod>(refs.podsRef).list({ namespace: 'default', labelSelector: 'app=db' })).items;
  expect(pods.map(({ metadata }) => metadata.name).toSorted()).toEqual(['db-0', 'db-1', 'db-2']);
  expect(pods.map(({ spec }) => spec.subdomain)).toEqual(['db', 'db', 'db']);
});

test('a pod that runs says of which generation its status and its conditions are', async () => {
  const pods = cluster.client.resource<Pod>(refs.podsRef);
  await cluster.create(refs.podsRef, { metadata: { name: 'observed' }, spec: podTemplate('observed').spec });
  const observed = (generation: number) => (pod: Pod | undefined) =>
    pod?.status?.observedGeneration === generation &&
    ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready', 'PodReadyToStartContainers'].every((type) =>
      pod.status?.conditions?.some((condition) => condition.type === type && condition.observedGeneration === generation),
    );
  await cluster.until<Pod>(refs.podsRef, 'observed', observed(1));
  await pods.patch('observed', 'default', { spec: { activeDeadlineSeconds: 3600 } }, { type: 'merge' });
  await cluster.until<Pod>(refs.podsRef, 'observed', observed(2));
});

test('a DaemonSet runs on every node and nowhere twice', async () => {
  await cluster.create(refs.daemonSetsRef, {
    metadata: { name: 'agent' },
    spec: { selector: { matchLabels: { app: 'agent' } }, template: podTemplate('agent') },
  });
  await cluster.until<DaemonSet>(refs.daemonSetsRef, 'agent', (d) => d?.status?.numberAvailable === 3);
  const pods = (await cluster.client.resource<Pod>(refs.podsRef).list({ namespace: 'default', labelSelector: 'app=agent' })).items;
  expect(pods.map(({ spec }) => spec.nodeName).toSorted()).toEqual(['node-1', 'node-2', 'node-3']);
});

test.each([
  ['four completions, two at a time', { completions: 4, parallelism: 2 }, 'Complete', { succeeded: 4 }],
  ['by index', { completions: 3, parallelism: 3, completionMode: 'Indexed' }, 'Complete', { succeeded: 3, completedIndexes: '0-2' }],
])('a Job completes: %s', async (title, spec, condition, status) => {
  const name = `job-${title.length}`;
  await cluster.create(refs.jobsRef, { metadata: { name }, spec: { ...spec, template: podTemplate(name, { restartPolicy: 'Never' }) } });
  const job = await cluster.until<Job>(refs.jobsRef, name, (j) => Boolean(j?.status?.conditions?.some(({ type }) => type === condition)));
  expect(job.status).toMatchObject(status);
  const pods = (await cluster.client.resource<Pod>(refs.podsRef).list({ namespace: 'default', labelSelector: `job-name=${name}` })).items;
  expect(pods.flatMap(({ metadata }) => metadata.finalizers ?? [])).toEqual([]);
});

test('a Job whose pods fail reaches its back-off limit', async () => {
  const template = podTemplate('bad', { restartPolicy: 'Never' }, { 'simulation.causeway.dev/exit-code': '3' });
  await cluster.create(refs.jobsRef, { metadata: { name: 'bad' }, spec: { backoffLimit: 0, template } });
  const job = await cluster.until<Job>(refs.jobsRef, 'bad', (j) => Boolean(j?.status?.conditions?.some(({ type }) => type === 'Failed')));
  expect(job.status?.conditions?.find(({ type }) => type === 'Failed')?.reason).toBe('BackoffLimitExceeded');
  expect(job.status?.failed).toBe(1);
});

test('a suspended CronJob starts nothing', async () => {
  const jobTemplate = { spec: { template: podTemplate('tick', { restartPolicy: 'Never' }) } };
  const created = await cluster.create<CronJob>(refs.cronJobsRef, {
    metadata: { name: 'tick' },
    spec: { schedule: '* * * * *', suspend: true, jobTemplate },
  });
  expect(created.status?.active ?? []).toEqual([]);
});

test('a CronJob forgets active Jobs that are gone, and says so', async () => {
  const jobTemplate = { spec: { template: podTemplate('lost', { restartPolicy: 'Never' }) } };
  const cronJob = await cluster.create<CronJob>(refs.cronJobsRef, {
    metadata: { name: 'lost' },
    spec: { schedule: '* * * * *', suspend: true, jobTemplate },
  });
  const active = [{ apiVersion: 'batch/v1', kind: 'Job', name: 'lost-1', namespace: 'default', uid: 'gone' }];
  await cluster.client.resource<CronJob>(refs.cronJobsRef).updateStatus({ ...cronJob, status: { active } });
  await cluster.until<CronJob>(refs.cronJobsRef, 'lost', (now) => now?.status?.active === undefined);
  const missing = ({ reason }: Event): boolean => reason === 'MissingJob';
  const events = await cluster.untilList<Event>(refs.eventsRef, (all) => all.some(missing));
  expect(events.find(missing)?.note).toBe('Active job went missing: lost-1');
});

test('a CronJob whose time never comes says so', async () => {
  const jobTemplate = { spec: { template: podTemplate('never', { restartPolicy: 'Never' }) } };
  await cluster.create<CronJob>(refs.cronJobsRef, { metadata: { name: 'never' }, spec: { schedule: '59 23 31 2 *', jobTemplate } });
  const invalid = ({ reason }: Event): boolean => reason === 'InvalidSchedule';
  const events = await cluster.untilList<Event>(refs.eventsRef, (all) => all.some(invalid));
  expect(events.find(invalid)?.note).toMatch(/^invalid schedule: 59 23 31 2 \* : /);
});

test('a Service has slices and Endpoints of its ready pods', async () => {
  await cluster.create(refs.deploymentsRef, deployment('api', 2));
  await cluster.create<Service>(refs.servicesRef, { metadata: { name: 'api' }, spec: { selector: { app: 'api' }, ports: [{ port: 80 }] } });
  await cluster.until<Deployment>(refs.deploymentsRef, 'api', rolledOut(2));
  const slices = await cluster.untilList<EndpointSlice>(refs.endpointSlicesRef, (all) =>
    all.some(
      (slice) =>
        slice.metadata.labels?.['kubernetes.io/service-name'] === 'api' &&
        slice.endpoints?.filter(({ conditions }) => conditions?.ready).length === 2,
    ),
  );
  expect(slices.filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === 'api')).toHaveLength(1);
});

test('a PodDisruptionBudget counts healthy pods and an eviction beyond it is refused', async () => {
  await cluster.create(refs.deploymentsRef, deployment('safe', 2));
  await cluster.create(refs.podDisruptionBudgetsRef, {
    metadata: { name: 'safe' },
    spec: { minAvailable: 2, selector: { matchLabels: { app: 'safe' } } },
  });
  await cluster.until<PodDisruptionBudget>(
    refs.podDisruptionBudgetsRef,
    'safe',
    (b) => b?.status?.currentHealthy === 2 && b.status.disruptionsAllowed === 0,
  );
  const [pod] = (await cluster.client.resource<Pod>(refs.podsRef).list({ namespace: 'default', labelSelector: 'app=safe' })).items;
  const name = pod?.metadata.name ?? '';
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: 'default' } };
  const evict = cluster.client
    .resource(refs.podsRef)
    .createSubresource(name, 'default', 'eviction', eviction, { signal: AbortSignal.timeout(500) });
  await expect(evict).rejects.toThrow();
  expect(await cluster.client.resource<Pod>(refs.podsRef).find(name, 'default')).toMatchObject({ metadata: { name } });
});

test('a pod that fits nowhere is told why', async () => {
  const containers = [{ name: 'main', image: 'x', resources: { requests: { cpu: '1000' } } }];
  await cluster.create(refs.podsRef, { metadata: { name: 'huge' }, spec: { containers } });
  const pod = await cluster.until<Pod>(refs.podsRef, 'huge', (p) =>
    Boolean(p?.status?.conditions?.some(({ reason }) => reason === 'Unschedulable')),
  );
  expect(pod.status?.conditions?.find(({ type }) => type === 'PodScheduled')?.message).toBe(
    '0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
  );
});
