import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { immutable, invalid, notSupported, required, tooLong } from '../../apimachinery/validation/field-errors.ts';
import { matchesLabels } from '../../apimachinery/selectors/label-selector.ts';
import { labelSelector, nonNegative, oneOf, optionalOneOf, unchanged } from '../checks.ts';
import { readSelector, validatePodTemplate } from '../core/validate-pod-template.ts';
import { validateDomainPath } from '../../apimachinery/validation/domains.ts';
import { isDns1123Label } from '../../apimachinery/validation/names.ts';
import { jobLabels } from './job-labels.ts';
import { validateFailurePolicy, validateSuccessPolicy } from './validate-policies.ts';
import { cronScheduleError } from './cron-schedule.ts';
import type { CronJob, Job, JobSpec } from './types.gen.ts';

const counters = [
  'parallelism',
  'completions',
  'activeDeadlineSeconds',
  'backoffLimit',
  'ttlSecondsAfterFinished',
  'backoffLimitPerIndex',
  'maxFailedIndexes',
] as const;

/** Above 100,000 completions a Job that counts failures by index is kept small otherwise. */
const manyCompletions = (
  { completions = 0, parallelism = 0, maxFailedIndexes, backoffLimitPerIndex }: JobSpec,
  path: string,
): FieldError[] => {
  if (completions <= 100_000 || backoffLimitPerIndex === undefined) return [];
  const message = 'must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index';
  const errors: FieldError[] = [];
  if (maxFailedIndexes === undefined) {
    errors.push(required(`${path}.maxFailedIndexes`, 'must be specified when completions is above 100000'));
  }
  if (parallelism > 10_000) errors.push(invalid(`${path}.parallelism`, parallelism, message));
  if ((maxFailedIndexes ?? 0) > 10_000) errors.push(invalid(`${path}.maxFailedIndexes`, maxFailedIndexes, message));
  return errors;
};

const validateIndexing = (spec: JobSpec, path: string): FieldError[] => {
  const { completions, parallelism = 0, maxFailedIndexes, backoffLimitPerIndex } = spec;
  const errors: FieldError[] = [];
  if (spec.completionMode === 'Indexed') {
    if (completions === undefined) errors.push(required(`${path}.completions`, 'when completion mode is Indexed'));
    if (parallelism > 100_000) {
      errors.push(invalid(`${path}.parallelism`, parallelism, 'must be less than or equal to 100000 when completion mode is Indexed'));
    }
    if (completions !== undefined && maxFailedIndexes !== undefined && maxFailedIndexes > completions) {
      errors.push(invalid(`${path}.maxFailedIndexes`, maxFailedIndexes, 'must be less than or equal to completions'));
    }
    if (maxFailedIndexes !== undefined && maxFailedIndexes > 100_000) {
      errors.push(invalid(`${path}.maxFailedIndexes`, maxFailedIndexes, 'must be less than or equal to 100000'));
    }
    return [...errors, ...manyCompletions(spec, path)];
  }
  if (spec.completionMode !== undefined && spec.completionMode !== 'NonIndexed') return errors;
  const message = 'requires indexed completion mode';
  if (backoffLimitPerIndex !== undefined) errors.push(invalid(`${path}.backoffLimitPerIndex`, backoffLimitPerIndex, message));
  if (maxFailedIndexes !== undefined) errors.push(invalid(`${path}.maxFailedIndexes`, maxFailedIndexes, message));
  return errors;
};

const validateRestartPolicy = (spec: JobSpec, path: string): FieldError[] => {
  const policy = spec.template?.spec?.restartPolicy;
  const policyPath = `${path}.template.spec.restartPolicy`;
  if (!policy || policy === 'Always') return [required(policyPath, 'valid values: "OnFailure", "Never"')];
  if (policy !== 'OnFailure' && policy !== 'Never') return [notSupported(policyPath, policy, ['OnFailure', 'Never'])];
  return spec.podFailurePolicy && policy !== 'Never'
    ? [invalid(policyPath, policy, 'only "Never" is supported when podFailurePolicy is specified')]
    : [];
};

const maxManagerLength = 63;

/** Who runs the Job when it is not the Job controller (KEP-4368): a domain and a path. */
const validateManager = (manager: string | undefined, path: string): FieldError[] => {
  if (manager === undefined) return [];
  const errors = validateDomainPath(manager, path);
  return manager.length > maxManagerLength ? [...errors, tooLong(path, maxManagerLength)] : errors;
};

export const validateJobSpec = (spec: JobSpec, path: string): FieldError[] => [
  ...counters.flatMap((name) => nonNegative(spec[name], `${path}.${name}`)),
  ...(spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined
    ? [required(`${path}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified')]
    : []),
  ...validateManager(spec.managedBy, `${path}.managedBy`),
  ...optionalOneOf(spec.completionMode, ['NonIndexed', 'Indexed'], `${path}.completionMode`),
  ...validateIndexing(spec, path),
  ...validateFailurePolicy(spec, `${path}.podFailurePolicy`),
  ...validateSuccessPolicy(spec, `${path}.successPolicy`),
  ...optionalOneOf(
    spec.podReplacementPolicy,
    spec.podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed'],
    `${path}.podReplacementPolicy`,
  ),
  ...validatePodTemplate(spec.template, `${path}.template`),
  ...validateRestartPolicy(spec, path),
];

const prefix = 'batch.kubernetes.io/';

/** Jobs older than the prefixed labels do without them. */
const needsPrefixed = (old: Job | undefined): boolean => {
  const labels = old?.spec.template?.metadata?.labels;
  return !old || (labels?.[`${prefix}job-name`] !== undefined && labels[`${prefix}controller-uid`] !== undefined);
};

/** Without manualSelector the pods have the generated labels, and the selector chooses by them. */
const generatedErrors = ({ metadata, spec }: Job, old?: Job): FieldError[] => {
  if (spec.manualSelector || !spec.selector) return [];
  const { labels = {} } = spec.template?.metadata ?? {};
  const expected = jobLabels(metadata);
  const errors = Object.entries(expected).flatMap(([key, value]) => {
    if (key.startsWith(prefix) && !needsPrefixed(old)) return [];
    const at = `spec.template.metadata.labels[${key}]`;
    if (labels[key] === undefined) return [required(at, `must be '${value}'`)];
    return labels[key] === value ? [] : [invalid(at, labels, `must be '${value}'`)];
  });
  const selector = readSelector(spec.selector);
  if (selector && !matchesLabels(selector, expected)) {
    errors.push(invalid('spec.selector', spec.selector, '`selector` not auto-generated'));
  }
  return errors;
};

const selectorErrors = ({ spec }: Job): FieldError[] => {
  const labels = spec.template?.metadata?.labels;
  const errors = spec.selector ? labelSelector(spec.selector, 'spec.selector') : [required('spec.selector')];
  const selector = readSelector(spec.selector);
  if (selector && !matchesLabels(selector, labels)) {
    errors.push(invalid('spec.template.metadata.labels', labels ?? null, '`selector` does not match template `labels`'));
  }
  return errors;
};

/** The last pod of an Indexed Job is named after it, and its name is a host's. */
const indexedNameErrors = ({ metadata, spec }: Job): FieldError[] => {
  if (spec.completionMode !== 'Indexed' || !spec.completions || spec.completions < 0) return [];
  const { name = '' } = metadata;
  const last = `${name}-${spec.completions - 1}`;
  const message = `will not able to create pod with invalid DNS label: ${last}`;
  return isDns1123Label(last).length > 0 ? [invalid('metadata.name', name, message)] : [];
};

export const validateJob = (job: Job, old?: Job): FieldError[] => [
  ...generatedErrors(job, old),
  ...validateJobSpec(job.spec, 'spec'),
  ...selectorErrors(job),
  ...indexedNameErrors(job),
];

/** What of a Job's pods can never change. */
const fixed = ({ spec }: Job): object => {
  const { nodeSelector: _n, tolerations: _t, affinity, schedulingGates: _s, ...pod } = spec.template?.spec ?? { containers: [] };
  const { nodeAffinity: _o, ...others } = affinity ?? {};
  const { labels: _l, annotations: _b, ...metadata } = spec.template?.metadata ?? {};
  return { ...pod, affinity: others, metadata };
};

/** A suspended Job that never started may change where its pods run. */
const templateErrors = (job: Job, old: Job): FieldError[] => {
  if (jsonEqual(job.spec.template, old.spec.template)) return [];
  if (!old.spec.suspend || old.status?.startTime) return [immutable('spec.template', job.spec.template)];
  return jsonEqual(fixed(job), fixed(old)) ? [] : [immutable('spec.template', job.spec.template)];
};

const completionsErrors = ({ spec }: Job, old: Job): FieldError[] => {
  if (spec.completionMode !== 'Indexed') return unchanged(spec.completions, old.spec.completions, 'spec.completions');
  if (spec.completions === undefined || spec.completions === old.spec.completions || spec.completions === spec.parallelism) return [];
  return [invalid('spec.completions', spec.completions, 'can only be modified in tandem with spec.parallelism')];
};

export const validateJobUpdate = (job: Job, old: Job): FieldError[] => [
  ...validateJob(job, old),
  // Looked at as a new Job and as a change: what is wrong is told twice.
  ...validateJobSpec(job.spec, 'spec'),
  ...selectorErrors(job),
  ...completionsErrors(job, old),
  ...unchanged(job.spec.selector, old.spec.selector, 'spec.selector'),
  ...templateErrors(job, old),
  ...(['completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy'] as const).flatMap((name) =>
    unchanged(job.spec[name], old.spec[name], `spec.${name}`),
  ),
];

const zonePart = /^[A-Za-z.\-_0-9+]{1,14}$/;

const timeZoneErrors = (timeZone: string | undefined): FieldError[] => {
  if (timeZone === undefined) return [];
  const refuse = (message: string): FieldError[] => [invalid('spec.timeZone', timeZone, message)];
  if (timeZone === '') return refuse('timeZone must be nil or non-empty string');
  const parts = timeZone.split('/');
  if (parts.some((part) => part === '.' || part === '..' || part.startsWith('-') || !zonePart.test(part))) {
    return refuse(`unknown time zone ${timeZone}`);
  }
  if (timeZone.toLowerCase() === 'local') {
    return refuse('timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones');
  }
  try {
    new Date(0).toLocaleString('en', { timeZone });
    return [];
  } catch {
    return refuse(`unknown time zone ${timeZone}`);
  }
};

const scheduleErrors = (schedule: string, isOldZoned: boolean, timeZone: string | undefined): FieldError[] => {
  if (!schedule) return [required('spec.schedule')];
  const wrong = cronScheduleError(schedule);
  const errors = wrong === undefined ? [] : [invalid('spec.schedule', schedule, wrong)];
  if (!schedule.includes('TZ')) return errors;
  if (!isOldZoned)
    return [...errors, invalid('spec.schedule', schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead')];
  return timeZone === undefined
    ? errors
    : [...errors, invalid('spec.schedule', schedule, 'cannot use both timeZone field and TZ or CRON_TZ in schedule')];
};

/** The Jobs' selectors are generated. */
const jobTemplateErrors = (spec: JobSpec, path: string): FieldError[] => [
  ...validateJobSpec(spec, path),
  ...(spec.selector ? [invalid(`${path}.selector`, spec.selector, '`selector` will be auto-generated')] : []),
  ...(spec.manualSelector ? [notSupported(`${path}.manualSelector`, true, ['nil', 'false'])] : []),
];

const validateCronJobSpec = ({ spec }: CronJob, old?: CronJob): FieldError[] => [
  ...scheduleErrors(spec.schedule, old?.spec.schedule.includes('TZ') ?? false, spec.timeZone),
  ...nonNegative(spec.startingDeadlineSeconds, 'spec.startingDeadlineSeconds'),
  ...(old && old.spec.timeZone === spec.timeZone ? [] : timeZoneErrors(spec.timeZone)),
  ...oneOf(spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace'], 'spec.concurrencyPolicy'),
  ...(spec.jobTemplate?.spec ? jobTemplateErrors(spec.jobTemplate.spec, 'spec.jobTemplate.spec') : []),
  ...nonNegative(spec.successfulJobsHistoryLimit, 'spec.successfulJobsHistoryLimit'),
  ...nonNegative(spec.failedJobsHistoryLimit, 'spec.failedJobsHistoryLimit'),
];

/** Pods are named after the Job, which is named after the CronJob and eleven digits. */
const maxNameLength = 52;

export const validateCronJob = (job: CronJob): FieldError[] => {
  const { name = '' } = job.metadata;
  return [
    ...validateCronJobSpec(job),
    ...(name.length > maxNameLength ? [invalid('metadata.name', name, 'must be no more than 52 characters')] : []),
  ];
};

/** Names too long that were taken once can still be updated. */
export const validateCronJobUpdate = (job: CronJob, old: CronJob): FieldError[] => validateCronJobSpec(job, old);
