import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { duplicate, invalid, required } from '../../apimachinery/validation/field-errors.ts';
import { each, nonNegative } from '../checks.ts';
import { countIndexes } from './indexes.ts';
import type { Job } from './types.gen.ts';

/** An error that shows no value. */
const conflict = (detail: string): FieldError => ({ type: 'FieldValueInvalid', field: 'status.conditions', detail });

const isTrue = ({ status }: Job, type: string): boolean =>
  status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;

/** Conditions that exclude each other, or need another. */
const conditionErrors = (job: Job): FieldError[] => {
  const [complete, failed] = [isTrue(job, 'Complete'), isTrue(job, 'Failed')];
  const [failing, succeeded] = [isTrue(job, 'FailureTarget'), isTrue(job, 'SuccessCriteriaMet')];
  const errors: FieldError[] = [];
  if (complete && failed) errors.push(conflict('cannot set Complete=True and Failed=true conditions'));
  if (complete && failing) errors.push(conflict('cannot set Complete=True and FailureTarget=true conditions'));
  if (failed && !failing) errors.push(conflict('cannot set Failed=True condition without the FailureTarget=true condition'));
  if (complete && !succeeded) errors.push(conflict('cannot set Complete=True condition without the SuccessCriteriaMet=true condition'));
  if (succeeded && failed) errors.push(conflict('cannot set SuccessCriteriaMet=True and Failed=true conditions'));
  if (succeeded && failing) errors.push(conflict('cannot set SuccessCriteriaMet=True and FailureTarget=true conditions'));
  return errors;
};

const timeErrors = (job: Job): FieldError[] => {
  const { completionTime, startTime } = job.status ?? {};
  const path = 'status.completionTime';
  const complete = isTrue(job, 'Complete');
  const errors: FieldError[] = [];
  if (completionTime && !complete) {
    errors.push(invalid(path, completionTime, 'cannot set completionTime when there is no Complete=True condition'));
  }
  if (!completionTime && complete) errors.push(required(path, 'completionTime is required for Complete jobs'));
  if (startTime && completionTime && Date.parse(completionTime) < Date.parse(startTime)) {
    errors.push(invalid(path, completionTime, 'must be equal to or after `startTime`'));
  }
  if (!startTime && (complete || isTrue(job, 'Failed')))
    errors.push(required('status.startTime', 'startTime is required for finished job'));
  return errors;
};

const indexErrors = ({ spec, status }: Job): FieldError[] => {
  const { completedIndexes: done = '', failedIndexes: failed } = status ?? {};
  const errors: FieldError[] = [];
  const parse = (name: string, text: string): void => {
    const parsed = countIndexes(text, spec.completions ?? 0);
    if (typeof parsed !== 'number') errors.push(invalid(`status.${name}`, text, `error parsing ${name}: ${parsed.problem}`));
  };
  if (spec.completions !== undefined) parse('completedIndexes', done);
  if (spec.completions !== undefined && spec.backoffLimitPerIndex !== undefined && failed !== undefined) parse('failedIndexes', failed);
  if (done !== '' && spec.completionMode !== 'Indexed') {
    errors.push(invalid('status.completedIndexes', done, 'cannot set non-empty completedIndexes when non-indexed completion mode'));
  }
  return spec.backoffLimitPerIndex === undefined && failed !== undefined
    ? [...errors, invalid('status.failedIndexes', failed, 'cannot set non-null failedIndexes when backoffLimitPerIndex is null')]
    : errors;
};

const uncountedErrors = ({ status }: Job): FieldError[] => {
  const seen = new Set<string>();
  return (['succeeded', 'failed'] as const).flatMap((list) =>
    each(status?.uncountedTerminatedPods?.[list], `status.uncountedTerminatedPods.${list}`, (uid, path) => {
      if (uid === '') return [invalid(path, uid, 'must not be empty')];
      if (seen.has(uid)) return [duplicate(path, uid)];
      seen.add(uid);
      return [];
    }),
  );
};

/** What a Job's controller may say of it; what was wrong before and has not changed is let be. */
export const validateJobStatus = (job: Job, old: Job): FieldError[] => {
  const { active = 0, ready } = job.status ?? {};
  const finished = isTrue(job, 'Complete') || isTrue(job, 'Failed');
  const errors = (['active', 'succeeded', 'failed', 'ready', 'terminating'] as const).flatMap((name) =>
    nonNegative(job.status?.[name], `status.${name}`),
  );
  errors.push(...uncountedErrors(job));
  if (finished && active > 0) errors.push(invalid('status.active', active, 'active>0 is invalid for finished job'));
  if (ready !== undefined && ready > active && ready !== old.status?.ready) {
    errors.push(invalid('status.ready', ready, 'cannot set more ready pods than active'));
  }
  const decreased = (['failed', 'succeeded'] as const)
    .filter((name) => (job.status?.[name] ?? 0) < (old.status?.[name] ?? 0))
    .map((name) => invalid(`status.${name}`, job.status?.[name] ?? 0, `cannot decrease the ${name} counter`));
  return [...errors, ...conditionErrors(job), ...timeErrors(job), ...indexErrors(job), ...decreased];
};
