import { cronJobCells, jobCells } from './cells.ts';
import type { GroupBehaviour } from '../kind-behaviour.ts';
import { fieldsOf, strategyOf } from '../typed.ts';
import { defaultCronJob } from './defaults.ts';
import { cronJobWarnings } from './job-warnings.ts';
import { jobStrategy } from './job.ts';
import { validateCronJob, validateCronJobUpdate } from './validation.ts';
import type { CronJob, Job } from './types.gen.ts';

export const batchKinds: GroupBehaviour = {
  cronjobs: {
    cells: cronJobCells,
    strategy: strategyOf<CronJob>({
      generation: true,
      applyDefaults: defaultCronJob,
      validate: validateCronJob,
      validateUpdate: validateCronJobUpdate,
      warnings: cronJobWarnings,
    }),
  },
  jobs: {
    cells: jobCells,
    selectableFields: fieldsOf<Job>({ 'status.successful': ({ status }) => String(status?.succeeded ?? 0) }),
    strategy: strategyOf(jobStrategy),
  },
};
