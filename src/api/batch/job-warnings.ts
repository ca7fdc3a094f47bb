import { workloadNameWarnings } from '../core/warnings/name-warnings.ts';
import { isSameGeneration, podTemplateWarnings } from '../core/warnings/pod-warnings.ts';
import type { CronJob, Job, JobSpec } from './types.gen.ts';

const manyCompletions = 100_000;
const muchParallelism = 10_000;

const sizeWarnings = ({ completionMode, completions = 0, parallelism = 0 }: JobSpec, path: string): string[] =>
  completionMode === 'Indexed' && completions > manyCompletions && parallelism > muchParallelism
    ? [
        `${path}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail`,
      ]
    : [];

/** What is odd about a Job, but taken: texts for the Warning header. */
export const jobWarnings = (job: Job, old: Job | undefined): readonly string[] => [
  ...workloadNameWarnings(job.metadata.name, old),
  ...(isSameGeneration(job, old) ? [] : [...sizeWarnings(job.spec, 'spec'), ...podTemplateWarnings(job.spec.template)]),
];

/** Of a CronJob, the same of the Jobs it makes. */
export const cronJobWarnings = (cronJob: CronJob, old: CronJob | undefined): readonly string[] => [
  ...workloadNameWarnings(cronJob.metadata.name, old),
  ...(cronJob.spec.jobTemplate?.spec && !isSameGeneration(cronJob, old)
    ? [
        ...sizeWarnings(cronJob.spec.jobTemplate.spec, 'spec.jobTemplate.spec'),
        ...podTemplateWarnings(cronJob.spec.jobTemplate.spec.template, 'spec.jobTemplate.spec.template'),
      ]
    : []),
];
