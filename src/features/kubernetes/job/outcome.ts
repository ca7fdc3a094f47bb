import type { Job } from '../../../api/batch/types.gen.ts';
import { findCondition, isConditionTrue } from '../common/conditions.ts';
import type { Tally } from './count.ts';
import { isIndexed } from './count.ts';
import { parseIndexes } from './indexes.ts';

/** Why a Job ends. */
export interface Outcome {
  readonly kind: 'complete' | 'failed';
  readonly reason: string;
  readonly message: string;
}

export const isFinished = ({ status }: Job): boolean =>
  isConditionTrue(status?.conditions, 'Complete') || isConditionTrue(status?.conditions, 'Failed');

/** Whether the Job is decided: by what was decided before, by policy, limits, time, or success. */
export const outcomeOf = (job: Job, counts: Tally, now: number): Outcome | undefined =>
  decidedBefore(job) ?? failure(job, counts, now) ?? success(job, counts);

function decidedBefore({ status }: Job): Outcome | undefined {
  const failing = findCondition(status?.conditions, 'FailureTarget');
  if (failing?.status === 'True') return { kind: 'failed', reason: failing.reason ?? '', message: failing.message ?? '' };
  const met = findCondition(status?.conditions, 'SuccessCriteriaMet');
  return met?.status === 'True' ? { kind: 'complete', reason: met.reason ?? '', message: met.message ?? '' } : undefined;
}

const failed = (reason: string, message: string): Outcome => ({ kind: 'failed', reason, message });

function failure(job: Job, counts: Tally, now: number): Outcome | undefined {
  const { spec, status } = job;
  if (counts.fatal !== undefined) return failed('PodFailurePolicy', counts.fatal);
  if (exceedsBackoff(job, counts)) return failed('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
  const startedAt = Date.parse(status?.startTime ?? '');
  if (spec.activeDeadlineSeconds !== undefined && !spec.suspend && now - startedAt >= Number(spec.activeDeadlineSeconds) * 1000) {
    return failed('DeadlineExceeded', 'Job was active longer than specified deadline');
  }
  if (spec.maxFailedIndexes !== undefined && counts.failedIndexes.size > spec.maxFailedIndexes) {
    return failed('MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes');
  }
  const settled = counts.failedIndexes.size + counts.completedIndexes.size;
  if (spec.backoffLimitPerIndex !== undefined && counts.failedIndexes.size > 0 && settled >= (spec.completions ?? Infinity)) {
    return failed('FailedIndexes', 'Job has failed indexes');
  }
  return undefined;
}

function exceedsBackoff({ spec }: Job, counts: Tally): boolean {
  const limit = spec.backoffLimit ?? 6;
  if (counts.failed > limit) return true;
  if (spec.template.spec?.restartPolicy !== 'OnFailure') return false;
  const restarts = counts.active
    .flatMap(({ status }) => [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])])
    .reduce((sum, { restartCount }) => sum + restartCount, 0);
  return limit === 0 ? restarts > 0 : restarts >= limit;
}

function success(job: Job, counts: Tally): Outcome | undefined {
  const { spec } = job;
  const rule = isIndexed(job) ? (spec.successPolicy?.rules ?? []).findIndex((candidate) => ruleHolds(job, candidate, counts)) : -1;
  if (rule >= 0) return { kind: 'complete', reason: 'SuccessPolicy', message: `Matched rules at index ${rule}` };
  const reached =
    spec.completions === undefined ? counts.succeeded > 0 && counts.active.length === 0 : counts.succeeded >= spec.completions;
  return reached ? { kind: 'complete', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' } : undefined;
}

/** KEP-3998: enough of the named indexes, or all of them. */
function ruleHolds({ spec }: Job, rule: { succeededIndexes?: string; succeededCount?: number }, { completedIndexes }: Tally): boolean {
  const named = rule.succeededIndexes === undefined ? undefined : parseIndexes(rule.succeededIndexes, spec.completions ?? 0);
  const done = named ? [...named].filter((index) => completedIndexes.has(index)).length : completedIndexes.size;
  return done >= (rule.succeededCount ?? named?.size ?? Infinity);
}
