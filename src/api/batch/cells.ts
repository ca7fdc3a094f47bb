import { humanAge, humanDuration } from '../../apimachinery/time/human-duration.ts';
import { age, containerCells, selectorText } from '../cells.ts';
import { cellsOf } from '../typed.ts';
import type { CronJob, Job } from './types.gen.ts';

const jobStatus = ({ metadata, status }: Job): string => {
  const has = (type: string) => status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
  if (has('Complete')) return 'Complete';
  if (has('Failed')) return 'Failed';
  if (metadata.deletionTimestamp) return 'Terminating';
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(has) ?? 'Running';
};

const completions = ({ spec, status }: Job): string => {
  const succeeded = status?.succeeded ?? 0;
  if (spec.completions !== undefined) return `${succeeded}/${spec.completions}`;
  return (spec.parallelism ?? 0) > 1 ? `${succeeded}/1 of ${spec.parallelism}` : `${succeeded}/1`;
};

const jobDuration = ({ status }: Job, now: Date): string => {
  if (!status?.startTime) return '';
  const end = status.completionTime ? Date.parse(status.completionTime) : now.getTime();
  return humanDuration(end - Date.parse(status.startTime));
};

export const jobCells = cellsOf<Job>((job, now) => [
  job.metadata.name,
  jobStatus(job),
  completions(job),
  jobDuration(job, now),
  age(job, now),
  ...containerCells(job.spec.template?.spec?.containers),
  selectorText(job.spec.selector),
]);

export const cronJobCells = cellsOf<CronJob>((job, now) => [
  job.metadata.name,
  job.spec.schedule,
  job.spec.timeZone ?? '<none>',
  job.spec.suspend === undefined ? '<unset>' : job.spec.suspend ? 'True' : 'False',
  job.status?.active?.length ?? 0,
  job.status?.lastScheduleTime ? humanAge(job.status.lastScheduleTime, now) : '<none>',
  age(job, now),
  ...containerCells(job.spec.jobTemplate?.spec?.template?.spec?.containers),
  selectorText(job.spec.jobTemplate?.spec?.selector),
]);
