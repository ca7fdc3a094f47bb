import type { Pod } from '../../../api/core/types.gen.ts';
import { findCondition } from './conditions.ts';

/** Finished: Succeeded or Failed. */
export const isTerminal = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';

export const isTerminating = ({ metadata }: Pod): boolean => metadata.deletionTimestamp !== undefined;

/** Neither finished nor being deleted: counts as a replica. */
export const isActive = (pod: Pod): boolean => !isTerminal(pod) && !isTerminating(pod);

export const isReady = ({ status }: Pod): boolean => findCondition(status?.conditions, 'Ready')?.status === 'True';

/** Since when the pod is ready, in milliseconds; undefined when it is not. */
export const readySince = ({ status }: Pod): number | undefined => {
  const ready = findCondition(status?.conditions, 'Ready');
  return ready?.status === 'True' && ready.lastTransitionTime ? Date.parse(ready.lastTransitionTime) : undefined;
};

/** Ready for at least minReadySeconds. */
export const isAvailable = (pod: Pod, minReadySeconds: number, nowMilliseconds: number): boolean => {
  if (!isReady(pod)) return false;
  return minReadySeconds === 0 || (readySince(pod) ?? Infinity) + minReadySeconds * 1000 <= nowMilliseconds;
};

/** Milliseconds until the next ready pod becomes available; undefined when none will by time alone. */
export const nextAvailability = (pods: readonly Pod[], minReadySeconds: number, nowMilliseconds: number): number | undefined => {
  if (minReadySeconds === 0) return undefined;
  let soonest: number | undefined;
  for (const pod of pods) {
    const since = readySince(pod);
    const wait = since === undefined ? 0 : since + minReadySeconds * 1000 - nowMilliseconds;
    if (wait > 0 && (soonest === undefined || wait < soonest)) soonest = wait;
  }
  return soonest;
};

/** The most restarts of any container. */
export const maxRestarts = ({ status }: Pod): number =>
  Math.max(0, ...(status?.containerStatuses ?? []).map(({ restartCount }) => restartCount));
