import { defaultPodTemplate } from '../core/pod-defaults.ts';
import { defaultTemplateLabels } from '../core/template-labels.ts';
import type { CronJob, Job, JobSpec } from './types.gen.ts';

const maxInt32 = 2_147_483_647;

export const defaultJobSpec = (spec: JobSpec): void => {
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  spec.parallelism ??= 1;
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : maxInt32;
  spec.completionMode ??= 'NonIndexed';
  spec.suspend ??= false;
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed';
  spec.manualSelector ??= false;
  defaultFailurePolicy(spec);
  defaultPodTemplate(spec.template);
};

const defaultFailurePolicy = ({ podFailurePolicy }: JobSpec): void => {
  for (const { onPodConditions } of podFailurePolicy?.rules ?? []) for (const pattern of onPodConditions ?? []) pattern.status ||= 'True';
};

export const defaultJob = ({ metadata, spec }: Job): void => {
  defaultTemplateLabels(metadata, spec.template);
  defaultJobSpec(spec);
};

/** A CronJob's template is no Job yet: only its pod template is defaulted. */
export const defaultCronJob = ({ spec }: CronJob): void => {
  spec.concurrencyPolicy ||= 'Allow';
  spec.suspend ??= false;
  spec.successfulJobsHistoryLimit ??= 3;
  spec.failedJobsHistoryLimit ??= 1;
  const template = spec.jobTemplate?.spec;
  if (template) {
    defaultFailurePolicy(template);
    defaultPodTemplate(template.template);
  }
};
