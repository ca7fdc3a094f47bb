import type { Job, JobStatus } from '../../../api/batch/types.gen.ts';
import type { Pod } from '../../../api/core/types.gen.ts';
import { isActive, isReady, isTerminal, isTerminating } from '../common/pod-state.ts';
import { judgeFailure } from './failure-policy.ts';
import { formatIndexes, indexOf, parseIndexes } from './indexes.ts';

export const trackingFinalizer = 'batch.kubernetes.io/job-tracking';
export const isTracked = ({ metadata }: Pod): boolean => metadata.finalizers?.includes(trackingFinalizer) ?? false;
export const isIndexed = ({ spec }: Job): boolean => spec.completionMode === 'Indexed';
const replacesOnlyFailed = ({ spec }: Job): boolean =>
  spec.podReplacementPolicy === 'Failed' || (spec.podReplacementPolicy === undefined && spec.podFailurePolicy !== undefined);

/** A deleted pod counts as failed at once, unless replacements wait for its real end. */
export const hasFailed = (job: Job, pod: Pod): boolean => {
  if (pod.status?.phase === 'Failed') return true;
  return !replacesOnlyFailed(job) && isTerminating(pod) && pod.status?.phase !== 'Succeeded';
};

/** How a Job stands, with every finished pod counted exactly once (KEP-2307). */
export interface Tally {
  readonly active: readonly Pod[];
  readonly ready: number;
  readonly terminating: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly completedIndexes: ReadonlySet<number>;
  readonly failedIndexes: ReadonlySet<number>;
  /** The policy's reason to fail the whole Job. */
  readonly fatal: string | undefined;
  /** Pods whose end is in the status once that is written: their finalizers can go. */
  readonly release: readonly Pod[];
  readonly status: Pick<JobStatus, 'succeeded' | 'failed' | 'uncountedTerminatedPods' | 'completedIndexes' | 'failedIndexes'>;
}

/**
 * Counts the Job's pods. `ending`: the Job is decided and its pods are being deleted: all let go of their finalizers at once, and those
 * that still ran count as failed when the Job did.
 */
export const tally = (job: Job, pods: readonly Pod[], ending?: 'complete' | 'failed'): Tally => {
  const completions = job.spec.completions ?? Infinity;
  const indexed = isIndexed(job);
  const tracked = new Map(pods.filter(isTracked).map((pod) => [pod.metadata.uid ?? '', pod]));
  const before = job.status?.uncountedTerminatedPods;
  // A uid whose pod no longer carries the finalizer moves from the list to the counter.
  const stay = (uids: readonly string[] | undefined): string[] => (uids ?? []).filter((uid) => tracked.has(uid));
  const uncounted = { succeeded: stay(before?.succeeded), failed: stay(before?.failed) };
  const settled = {
    succeeded: (before?.succeeded ?? []).length - uncounted.succeeded.length,
    failed: (before?.failed ?? []).length - uncounted.failed.length,
  };
  const completedIndexes = indexed ? parseIndexes(job.status?.completedIndexes, completions) : new Set<number>();
  const failedIndexes = indexed ? parseIndexes(job.status?.failedIndexes, completions) : new Set<number>();
  const listed = new Set([...uncounted.succeeded, ...uncounted.failed]);
  const release: Pod[] = [];
  let fatal: string | undefined;
  for (const [uid, pod] of tracked) {
    const succeeded = pod.status?.phase === 'Succeeded';
    const ended = succeeded || (ending === 'complete' ? isTerminal(pod) : hasFailed(job, pod));
    if (!ended && !ending) continue;
    release.push(pod);
    if (listed.has(uid)) continue;
    if (!ended) {
      if (ending === 'failed') uncounted.failed.push(uid);
      continue;
    }
    if (succeeded) {
      if (!indexed) uncounted.succeeded.push(uid);
      else if (indexOf(pod) >= 0 && indexOf(pod) < completions) completedIndexes.add(indexOf(pod));
      continue;
    }
    const { action, message } = judgeFailure(job, pod);
    if (action === 'FailJob') fatal ??= message;
    if (action === 'FailIndex') failedIndexes.add(indexOf(pod));
    if (action !== 'Ignore') uncounted.failed.push(uid);
  }
  if (indexed && job.spec.backoffLimitPerIndex !== undefined) addExhausted(job, pods, failedIndexes);
  for (const index of completedIndexes) failedIndexes.delete(index);
  const counted = { succeeded: (job.status?.succeeded ?? 0) + settled.succeeded, failed: (job.status?.failed ?? 0) + settled.failed };
  const active = ending ? [] : pods.filter(isActive);
  return {
    active,
    ready: active.filter(isReady).length,
    terminating: pods.filter((pod) => (ending !== undefined || isTerminating(pod)) && !isTerminal(pod)).length,
    succeeded: indexed ? completedIndexes.size : counted.succeeded + uncounted.succeeded.length,
    failed: counted.failed + uncounted.failed.length,
    completedIndexes,
    failedIndexes,
    fatal,
    release,
    status: {
      ...positive({ succeeded: indexed ? completedIndexes.size : counted.succeeded, failed: counted.failed }),
      uncountedTerminatedPods: nonEmpty(uncounted),
      ...(completedIndexes.size > 0 ? { completedIndexes: formatIndexes(completedIndexes) } : {}),
      ...(job.spec.backoffLimitPerIndex === undefined ? {} : { failedIndexes: formatIndexes(failedIndexes) }),
    },
  };
};

export const indexFailuresAnnotation = 'batch.kubernetes.io/job-index-failure-count';

/** Indexes whose pods failed more often than backoffLimitPerIndex allows (KEP-3850). */
function addExhausted(job: Job, pods: readonly Pod[], failedIndexes: Set<number>): void {
  for (const pod of pods) {
    if (!hasFailed(job, pod) || judgeFailure(job, pod).action === 'Ignore') continue;
    const failures = Number(pod.metadata.annotations?.[indexFailuresAnnotation] ?? 0) + 1;
    if (failures > (job.spec.backoffLimitPerIndex ?? Infinity)) failedIndexes.add(indexOf(pod));
  }
}

const positive = (values: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value > 0));
const nonEmpty = (lists: Record<string, string[]>): Record<string, string[]> =>
  Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0));
