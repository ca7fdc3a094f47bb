import type { Job } from '../../../api/batch/types.gen.ts';
import type { EnvVar, Pod } from '../../../api/core/types.gen.ts';
import { jobsRef } from '../../../api/refs.gen.ts';
import { podFromTemplate } from '../common/pod-from-template.ts';
import { indexFailuresAnnotation, isIndexed, trackingFinalizer } from './count.ts';
import type { Tally } from './count.ts';
import { completionIndexAnnotation, indexOf } from './indexes.ts';

const indexVariable = 'JOB_COMPLETION_INDEX';

/** A pod of the Job, for a completion index when it is Indexed. */
export const jobPod = (job: Job, index: number | undefined, failures: number): Pod => {
  const pod = podFromTemplate(job.spec.template, job, jobsRef);
  pod.metadata.finalizers = [...(pod.metadata.finalizers ?? []), trackingFinalizer];
  if (index === undefined) return pod;
  const name = `${job.metadata.name}-${index}`;
  const annotations = { ...pod.metadata.annotations, [completionIndexAnnotation]: String(index) };
  pod.metadata.generateName = `${name}-`;
  pod.metadata.annotations =
    job.spec.backoffLimitPerIndex === undefined ? annotations : { ...annotations, [indexFailuresAnnotation]: String(failures) };
  pod.metadata.labels = { ...pod.metadata.labels, [completionIndexAnnotation]: String(index) };
  const variable: EnvVar = {
    name: indexVariable,
    valueFrom: { fieldRef: { fieldPath: `metadata.labels['${completionIndexAnnotation}']` } },
  };
  for (const container of [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]) {
    if (!container.env?.some((entry) => entry.name === indexVariable)) container.env = [...(container.env ?? []), variable];
  }
  pod.spec.hostname = name;
  return pod;
};

/** Indexes that are neither done, nor given up, nor running, lowest first. */
function* pendingIndexes(job: Job, { active, completedIndexes, failedIndexes }: Tally): Generator<number> {
  const busy = new Set(active.map(indexOf));
  for (let index = 0; index < (job.spec.completions ?? 0); index += 1) {
    if (!busy.has(index) && !completedIndexes.has(index) && !failedIndexes.has(index)) yield index;
  }
}

/**
 * The pods to create now, by index when the Job is Indexed, and the milliseconds until more may be. Failures hold up the whole Job, or
 * with backoffLimitPerIndex their own index only.
 */
export const nextPods = (
  job: Job,
  counts: Tally,
  { missing, all, now }: { readonly missing: number; readonly all: readonly Pod[]; readonly now: number },
): { readonly indexes: readonly (number | undefined)[]; readonly delay: number } => {
  if (job.spec.backoffLimitPerIndex === undefined) {
    const delay = retryDelay(all, now);
    if (delay > 0) return { indexes: [], delay };
    if (!isIndexed(job)) return { indexes: Array.from({ length: missing }, () => undefined), delay: 0 };
  }
  const indexes: number[] = [];
  let wait = Infinity;
  for (const index of pendingIndexes(job, counts)) {
    if (indexes.length >= missing) break;
    const delay =
      job.spec.backoffLimitPerIndex === undefined
        ? 0
        : retryDelay(
            all.filter((pod) => indexOf(pod) === index),
            now,
          );
    if (delay > 0) wait = Math.min(wait, delay);
    else indexes.push(index);
  }
  return { indexes, delay: indexes.length < missing && Number.isFinite(wait) ? wait : 0 };
};

/** How many pods should run now. */
export const wantedActive = (job: Job, { active, succeeded, failedIndexes }: Tally): number => {
  const parallelism = job.spec.parallelism ?? 1;
  if (job.spec.suspend) return 0;
  if (job.spec.completions === undefined) return succeeded > 0 ? active.length : parallelism;
  const left = job.spec.completions - succeeded - (isIndexed(job) ? failedIndexes.size : 0);
  return Math.max(0, Math.min(left, parallelism));
};

const finishTime = ({ status, metadata }: Pod): number =>
  Math.max(
    Date.parse(metadata.deletionTimestamp ?? '') || 0,
    ...(status?.containerStatuses ?? []).map(({ state }) => Date.parse(state?.terminated?.finishedAt ?? '') || 0),
  );

/** Milliseconds before the next pod after failures: 10 s doubling to 10 min, counted from the last one since a success. */
const retryDelay = (pods: readonly Pod[], now: number): number => {
  const lastSuccess = Math.max(0, ...pods.filter(({ status }) => status?.phase === 'Succeeded').map(finishTime));
  const failures = pods
    .filter(({ status }) => status?.phase === 'Failed')
    .map(finishTime)
    .filter((time) => time > lastSuccess);
  if (failures.length === 0) return 0;
  const delay = Math.min(10_000 * 2 ** (failures.length - 1), 600_000);
  return Math.max(0, Math.max(...failures) + delay - now);
};
