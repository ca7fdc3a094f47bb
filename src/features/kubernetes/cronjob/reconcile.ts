import { deepClone } from '../../../apimachinery/clone/deep-clone.ts';
import type { CronJob, CronJobStatus, Job } from '../../../api/batch/types.gen.ts';
import type { ObjectReference } from '../../../api/core/types.gen.ts';
import { cronJobsRef } from '../../../api/refs.gen.ts';
import { formatTime } from '../../../controller-runtime/clock.ts';
import { findCondition } from '../common/conditions.ts';
import { controllerReference } from '../common/owner.ts';
import { isFinished } from '../job/outcome.ts';

const scheduledAnnotation = 'batch.kubernetes.io/cronjob-scheduled-timestamp';
const maxParentName = 52;

/** The Job of one scheduled time: its name is made of the time, so that the same run is never created twice. */
export const jobOf = (cronJob: CronJob, scheduledAt: number): Job => {
  const { metadata, spec } = cronJob.spec.jobTemplate;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: `${cronJob.metadata.name.slice(0, maxParentName)}-${Math.floor(scheduledAt / 60_000)}`,
      namespace: cronJob.metadata.namespace ?? '',
      ...(metadata?.labels ? { labels: { ...metadata.labels } } : {}),
      annotations: { ...metadata?.annotations, [scheduledAnnotation]: formatTime(scheduledAt) },
      ownerReferences: [controllerReference(cronJob, cronJobsRef)],
    },
    spec: deepClone(spec ?? { template: {} }),
  };
};

export const referenceTo = (job: Job): ObjectReference => ({
  kind: 'Job',
  namespace: job.metadata.namespace ?? '',
  name: job.metadata.name,
  uid: job.metadata.uid ?? '',
  apiVersion: 'batch/v1',
  ...(job.metadata.resourceVersion ? { resourceVersion: job.metadata.resourceVersion } : {}),
});

const succeeded = ({ status }: Job): boolean => findCondition(status?.conditions, 'Complete')?.status === 'True';
const endOf = ({ status, metadata }: Job): number =>
  Date.parse(status?.completionTime ?? status?.startTime ?? metadata.creationTimestamp ?? '') || 0;

/** Unfinished Jobs the status does not list: made by people, or forgotten in a crash. The next run of the same time finds the latter. */
export const unexpectedJobs = (cronJob: CronJob, jobs: readonly Job[]): readonly Job[] =>
  jobs.filter((job) => !isFinished(job) && !cronJob.status?.active?.some(({ uid }) => uid === job.metadata.uid));

/** Jobs that the status lists as active and that have finished. */
export const completedJobs = (cronJob: CronJob, jobs: readonly Job[]): readonly Job[] =>
  jobs.filter((job) => isFinished(job) && cronJob.status?.active?.some(({ uid }) => uid === job.metadata.uid));

/** Jobs that the status lists as active and that are not among the owned ones: deleted, or not seen yet. */
export const unseenJobs = (cronJob: CronJob, jobs: readonly Job[]): readonly ObjectReference[] => {
  const known = new Set(jobs.map(({ metadata }) => metadata.uid));
  return (cronJob.status?.active ?? []).filter(({ uid }) => !known.has(uid));
};

/** Active Jobs and the newest success, as the owned Jobs show them. `missing`: listed as active, and known to be gone. */
export const observedStatus = (cronJob: CronJob, jobs: readonly Job[], missing: readonly ObjectReference[]): CronJobStatus => {
  const ended = new Set([...jobs.filter(isFinished).map(({ metadata }) => metadata.uid), ...missing.map(({ uid }) => uid)]);
  const active = (cronJob.status?.active ?? []).filter(({ uid }) => !ended.has(uid));
  const newest = Math.max(Date.parse(cronJob.status?.lastSuccessfulTime ?? '') || 0, ...jobs.filter(succeeded).map(endOf));
  return {
    ...(active.length > 0 ? { active } : {}),
    ...(cronJob.status?.lastScheduleTime ? { lastScheduleTime: cronJob.status.lastScheduleTime } : {}),
    ...(newest > 0 ? { lastSuccessfulTime: formatTime(newest) } : {}),
  };
};

/** Finished Jobs above the history limits, oldest first. */
export const expiredHistory = ({ spec }: CronJob, jobs: readonly Job[]): readonly Job[] => {
  const finished = jobs.filter(isFinished).toSorted((a, b) => endOf(a) - endOf(b));
  const good = finished.filter(succeeded);
  const bad = finished.filter((job) => !succeeded(job));
  return [
    ...good.slice(0, Math.max(0, good.length - (spec.successfulJobsHistoryLimit ?? 3))),
    ...bad.slice(0, Math.max(0, bad.length - (spec.failedJobsHistoryLimit ?? 1))),
  ];
};
