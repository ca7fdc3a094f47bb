import { workloadNameWarnings } from '../core/warnings/name-warnings.ts';
import { podTemplateWarnings } from '../core/warnings/pod-warnings.ts';
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
export const jobWarnings = ({ metadata, spec }: Job, old: Job | undefined): readonly string[] => [
  ...workloadNameWarnings(metadata.name, old),
  ...sizeWarnings(spec, 'spec'),
  ...podTemplateWarnings(spec.template, old?.spec.template),
];

/** Of a CronJob, the same of the Jobs it makes. */
export const cronJobWarnings = ({ metadata, spec }: CronJob, old: CronJob | undefined): readonly string[] => [
  ...workloadNameWarnings(metadata.name, old),
  ...(spec.jobTemplate?.spec
    ? [
        ...sizeWarnings(spec.jobTemplate.spec, 'spec.jobTemplate.spec'),
        ...podTemplateWarnings(spec.jobTemplate.spec.template, old?.spec.jobTemplate?.spec?.template, 'spec.jobTemplate.spec.template'),
      ]
    : []),
];
