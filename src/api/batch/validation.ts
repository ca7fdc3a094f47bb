import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { immutable, invalid, notSupported, required, tooLong } from '../../apimachinery/validation/field-errors.ts';
import { labelSelectorFromSpec, matchesLabels } from '../../apimachinery/selectors/label-selector.ts';
import { labelSelector, nonNegative, oneOf, optionalOneOf, unchanged } from '../checks.ts';
import { validatePodTemplate } from '../core/validate-pod-template.ts';
import { isDns1123Label, isDns1123Subdomain } from '../../apimachinery/validation/names.ts';
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
  if (manager === '') return [required(path)];
  const [domain = '', ...rest] = manager.split('/');
  const errors: FieldError[] = [];
  if (rest.join('/') === '' || domain === '') errors.push(invalid(path, manager, 'must be a domain-prefixed path (such as "acme.io/foo")'));
  else {
    errors.push(...isDns1123Subdomain(domain).map((message) => invalid(path, domain, message)));
    if (!httpPath.test(rest.join('/'))) {
      const message = `Invalid path (regex used for validation is '${httpPathPattern}')`;
      errors.push(invalid(path, rest.join('/'), message));
    }
  }
  return manager.length > maxManagerLength ? [...errors, tooLong(path, maxManagerLength)] : errors;
};

const httpPathPattern = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const httpPath = new RegExp(`^${httpPathPattern}$`);

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

/** Without manualSelector the selector is the generated one. */
const selectorErrors = ({ metadata, spec }: Job): FieldError[] => {
  if (!spec.selector) return [required('spec.selector')];
  const labels = spec.template?.metadata?.labels ?? {};
  const errors: FieldError[] = [];
  const wrong = labelSelector(spec.selector, 'spec.selector');
  if (wrong.length > 0) return wrong;
  const selector = labelSelectorFromSpec(spec.selector);
  if (!spec.manualSelector && !matchesLabels(selector, jobLabels(metadata))) {
    errors.push(invalid('spec.selector', spec.selector, '`selector` not auto-generated'));
  }
  if (!matchesLabels(selector, labels)) {
    errors.push(invalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'));
  }
  return errors;
};

/** The last pod of an Indexed Job is named after it, and its name is a host's. */
const indexedNameErrors = ({ metadata, spec }: Job): FieldError[] => {
  if (spec.completionMode !== 'Indexed' || !spec.completions || spec.completions < 0) return [];
  const last = `${metadata.name}-${spec.completions - 1}`;
  const message = `will not able to create pod with invalid DNS label: ${last}`;
  return isDns1123Label(last).length > 0 ? [invalid('metadata.name', metadata.name, message)] : [];
};

export const validateJob = (job: Job): FieldError[] => [
  ...validateJobSpec(job.spec, 'spec'),
  ...selectorErrors(job),
  ...indexedNameErrors(job),
];

/** What of a Job's pods can never change. */
const fixed = ({ spec }: Job): object => {
  const { nodeSelector: _n, tolerations: _t, affinity: _a, schedulingGates: _s, ...pod } = spec.template?.spec ?? { containers: [] };
  const { labels: _l, annotations: _b, ...metadata } = spec.template?.metadata ?? {};
  return { ...pod, metadata };
};

/** A suspended Job that never started may change where its pods run. */
const templateErrors = (job: Job, old: Job): FieldError[] => {
  if (jsonEqual(job.spec.template, old.spec.template)) return [];
  if (!old.spec.suspend || old.status?.startTime) return [immutable('spec.template', job.spec.template)];
  return jsonEqual(fixed(job), fixed(old)) ? [] : [immutable('spec.template', job.spec.template)];
};

const completionsErrors = ({ spec }: Job, old: Job): FieldError[] => {
  if (spec.completions === old.spec.completions) return [];
  const elastic = spec.completionMode === 'Indexed' && spec.completions !== undefined && spec.completions === spec.parallelism;
  if (elastic) return [];
  return spec.completionMode === 'Indexed' && spec.completions !== undefined
    ? [invalid('spec.completions', spec.completions, 'can only be modified in tandem with spec.parallelism')]
    : [immutable('spec.completions', spec.completions ?? null)];
};

export const validateJobUpdate = (job: Job, old: Job): FieldError[] => [
  ...validateJobSpec(job.spec, 'spec'),
  ...selectorErrors(job),
  ...completionsErrors(job, old),
  ...unchanged(job.spec.selector, old.spec.selector, 'spec.selector'),
  ...templateErrors(job, old),
  ...(['completionMode', 'podFailurePolicy', 'backoffLimitPerIndex', 'managedBy', 'successPolicy'] as const).flatMap((name) =>
    unchanged(job.spec[name], old.spec[name], `spec.${name}`),
  ),
];

const timeZoneErrors = (timeZone: string | undefined): FieldError[] => {
  if (timeZone === undefined) return [];
  if (timeZone === '') return [invalid('spec.timeZone', timeZone, 'timeZone must be nil or non-empty string')];
  if (timeZone === 'Local')
    return [invalid('spec.timeZone', timeZone, 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones')];
  try {
    new Date(0).toLocaleString('en', { timeZone });
    return [];
  } catch {
    return [invalid('spec.timeZone', timeZone, `unknown time zone ${timeZone}`)];
  }
};

/** Pods are named after the Job, which is named after the CronJob and eleven digits. */
const maxNameLength = 52;

export const validateCronJob = ({ metadata, spec }: CronJob): FieldError[] => {
  const errors: FieldError[] = [];
  const wrong = spec.schedule ? cronScheduleError(spec.schedule) : undefined;
  if (!spec.schedule) errors.push(required('spec.schedule'));
  else if (/^(CRON_)?TZ=/.test(spec.schedule))
    errors.push(invalid('spec.schedule', spec.schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead'));
  else if (wrong !== undefined) errors.push(invalid('spec.schedule', spec.schedule, wrong));
  errors.push(...nonNegative(spec.startingDeadlineSeconds, 'spec.startingDeadlineSeconds'));
  errors.push(...timeZoneErrors(spec.timeZone));
  errors.push(...oneOf(spec.concurrencyPolicy, ['Allow', 'Forbid', 'Replace'], 'spec.concurrencyPolicy'));
  if (spec.jobTemplate?.spec) errors.push(...validateJobSpec(spec.jobTemplate.spec, 'spec.jobTemplate.spec'));
  errors.push(...nonNegative(spec.successfulJobsHistoryLimit, 'spec.successfulJobsHistoryLimit'));
  errors.push(...nonNegative(spec.failedJobsHistoryLimit, 'spec.failedJobsHistoryLimit'));
  if (metadata.name.length > maxNameLength) {
    errors.push(invalid('metadata.name', metadata.name, 'must be no more than 52 characters'));
  }
  return errors;
};
