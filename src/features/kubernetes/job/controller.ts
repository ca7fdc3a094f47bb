import { semanticEqual } from '../../../apimachinery/equality/semantic-equal.ts';
import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import { labelSelectorFromSpec, matchesLabels } from '../../../apimachinery/selectors/label-selector.ts';
import type { Job, JobCondition, JobStatus } from '../../../api/batch/types.gen.ts';
import type { Pod } from '../../../api/core/types.gen.ts';
import { jobsRef, podsRef } from '../../../api/refs.gen.ts';
import { formatTime } from '../../../controller-runtime/clock.ts';
import type { Manager, ReconcileResult } from '../../../controller-runtime/contract.ts';
import { createExpectations } from '../../../controller-runtime/expectations.ts';
import { keyOf } from '../../../controller-runtime/object-key.ts';
import { watch } from '../../../controller-runtime/watch.ts';
import { claim } from '../common/claim.ts';
import { findCondition, withCondition } from '../common/conditions.ts';
import { deleteObject } from '../common/delete-object.ts';
import { errorMessage } from '../common/error-message.ts';
import { isNamespaceEnding } from '../common/namespace-state.ts';
import { controllerOf, indexByController } from '../common/owner.ts';
import { ownedOrAdoptable } from '../common/owned-or-adoptable.ts';
import { countByNode, rankForDeletion } from '../common/pod-ranking.ts';
import { slowStart } from '../common/slow-start.ts';
import { hasFailed, indexFailuresAnnotation, isTracked, tally, trackingFinalizer } from './count.ts';
import type { Tally } from './count.ts';
import { indexOf } from './indexes.ts';
import { isFinished, outcomeOf } from './outcome.ts';
import type { Outcome } from './outcome.ts';
import { jobPod, nextPods, wantedActive } from './pods.ts';

const selectorOf = ({ spec }: Job) => labelSelectorFromSpec(spec.selector);
const ourselves = 'kubernetes.io/job-controller';

/** Runs pods to completion. */
export const addJobController = (manager: Manager): void => {
  const { client, clock } = manager;
  const events = manager.recorder('job-controller');
  const jobs = manager.informer<Job>(jobsRef);
  const pods = manager.informer<Pod>(podsRef);
  indexByController(pods);
  pods.addIndex('tracked-by', (pod) => (isTracked(pod) ? [`${pod.metadata.namespace ?? ''}/${controllerOf(pod)?.name ?? ''}`] : []));
  const podClient = client.resource<Pod>(podsRef);
  const expectations = createExpectations(pods, clock);

  const release = async ({ metadata }: Pod): Promise<void> => {
    const { name, namespace, uid } = metadata;
    const body = { metadata: { uid, '$deleteFromPrimitiveList/finalizers': [trackingFinalizer] } };
    try {
      await podClient.patch(name, namespace, body, { type: 'strategic' });
    } catch (error) {
      if (!isStatusError(error, 'NotFound') && !isStatusError(error, 'Conflict')) throw error;
    }
  };
  const remove = async (job: Job, key: string, pod: Pod): Promise<void> => {
    if (!(await deleteObject(podClient, pod))) return;
    expectations.deleted(key, pod);
    events.event(job, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`);
  };
  const create = async (job: Job, key: string, wanted: Pod): Promise<void> => {
    try {
      const pod = await podClient.create(wanted);
      expectations.created(key, pod);
      events.event(job, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`);
    } catch (error) {
      if (isNamespaceEnding(error)) return;
      events.event(job, 'Warning', 'FailedCreate', `Error creating: ${errorMessage(error)}`);
      throw error;
    }
  };

  /** Creates or deletes pods; returns milliseconds to wait before more may be created. */
  const manage = async (
    job: Job,
    key: string,
    { counts, all }: { readonly counts: Tally; readonly all: readonly Pod[] },
  ): Promise<number> => {
    const excess = counts.active.length - wantedActive(job, counts);
    if (excess > 0) {
      for (const pod of rankForDeletion(counts.active, countByNode(counts.active), clock.now()).slice(0, excess)) {
        // Deleted by our own choice: not a failure to count.
        if (isTracked(pod)) await release(pod);
        await remove(job, key, pod);
      }
      return 0;
    }
    const waiting = job.spec.podReplacementPolicy === 'Failed' || job.spec.podFailurePolicy ? counts.terminating : 0;
    const missing = -excess - waiting;
    if (missing <= 0) return 0;
    const { indexes, delay } = nextPods(job, counts, { missing, all, now: clock.now() });
    if (indexes.length === 0) return delay;
    const failuresOf = (index: number | undefined): number =>
      Math.max(
        0,
        ...all
          .filter((pod) => index !== undefined && indexOf(pod) === index && hasFailed(job, pod))
          .map((pod) => Number(pod.metadata.annotations?.[indexFailuresAnnotation] ?? 0) + 1),
      );
    const { error } = await slowStart(indexes.length, (at) => create(job, key, jobPod(job, indexes[at], failuresOf(indexes[at]))));
    if (error !== undefined) throw error;
    return delay;
  };

  const nextStatus = (job: Job, counts: Tally, outcome: Outcome | undefined): JobStatus => {
    const now = clock.now();
    const over =
      outcome !== undefined &&
      counts.active.length + counts.terminating === 0 &&
      counts.release.length === 0 &&
      !Object.keys(counts.status.uncountedTerminatedPods ?? {}).length;
    let conditions: JobCondition[] = suspension(job, now, events.event);
    const resumed = !job.spec.suspend && findCondition(job.status?.conditions, 'Suspended')?.status === 'True';
    const before = resumed ? undefined : job.status?.startTime;
    const started = before ?? (job.spec.suspend ? undefined : formatTime(now));
    const set = (type: string, why: Outcome): void => {
      conditions = withCondition(
        conditions,
        { type, status: 'True', reason: why.reason, message: why.message, lastProbeTime: formatTime(now) },
        now,
      );
    };
    if (outcome && !findCondition(conditions, outcome.kind === 'failed' ? 'FailureTarget' : 'SuccessCriteriaMet')) {
      set(outcome.kind === 'failed' ? 'FailureTarget' : 'SuccessCriteriaMet', outcome);
    }
    if (outcome && over) set(outcome.kind === 'failed' ? 'Failed' : 'Complete', outcome);
    return {
      ...counts.status,
      ...(counts.active.length > 0 ? { active: counts.active.length } : {}),
      ready: counts.ready,
      terminating: counts.terminating,
      ...(started ? { startTime: started } : {}),
      ...(over && outcome.kind === 'complete' ? { completionTime: formatTime(now) } : {}),
      ...(conditions.length > 0 ? { conditions } : {}),
    };
  };
  const announce = (job: Job, outcome: Outcome): void => {
    if (outcome.kind === 'complete') events.event(job, 'Normal', 'Completed', 'Job completed');
    else events.event(job, 'Warning', outcome.reason, outcome.message);
  };

  const reconcile = async (key: string): Promise<ReconcileResult> => {
    const job = jobs.byKey(key);
    const finished = !job || isFinished(job);
    // A job of the same name may have been deleted and made anew: nobody counts the pods of the old one any more.
    for (const pod of pods.byIndex('tracked-by', key)) {
      if (finished || controllerOf(pod)?.uid !== job.metadata.uid) await release(pod);
    }
    if (finished) return expectations.forget(key);
    if (job.spec.managedBy && job.spec.managedBy !== ourselves) return undefined;
    const caughtUp = expectations.satisfied(key);
    const all = await claim({
      client,
      owner: job,
      ownerRef: jobsRef,
      selector: selectorOf(job),
      informer: pods,
      finalizer: trackingFinalizer,
    });
    const seen = tally(job, all);
    const outcome = outcomeOf(job, seen, clock.now());
    if (outcome && !job.metadata.deletionTimestamp) await Promise.all(seen.active.map((pod) => remove(job, key, pod)));
    const counts = outcome ? tally(job, all, outcome.kind) : seen;
    const status = nextStatus(job, counts, outcome);
    if (!semanticEqual(status, job.status)) {
      await client.resource<Job>(jobsRef).updateStatus({ ...job, status });
      if (outcome && (findCondition(status.conditions, 'Complete') || findCondition(status.conditions, 'Failed'))) announce(job, outcome);
    }
    await Promise.all(counts.release.map(release));
    if (job.metadata.deletionTimestamp || outcome) return undefined;
    if (caughtUp) return later(await manage(job, key, { counts, all }), job, clock.now());
    return { requeueAfterSeconds: 30 };
  };

  const adopters = ({ metadata }: Pod): readonly string[] =>
    jobs
      .list(metadata.namespace ?? '')
      .filter((job) => matchesLabels(selectorOf(job), metadata.labels))
      .map(keyOf);
  const keysOf = ownedOrAdoptable(jobsRef, adopters);
  // Tracked pods without a Job, as after an orphaning delete, share a key of their namespace: there they are let go.
  const abandoned = (pod: Pod): readonly string[] => (isTracked(pod) && !controllerOf(pod) ? [`${pod.metadata.namespace ?? ''}/`] : []);
  manager.addController({
    name: 'job',
    watches: [watch(jobs), watch(pods, (event) => [...keysOf(event), ...abandoned(event.object)])],
    reconcile,
    concurrency: 5,
  });
};

/** The conditions with Suspended as the spec has it. */
function suspension(job: Job, now: number, event: (about: Job, type: 'Normal', reason: string, message: string) => void): JobCondition[] {
  const conditions = [...(job.status?.conditions ?? [])];
  const was = findCondition(conditions, 'Suspended')?.status === 'True';
  if (Boolean(job.spec.suspend) === was) return conditions;
  const [status, reason, message] = was ? ['False', 'JobResumed', 'Job resumed'] : ['True', 'JobSuspended', 'Job suspended'];
  event(job, 'Normal', was ? 'Resumed' : 'Suspended', message ?? '');
  return withCondition(
    conditions,
    { type: 'Suspended', status: status ?? '', reason: reason ?? '', message: message ?? '', lastProbeTime: formatTime(now) },
    now,
  );
}

/** When to look again: after the back-off, or when the deadline passes. */
function later(delay: number, { spec, status }: Job, now: number): ReconcileResult {
  const deadline =
    spec.activeDeadlineSeconds === undefined
      ? Infinity
      : (Date.parse(status?.startTime ?? '') || now) + Number(spec.activeDeadlineSeconds) * 1000 - now;
  const wait = Math.min(delay > 0 ? delay : Infinity, deadline);
  return Number.isFinite(wait) ? { requeueAfterSeconds: Math.max(0.01, wait / 1000) } : undefined;
}
