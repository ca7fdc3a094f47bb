import { semanticEqual } from '../../../apimachinery/equality/semantic-equal.ts';
import { isStatusError } from '../../../apimachinery/errors/status-error.ts';
import type { CronJob, CronJobStatus, Job } from '../../../api/batch/types.gen.ts';
import type { ObjectReference } from '../../../api/core/types.gen.ts';
import { cronJobsRef, jobsRef } from '../../../api/refs.gen.ts';
import { formatTime } from '../../../controller-runtime/clock.ts';
import type { Manager, ReconcileResult } from '../../../controller-runtime/contract.ts';
import { watch, watchOwned } from '../../../controller-runtime/watch.ts';
import { deleteObject } from '../common/delete-object.ts';
import { isConditionTrue } from '../common/conditions.ts';
import { errorMessage } from '../common/error-message.ts';
import { isNamespaceEnding } from '../common/namespace-state.ts';
import { controlledBy, indexByController } from '../common/owner.ts';
import { completedJobs, expiredHistory, jobOf, observedStatus, referenceTo, unexpectedJobs, unseenJobs } from './reconcile.ts';
import { lastDue, parseSchedule } from './schedule.ts';
import type { Schedule } from './schedule.ts';

/** Creates Jobs by the clock. */
export const addCronJobController = (manager: Manager): void => {
  const { client, clock } = manager;
  const events = manager.recorder('cronjob-controller');
  const cronJobs = manager.informer<CronJob>(cronJobsRef);
  const jobs = manager.informer<Job>(jobsRef);
  indexByController(jobs);
  const jobClient = client.resource<Job>(jobsRef);

  /** The time that is due now, if it may still be started. */
  const dueTime = (cronJob: CronJob, schedule: Schedule, now: number): number | undefined => {
    const { startingDeadlineSeconds } = cronJob.spec;
    const last = Date.parse(cronJob.status?.lastScheduleTime ?? cronJob.metadata.creationTimestamp ?? '') || now;
    const from = startingDeadlineSeconds === undefined ? last : Math.max(last, now - Number(startingDeadlineSeconds) * 1000);
    const due = lastDue(schedule, from, now);
    if (due && due.missed > 100) {
      events.event(
        cronJob,
        'Warning',
        'TooManyMissedTimes',
        'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew',
      );
    }
    return due?.at;
  };

  const start = async (cronJob: CronJob, wanted: Job, active: readonly ObjectReference[]): Promise<Job | undefined> => {
    if (active.length > 0 && cronJob.spec.concurrencyPolicy === 'Forbid') {
      events.event(
        cronJob,
        'Normal',
        'JobAlreadyActive',
        'Not starting job because prior execution is running and concurrency policy is Forbid',
      );
      return undefined;
    }
    if (cronJob.spec.concurrencyPolicy === 'Replace') {
      for (const { name = '' } of active) {
        const job = await jobClient.find(name, cronJob.metadata.namespace);
        if (job && (await deleteObject(jobClient, job, { propagationPolicy: 'Background' })))
          events.event(cronJob, 'Normal', 'SuccessfulDelete', `Deleted job ${name}`);
      }
    }
    try {
      const job = await jobClient.create(wanted);
      events.event(cronJob, 'Normal', 'SuccessfulCreate', `Created job ${job.metadata.name}`);
      return job;
    } catch (error) {
      if (isStatusError(error, 'AlreadyExists')) return jobClient.get(wanted.metadata.name, wanted.metadata.namespace);
      if (isNamespaceEnding(error)) return undefined;
      events.event(cronJob, 'Warning', 'FailedCreate', `Error creating job: ${errorMessage(error)}`);
      throw error;
    }
  };

  /** Active Jobs that are gone: the API is asked, since the cache may lag behind a Job of a moment ago. */
  const missingJobs = async (cronJob: CronJob, owned: readonly Job[]): Promise<readonly ObjectReference[]> => {
    const missing: ObjectReference[] = [];
    for (const reference of unseenJobs(cronJob, owned)) {
      const found = await jobClient.find(reference.name ?? '', cronJob.metadata.namespace);
      if (found?.metadata.uid !== reference.uid) missing.push(reference);
    }
    return missing;
  };

  const writeStatus = async (cronJob: CronJob, status: CronJobStatus): Promise<void> => {
    if (!semanticEqual(status, cronJob.status)) await client.resource<CronJob>(cronJobsRef).updateStatus({ ...cronJob, status });
  };

  const reconcile = async (key: string): Promise<ReconcileResult> => {
    const cronJob = cronJobs.byKey(key);
    if (!cronJob || cronJob.metadata.deletionTimestamp) return undefined;
    const owned = controlledBy(jobs, cronJob);
    for (const job of expiredHistory(cronJob, owned)) {
      if (await deleteObject(jobClient, job, { propagationPolicy: 'Background' }))
        events.event(cronJob, 'Normal', 'SuccessfulDelete', `Deleted job ${job.metadata.name}`);
    }
    for (const { metadata } of unexpectedJobs(cronJob, owned))
      events.event(cronJob, 'Warning', 'UnexpectedJob', `Saw a job that the controller did not create or forgot: ${metadata.name}`);
    for (const job of completedJobs(cronJob, owned)) {
      const message = `Saw completed job: ${job.metadata.name}, condition: ${isConditionTrue(job.status?.conditions, 'Complete') ? 'Complete' : 'Failed'}`;
      events.event(cronJob, 'Normal', 'SawCompletedJob', message);
    }
    const missing = await missingJobs(cronJob, owned);
    for (const { name } of missing) events.event(cronJob, 'Normal', 'MissingJob', `Active job went missing: ${name}`);
    const status = observedStatus(cronJob, owned, missing);
    if (cronJob.spec.suspend) return void (await writeStatus(cronJob, status));
    const schedule = parseSchedule(cronJob.spec.schedule, cronJob.spec.timeZone);
    const now = clock.now();
    const due = dueTime(cronJob, schedule, now);
    const wanted = due === undefined ? undefined : jobOf(cronJob, due);
    // What was started for this time must not be taken for an earlier run, though the status may not say so yet.
    const existing = owned.find(({ metadata }) => metadata.name === wanted?.metadata.name);
    const started = existing ?? (wanted && (await start(cronJob, wanted, status.active ?? [])));
    const next = schedule.next(now);
    if (next === undefined) {
      const why = 'time difference between two schedules is less than 1 second';
      events.event(cronJob, 'Warning', 'InvalidSchedule', `invalid schedule: ${cronJob.spec.schedule} : ${why}`);
    }
    const later = next === undefined ? undefined : { requeueAfterSeconds: (next - now) / 1000 + 0.1 };
    if (!started || due === undefined) {
      await writeStatus(cronJob, status);
      return later;
    }
    const kept =
      cronJob.spec.concurrencyPolicy === 'Replace' ? [] : (status.active ?? []).filter(({ uid }) => uid !== started.metadata.uid);
    await writeStatus(cronJob, { ...status, active: [...kept, referenceTo(started)], lastScheduleTime: formatTime(due) });
    return later;
  };

  manager.addController({
    name: 'cronjob',
    watches: [watch(cronJobs), watchOwned(jobs, { kind: 'CronJob', group: 'batch' })],
    reconcile,
  });
};
