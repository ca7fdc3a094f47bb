import { isStatusError } from '../apimachinery/errors/status-error.ts';
import type { MetricsSink } from '../client/metrics-sink.ts';
import type { Clock, ControllerOptions, Logger, ObjectKey } from './contract.ts';
import { createQueueMetrics } from './queue-metrics.ts';
import { TerminalError } from './terminal-error.ts';
import { createWorkQueue } from './work-queue.ts';
import type { WorkQueue } from './work-queue.ts';

const defaultConcurrency = 4;
/** How a reconcile ended, as controller-runtime labels it. */
type Outcome = 'success' | 'requeue_after' | 'error';
/** Failures in a row before people hear of it. */
const worthWarning = 5;

/** Runs a controller until the signal aborts; resolves when its last reconcile has ended. */
export const runController = async (
  options: ControllerOptions,
  {
    clock,
    log,
    signal,
    metrics,
  }: { readonly clock: Clock; readonly log: Logger; readonly signal: AbortSignal; readonly metrics?: MetricsSink | undefined },
): Promise<void> => {
  const queue = createWorkQueue(clock, metrics && createQueueMetrics(options.name, metrics, clock));
  const stopped = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await Promise.race([stopped, Promise.all(options.watches.map(({ synced }) => synced()))]);
  if (signal.aborted) return;
  const unsubscribes = options.watches.map(({ subscribe }) => subscribe(queue.add));
  const workers = Array.from({ length: options.concurrency ?? defaultConcurrency }, () =>
    work(queue, options, { clock, log, signal, metrics }),
  );
  await stopped;
  for (const unsubscribe of unsubscribes) unsubscribe();
  queue.close();
  await Promise.all(workers);
};

async function work(
  queue: WorkQueue,
  options: ControllerOptions,
  context: { readonly clock: Clock; readonly log: Logger; readonly signal: AbortSignal; readonly metrics: MetricsSink | undefined },
): Promise<void> {
  for (let key = await queue.next(); key !== undefined; key = await queue.next()) {
    const startedAt = context.clock.now();
    const result = await reconcileOnce(queue, options, { ...context, key });
    const controller = options.name;
    context.metrics?.add('controller_runtime_reconcile_total', { controller, result });
    context.metrics?.observe('controller_runtime_reconcile_time_seconds', { controller }, (context.clock.now() - startedAt) / 1000);
    queue.done(key);
  }
}

async function reconcileOnce(
  queue: WorkQueue,
  { name, reconcile }: ControllerOptions,
  { key, log, signal }: { readonly key: ObjectKey; readonly log: Logger; readonly signal: AbortSignal },
): Promise<Outcome> {
  try {
    const result = await reconcile(key, { signal, log });
    queue.forget(key);
    if (result) queue.addAfter(key, result.requeueAfterSeconds * 1000);
    return result ? 'requeue_after' : 'success';
  } catch (error) {
    if (signal.aborted) return 'error';
    if (error instanceof TerminalError) {
      log.error('reconcile cannot succeed', { controller: name, key, error: error.message });
      queue.forget(key);
      return 'error';
    }
    const failures = queue.addRateLimited(key);
    // A lost compare-and-swap only says that the cache was a step behind; so do the first failures of what soon succeeds.
    const level = isStatusError(error, 'Conflict') || failures < worthWarning ? 'debug' : 'warn';
    log[level]('reconcile failed', { controller: name, key, failures, error: error instanceof Error ? error.message : String(error) });
    return 'error';
  }
}
