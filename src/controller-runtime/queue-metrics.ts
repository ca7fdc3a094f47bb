import type { MetricsSink } from '../client/metrics-sink.ts';
import type { Clock } from './contract.ts';

/** Hears what happens in a work queue. */
export interface QueueObserver {
  /** A key that was neither waiting nor marked to come again. */
  added(key: string, depth: number): void;
  taken(key: string, depth: number): void;
  done(key: string): void;
  retried(): void;
}

/** Reports the workqueue_* families of one queue. */
export const createQueueMetrics = (name: string, sink: MetricsSink, clock: Clock): QueueObserver => {
  const labels = { name };
  const addedAt = new Map<string, number>();
  const takenAt = new Map<string, number>();
  const elapsed = (times: Map<string, number>, key: string): number => {
    const since = times.get(key) ?? clock.now();
    times.delete(key);
    return (clock.now() - since) / 1000;
  };
  const ages = (): number[] => [...takenAt.values()].map((since) => (clock.now() - since) / 1000);
  sink.collect?.('workqueue_unfinished_work_seconds', labels, () => ages().reduce((sum, age) => sum + age, 0));
  sink.collect?.('workqueue_longest_running_processor_seconds', labels, () => Math.max(0, ...ages()));
  sink.add('workqueue_retries_total', labels, 0);
  return {
    added: (key, depth) => {
      addedAt.set(key, clock.now());
      sink.add('workqueue_adds_total', labels);
      sink.set('workqueue_depth', labels, depth);
    },
    taken: (key, depth) => {
      sink.observe('workqueue_queue_duration_seconds', labels, elapsed(addedAt, key));
      sink.set('workqueue_depth', labels, depth);
      takenAt.set(key, clock.now());
    },
    done: (key) => sink.observe('workqueue_work_duration_seconds', labels, elapsed(takenAt, key)),
    retried: () => sink.add('workqueue_retries_total', labels),
  };
};
