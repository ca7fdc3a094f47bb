import { type InternalApi } from '../../registry/contract.ts';
import { coreResource } from '../refuse.ts';
import { recalculateQuota } from './recalculate.ts';

const resourceQuotas = coreResource('resourcequotas');
const delayMilliseconds = 500;

export interface UsageRefresher {
  /** Counts the namespace's quotas anew in a moment; many calls become one. */
  schedule(namespace: string): void;
  stop(): Promise<void>;
}

/** Keeps usage true when objects go away, shrink, or fail to be written after they were charged. */
export const createUsageRefresher = (
  api: InternalApi,
  { now, onError }: { readonly now: () => number; readonly onError: (error: unknown) => void },
): UsageRefresher => {
  const timers = new Map<string, NodeJS.Timeout>();
  const running = new Set<Promise<void>>();
  let stopped = false;
  const refresh = async (namespace: string): Promise<void> => {
    try {
      for (const quota of await api.list(resourceQuotas, namespace)) await recalculateQuota(api, quota, now());
    } catch (error) {
      if (!stopped) onError(error);
    }
  };
  return {
    schedule(namespace) {
      if (stopped || timers.has(namespace)) return;
      const timer = setTimeout(() => {
        timers.delete(namespace);
        const work = refresh(namespace).finally(() => running.delete(work));
        running.add(work);
      }, delayMilliseconds);
      timer.unref();
      timers.set(namespace, timer);
    },
    async stop() {
      stopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
      await Promise.all(running);
    },
  };
};
