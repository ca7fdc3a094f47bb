import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import { validateLabels } from '../../apimachinery/validation/object-meta.ts';
import type { Strategy } from '../kind-definition.ts';
import { defaultTemplateLabels } from '../core/template-labels.ts';
import { jobLabels } from './job-labels.ts';
import { defaultJob } from './defaults.ts';
import { validateJob, validateJobUpdate } from './validation.ts';
import { validateJobStatus } from './validate-status.ts';
import { jobWarnings } from './job-warnings.ts';
import type { Job } from './types.gen.ts';

const generateSelector = (job: Job): void => {
  const { spec } = job;
  if (!spec.template) return;
  const labels = jobLabels(job.metadata);
  const before = spec.template.metadata?.labels ?? {};
  const generated = { ...labels, ...before };
  // A Job without labels of its own has its template's, also those that are generated; wrong ones are refused there.
  const isOwn = !jsonEqual(job.metadata.labels ?? {}, before);
  if (!isOwn && validateLabels(generated, '').length === 0) job.metadata.labels = { ...generated };
  spec.template.metadata = { ...spec.template.metadata, labels: generated };
  spec.selector ??= {};
  spec.selector.matchLabels = {
    'batch.kubernetes.io/controller-uid': labels['batch.kubernetes.io/controller-uid'] ?? '',
    ...spec.selector.matchLabels,
  };
};

export const jobStrategy: Strategy<Job> = {
  generation: true,
  applyDefaults: defaultJob,
  validate: (job) => validateJob(job),
  validateUpdate: validateJobUpdate,
  validateStatusUpdate: validateJobStatus,
  warnings: jobWarnings,
  prepareForStatusUpdate: ({ metadata, spec }) => defaultTemplateLabels(metadata, spec.template),
  prepareForCreate: (job) => {
    if (!job.spec.manualSelector) generateSelector(job);
  },
};
